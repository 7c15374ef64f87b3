using System.Globalization;
using System.Text;
using AwsSigV4Proxy.Signing.Canonical;
using AwsSigV4Proxy.Signing.Chunked;
using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Signing;

/// <summary>
/// Signs requests with AWS Signature Version 4 or 4A. Start reading here. Pure: no I/O, no clock, no HTTP types. Thread-safe:
/// it holds nothing but keys.
///
/// The steps, each in a type of its own
/// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html):
///    (1) The headers that are signed: the caller's, and those that signing adds; in the query, the parameters that it
///        adds                                                   <see cref="SignedHeaders"/>, <see cref="QueryAuthentication"/>
///    (2) The canonical request                                  <see cref="CanonicalRequest"/>
///    (3) The string to sign, with the canonical request's hash  <see cref="StringToSign"/>
///    (4) The signing key, derived or from the cache             the one step that differs:
///    (5) The signature                                          <see cref="SigV4Signer"/>, <see cref="SigV4aSigner"/>
///    (6) The Authorization header or the query that carries it
/// A body that is signed chunk by chunk goes on from there       <see cref="SignChunks"/>
/// </summary>
/// <param name="version">What the version of the signature is called.</param>
/// <param name="scope">What every request is signed for.</param>
/// <param name="regionSet">The value of <c>x-amz-region-set</c>, or null when the scope names a region.</param>
/// <param name="location">Where requests carry their signature.</param>
/// <param name="expires">How long a signature in the query is good for, 1 second to 7 days; of no meaning in the header.</param>
internal abstract class RequestSigner(
    SignatureVersion version, CredentialScope scope, string? regionSet, SignatureLocation location, TimeSpan expires)
{
    /// <summary>The format of <c>x-amz-date</c>, in UTC.</summary>
    public const string DateTimeFormat = "yyyyMMdd'T'HHmmss'Z'";

    /// <summary>The longest signature of any version, in bytes.</summary>
    private const int MaxSignatureBytes = EcdsaSigningKey.MaxSignatureBytes;

    /// <summary>What the version of the signature is called.</summary>
    public SignatureVersion Version => version;

    /// <summary>What every request is signed for.</summary>
    public CredentialScope Scope => scope;

    /// <summary>The service's rules.</summary>
    public SigningOptions Options { get; init; } = SigningOptions.For(scope.Service);

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
        // (1) The headers that are signed, and the parameters
        var added = AddedHeaders(payloadHash, sendContentSha256, credentials, time);
        using var signed = new SignedHeaders(headers, host, added);
        var parameters = AddedParameters(signed.Sorted, credentials, time);

        var writer = new ByteWriter(stackalloc byte[1024]);
        var stringToSign = new ByteWriter(stackalloc byte[256]);
        try
        {
            // (2) The canonical request
            CanonicalRequest.Write(ref writer, method, target.WithParameters(parameters), signed.Sorted, payloadHash, Options);

            // (3) The string to sign
            StringToSign.Write(ref stringToSign, version.Algorithm, time, scope, writer.Written);
            writer.Truncate(0);

            // (4) The signing key, (5) the signature
            Span<byte> buffer = stackalloc byte[MaxSignatureBytes];
            var signature = buffer[..ComputeSignature(stringToSign.Written, credentials, time, buffer)];

            // (6) What carries it
            return parameters is null
                ? added with { Authorization = Authorization(ref writer, signed.Sorted, credentials, time, signature) }
                : added with { QueryParameters = QueryAuthentication.AllParameters(parameters, signature, credentials, Options.QuerySessionToken) };
        }
        finally
        {
            stringToSign.Dispose();
            writer.Dispose();
        }
    }

    /// <summary>
    /// Gives what <see cref="Sign"/> signs, for the same arguments: the texts of steps 2 and 3. Costs what signing costs, and is
    /// for the log and for the diagnosis of a refused signature.
    /// </summary>
    public SigningExplanation Explain(
        ReadOnlySpan<char> method, RequestTarget target, string host, ReadOnlySpan<SignedHeader> headers,
        PayloadHash payloadHash, bool sendContentSha256, SigningCredentials credentials, DateTimeOffset time)
    {
        using var signed = new SignedHeaders(headers, host, AddedHeaders(payloadHash, sendContentSha256, credentials, time));
        var parameters = AddedParameters(signed.Sorted, credentials, time);

        var canonicalRequest = new ByteWriter(stackalloc byte[1024]);
        var stringToSign = new ByteWriter(stackalloc byte[256]);
        CanonicalRequest.Write(
            ref canonicalRequest, method, target.WithParameters(parameters), signed.Sorted, payloadHash, Options);
        StringToSign.Write(ref stringToSign, version.Algorithm, time, scope, canonicalRequest.Written);
        var explanation = new SigningExplanation(
            Encoding.Latin1.GetString(canonicalRequest.Written), Encoding.Latin1.GetString(stringToSign.Written));
        stringToSign.Dispose();
        canonicalRequest.Dispose();
        return explanation;
    }

    /// <summary>What signs the chunks of a request's body, beginning from the request's signature.</summary>
    /// <param name="signed">What <see cref="Sign"/> gave for the request: a signature in the header.</param>
    /// <param name="credentials">Those it was signed with.</param>
    /// <param name="time">When it was signed.</param>
    public abstract ChunkSigner SignChunks(SigningInstructions signed, SigningCredentials credentials, DateTimeOffset time);

    /// <summary>Steps 4 and 5.</summary>
    /// <param name="stringToSign">The string to sign.</param>
    /// <param name="credentials">What to sign with.</param>
    /// <param name="time">The time of the signature.</param>
    /// <param name="signature">Takes the signature; has room for the longest.</param>
    /// <returns>The signature's length, in bytes.</returns>
    protected abstract int ComputeSignature(
        ReadOnlySpan<byte> stringToSign, SigningCredentials credentials, DateTimeOffset time, Span<byte> signature);

    /// <summary>The headers that signing adds: in the query, none but the content hash.</summary>
    private SigningInstructions AddedHeaders(
        PayloadHash payloadHash, bool sendContentSha256, SigningCredentials credentials, DateTimeOffset time)
    {
        var isHashSent = sendContentSha256 || payloadHash.IsLiteral || Options.ContentSha256Header == ContentSha256Header.Always;
        var added = new SigningInstructions(isHashSent ? payloadHash.Value : null);
        return location == SignatureLocation.Query
            ? added
            : added with
            {
                Date = time.UtcDateTime.ToString(DateTimeFormat, CultureInfo.InvariantCulture),
                SecurityToken = credentials.SessionToken,
                RegionSet = regionSet,
            };
    }

    /// <summary>The parameters that signing adds and signs, or null where headers carry the signature.</summary>
    private string? AddedParameters(ReadOnlySpan<SignedHeader> signed, SigningCredentials credentials, DateTimeOffset time) =>
        location == SignatureLocation.Query
            ? QueryAuthentication.SignedParameters(
                version.Algorithm, signed, scope, regionSet, credentials, Options.QuerySessionToken, time, expires)
            : null;

    /// <summary>The Authorization header, made in <paramref name="writer"/>.</summary>
    private string Authorization(
        ref ByteWriter writer, ReadOnlySpan<SignedHeader> signed, SigningCredentials credentials, DateTimeOffset time,
        ReadOnlySpan<byte> signature)
    {
        writer.WriteLatin1(version.Algorithm);
        writer.Write(" Credential="u8);
        writer.WriteLatin1(credentials.AccessKeyId);
        writer.Write((byte)'/');
        scope.Write(ref writer, time);
        writer.Write(", SignedHeaders="u8);
        CanonicalHeaders.WriteNames(ref writer, signed);
        writer.Write(", Signature="u8);
        writer.WriteHexLower(signature);
        return Encoding.Latin1.GetString(writer.Written);
    }
}
