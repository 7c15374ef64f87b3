using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AwsSigV4Proxy.Signing.Canonical;
using AwsSigV4Proxy.Signing.Chunked;
using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Signing;

/// <summary>
/// Signs requests with AWS Signature Version 4. Start reading here. Pure: no I/O, no clock, no HTTP types. Thread-safe: it
/// holds nothing but the key of the day.
///
/// The steps, each in a type of its own
/// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html):
///    (1) The headers that are signed: the caller's, and those that signing adds; in the query, the parameters that it
///        adds                                                   <see cref="QueryAuthentication"/>
///    (2) The canonical request                                  <see cref="CanonicalRequest"/>
///    (3) The string to sign, with the canonical request's hash  <see cref="StringToSign"/>
///    (4) The signing key, derived or from the cache             <see cref="SigningKey"/>, <see cref="SigningKeyCache"/>
///    (5) The signature, and the Authorization header or the query that carries it
/// A body that is signed chunk by chunk goes on from there      <see cref="SignChunks"/>
/// </summary>
/// <param name="scope">Region and service that every request is signed for.</param>
/// <param name="location">Where requests carry their signature.</param>
/// <param name="expires">How long a signature in the query is good for, 1 second to 7 days; of no meaning in the header.</param>
internal sealed class SigV4Signer(
    CredentialScope scope, SignatureLocation location = SignatureLocation.Header, TimeSpan expires = default)
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
    /// <param name="target">Path and query as they are sent, but for a signature in the query.</param>
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
        var inQuery = location == SignatureLocation.Query;
        var date = inQuery ? null : time.UtcDateTime.ToString(DateTimeFormat, CultureInfo.InvariantCulture);
        var token = inQuery ? null : credentials.SessionToken;

        // (1) The headers that are signed
        var rented = ArrayPool<SignedHeader>.Shared.Rent(headers.Length + AddedHeaders);
        headers.CopyTo(rented);
        var count = headers.Length;
        rented[count++] = new SignedHeader(AwsNames.HostHeader, host);
        if (date is not null)
            rented[count++] = new SignedHeader(AwsNames.DateHeader, date);
        if (token is not null)
            rented[count++] = new SignedHeader(AwsNames.SecurityTokenHeader, token);
        if (contentSha256 is not null)
            rented[count++] = new SignedHeader(AwsNames.ContentSha256Header, contentSha256);
        var signed = rented.AsSpan(0, count);
        signed.Sort();

        var writer = new ByteWriter(stackalloc byte[1024]);
        try
        {
            // and the parameters that are
            var parameters = inQuery
                ? QueryAuthentication.SignedParameters(signed, Scope, credentials, Options.QuerySessionToken, time, expires)
                : null;

            // (2) The canonical request
            CanonicalRequest.Write(ref writer, method, target.WithParameters(parameters), signed, payloadHash, Options);

            // (3), (4), (5)
            Span<byte> signature = stackalloc byte[HMACSHA256.HashSizeInBytes];
            ComputeSignature(ref writer, credentials, time, signature);
            return parameters is null
                ? new SigningInstructions(contentSha256)
                {
                    Authorization = Authorization(ref writer, signed, credentials, time, signature),
                    Date = date,
                    SecurityToken = token,
                }
                : new SigningInstructions(contentSha256)
                {
                    QueryParameters = QueryAuthentication.AllParameters(parameters, signature, credentials, Options.QuerySessionToken),
                };
        }
        finally
        {
            writer.Dispose();
            // The array held the session token.
            ArrayPool<SignedHeader>.Shared.Return(rented, clearArray: true);
        }
    }

    /// <summary>What signs the chunks of a request's body, beginning from the request's signature.</summary>
    /// <param name="signed">What <see cref="Sign"/> gave for the request: a signature in the header.</param>
    /// <param name="credentials">Those it was signed with.</param>
    /// <param name="time">When it was signed.</param>
    public ChunkSigner SignChunks(SigningInstructions signed, SigningCredentials credentials, DateTimeOffset time)
    {
        Span<byte> key = stackalloc byte[SigningKey.SizeBytes];
        _keys.CopyKey(credentials, time, Scope, key);
        var signer = new ChunkSigner(key, time, Scope, signed.HeaderSignature);
        CryptographicOperations.ZeroMemory(key);
        return signer;
    }

    /// <summary>Steps 3 to 5, from the canonical request in <paramref name="writer"/>, which is used up.</summary>
    private void ComputeSignature(ref ByteWriter writer, SigningCredentials credentials, DateTimeOffset time, Span<byte> signature)
    {
        // (3) The string to sign
        var stringToSign = new ByteWriter(stackalloc byte[256]);
        StringToSign.Write(ref stringToSign, time, Scope, writer.Written);
        writer.Truncate(0);

        // (4) The signing key
        Span<byte> key = stackalloc byte[SigningKey.SizeBytes];
        _keys.CopyKey(credentials, time, Scope, key);

        // (5) The signature
        HMACSHA256.HashData(key, stringToSign.Written, signature);
        CryptographicOperations.ZeroMemory(key);
        stringToSign.Dispose();
    }

    /// <summary>The Authorization header, made in <paramref name="writer"/>.</summary>
    private string Authorization(
        ref ByteWriter writer, ReadOnlySpan<SignedHeader> signed, SigningCredentials credentials, DateTimeOffset time,
        ReadOnlySpan<byte> signature)
    {
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
