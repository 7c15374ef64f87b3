using System.Globalization;
using System.Text;
using AwsSigV4Proxy.Signing.Canonical;
using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Signing;

/// <summary>
/// The parameters that a signature in the query consists of.
/// Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
/// </summary>
internal static class QueryAuthentication
{
    /// <summary>The parameters that are signed, percent-encoded and joined by <c>&amp;</c>.</summary>
    /// <param name="algorithm">The algorithm of the signature's version.</param>
    /// <param name="headers">The headers that are signed, sorted by name.</param>
    /// <param name="scope">What the signature is good for.</param>
    /// <param name="regionSet">The regions that it is good for, where the scope names none, or null.</param>
    /// <param name="credentials">What is signed with.</param>
    /// <param name="sessionToken">What the service does with the session token.</param>
    /// <param name="time">When the request is signed.</param>
    /// <param name="expires">How long the signature is good for; whole seconds count.</param>
    public static string SignedParameters(
        string algorithm, ReadOnlySpan<SignedHeader> headers, CredentialScope scope, string? regionSet,
        SigningCredentials credentials, QuerySessionToken sessionToken, DateTimeOffset time, TimeSpan expires)
    {
        var query = new ByteWriter(stackalloc byte[1024]);
        query.Write("X-Amz-Algorithm="u8);
        query.WriteLatin1(algorithm);

        query.Write("&X-Amz-Credential="u8);
        var credential = new ByteWriter(stackalloc byte[128]);
        credential.WriteLatin1(credentials.AccessKeyId);
        credential.Write((byte)'/');
        scope.Write(ref credential, time);
        WriteEncoded(ref query, credential.Written);
        credential.Dispose();

        query.Write("&X-Amz-Date="u8);
        query.WriteTime(time, RequestSigner.DateTimeFormat);

        query.Write("&X-Amz-Expires="u8);
        query.WriteLatin1(((long)expires.TotalSeconds).ToString(CultureInfo.InvariantCulture));

        if (regionSet is not null)
        {
            query.Write("&X-Amz-Region-Set="u8);
            WriteEncoded(ref query, Encoding.Latin1.GetBytes(regionSet));
        }

        if (sessionToken == QuerySessionToken.Signed && credentials.SessionToken is { } token)
            WriteToken(ref query, token);

        query.Write("&X-Amz-SignedHeaders="u8);
        var names = new ByteWriter(stackalloc byte[256]);
        CanonicalHeaders.WriteNames(ref names, headers);
        WriteEncoded(ref query, names.Written);
        names.Dispose();

        return Take(ref query);
    }

    /// <summary>All parameters: those that are signed, the signature, and a token that it does not cover.</summary>
    /// <param name="signed">What <see cref="SignedParameters"/> gave.</param>
    /// <param name="signature">The signature over them.</param>
    /// <param name="credentials">What was signed with.</param>
    /// <param name="sessionToken">What the service does with the session token.</param>
    public static string AllParameters(
        string signed, ReadOnlySpan<byte> signature, SigningCredentials credentials, QuerySessionToken sessionToken)
    {
        var query = new ByteWriter(stackalloc byte[1024]);
        query.WriteLatin1(signed);
        query.Write("&X-Amz-Signature="u8);
        query.WriteHexLower(signature);
        if (sessionToken == QuerySessionToken.AddedAfterSigning && credentials.SessionToken is { } token)
            WriteToken(ref query, token);
        return Take(ref query);
    }

    private static void WriteToken(ref ByteWriter query, string token)
    {
        query.Write("&X-Amz-Security-Token="u8);
        WriteEncoded(ref query, Encoding.Latin1.GetBytes(token));
    }

    private static void WriteEncoded(ref ByteWriter query, scoped ReadOnlySpan<byte> value)
    {
        foreach (var b in value)
            UriEncoder.WriteEncoded(ref query, b);
    }

    private static string Take(ref ByteWriter query)
    {
        var text = Encoding.Latin1.GetString(query.Written);
        query.Dispose();
        return text;
    }
}
