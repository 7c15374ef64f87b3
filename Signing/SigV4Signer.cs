using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AwsSigV4Proxy.Signing.Canonical;
using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Signing;

/// <summary>
/// Signs requests with AWS Signature Version 4 in the <c>Authorization</c> header. Start reading here. Pure: no I/O, no
/// clock, no HTTP types. Thread-safe: it holds nothing but the key of the day.
///
/// The steps, each in a type of its own
/// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html):
///    (1) The headers that are signed: the caller's, and those that signing adds
///    (2) The canonical request                                  <see cref="CanonicalRequest"/>
///    (3) The string to sign, with the canonical request's hash  <see cref="StringToSign"/>
///    (4) The signing key, derived or from the cache             <see cref="SigningKey"/>, <see cref="SigningKeyCache"/>
///    (5) The signature and the Authorization header
/// </summary>
/// <param name="scope">Region and service that every request is signed for.</param>
internal sealed class SigV4Signer(CredentialScope scope)
{
    /// <summary>The format of <c>x-amz-date</c>, in UTC.</summary>
    public const string DateTimeFormat = "yyyyMMdd'T'HHmmss'Z'";

    /// <summary>How many headers signing adds at most: host, date, security token, content hash.</summary>
    private const int AddedHeaders = 4;

    private readonly SigningKeyCache _keys = new();

    /// <summary>Region and service that every request is signed for.</summary>
    public CredentialScope Scope { get; } = scope;

    /// <summary>The service's rules.</summary>
    public SigningOptions Options { get; } = SigningOptions.For(scope.Service);

    /// <summary>Signs one request.</summary>
    /// <param name="method">The HTTP method as it is sent.</param>
    /// <param name="target">Path and query as they are sent.</param>
    /// <param name="host">The Host header's value as it is sent.</param>
    /// <param name="headers">
    /// The other headers to sign, in any order, each name once and in lower case: those that
    /// <see cref="SignedHeader.Includes"/> names and <see cref="SignedHeader.Replaces"/> does not.
    /// </param>
    /// <param name="payloadHash">The content hash.</param>
    /// <param name="sendContentSha256">True when the hash is to be sent though the service does not demand it.</param>
    /// <param name="credentials">What to sign with.</param>
    /// <param name="time">The time of the signature.</param>
    public SigningInstructions Sign(
        ReadOnlySpan<char> method, RequestTarget target, string host, ReadOnlySpan<SignedHeader> headers,
        PayloadHash payloadHash, bool sendContentSha256, SigningCredentials credentials, DateTimeOffset time)
    {
        var contentSha256 =
            sendContentSha256 || payloadHash.IsLiteral || Options.ContentSha256Header == ContentSha256Header.Always
                ? payloadHash.Value
                : null;
        var date = time.UtcDateTime.ToString(DateTimeFormat, CultureInfo.InvariantCulture);

        // (1) The headers that are signed
        var rented = ArrayPool<SignedHeader>.Shared.Rent(headers.Length + AddedHeaders);
        headers.CopyTo(rented);
        var count = headers.Length;
        rented[count++] = new SignedHeader(AwsNames.HostHeader, host);
        rented[count++] = new SignedHeader(AwsNames.DateHeader, date);
        if (credentials.SessionToken is { } token)
            rented[count++] = new SignedHeader(AwsNames.SecurityTokenHeader, token);
        if (contentSha256 is not null)
            rented[count++] = new SignedHeader(AwsNames.ContentSha256Header, contentSha256);
        var signed = rented.AsSpan(0, count);
        signed.Sort();

        var writer = new ByteWriter(stackalloc byte[1024]);
        try
        {
            // (2) The canonical request
            CanonicalRequest.Write(ref writer, method, target, signed, payloadHash, Options);

            var authorization = Authorize(ref writer, signed, credentials, time);
            return new SigningInstructions(authorization, date, credentials.SessionToken, contentSha256);
        }
        finally
        {
            writer.Dispose();
            // The array held the session token.
            ArrayPool<SignedHeader>.Shared.Return(rented, clearArray: true);
        }
    }

    /// <summary>Steps 3 to 5, from the canonical request in <paramref name="writer"/>, which is used up.</summary>
    private string Authorize(
        ref ByteWriter writer, ReadOnlySpan<SignedHeader> signed, SigningCredentials credentials, DateTimeOffset time)
    {
        // (3) The string to sign
        var stringToSign = new ByteWriter(stackalloc byte[256]);
        StringToSign.Write(ref stringToSign, time, Scope, writer.Written);

        // (4) The signing key
        Span<byte> key = stackalloc byte[SigningKey.SizeBytes];
        _keys.CopyKey(credentials, time, Scope, key);

        // (5) The signature and the Authorization header
        Span<byte> signature = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, stringToSign.Written, signature);
        CryptographicOperations.ZeroMemory(key);
        stringToSign.Dispose();

        writer.Truncate(0);
        writer.WriteLatin1(AwsNames.Sigv4Algorithm);
        writer.Write(" Credential="u8);
        writer.WriteLatin1(credentials.AccessKeyId);
        writer.Write((byte)'/');
        Scope.Write(ref writer, time);
        writer.Write(", SignedHeaders="u8);
        CanonicalHeaders.WriteNames(ref writer, signed);
        writer.Write(", Signature="u8);
        writer.WriteHexLower(signature);
        return Encoding.Latin1.GetString(writer.Written);
    }
}
