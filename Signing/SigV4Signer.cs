using System.Security.Cryptography;
using AwsSigV4Proxy.Signing.Chunked;
using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Signing;

/// <summary>
/// Signs requests with AWS Signature Version 4: <see cref="RequestSigner"/> with a key that is good for one region and one day,
/// and HMAC-SHA256. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
/// </summary>
/// <param name="scope">Region and service that every request is signed for.</param>
/// <param name="location">Where requests carry their signature.</param>
/// <param name="expires">How long a signature in the query is good for, 1 second to 7 days; of no meaning in the header.</param>
internal sealed class SigV4Signer(
    CredentialScope scope, SignatureLocation location = SignatureLocation.Header, TimeSpan expires = default)
    : RequestSigner(SignatureVersion.V4, scope, regionSet: null, location, expires)
{
    private readonly SigningKeyCache _keys = new();

    /// <inheritdoc/>
    public override ChunkSigner SignChunks(SigningInstructions signed, SigningCredentials credentials, DateTimeOffset time)
    {
        Span<byte> key = stackalloc byte[SigningKey.SizeBytes];
        _keys.CopyKey(credentials, time, Scope, key);
        var signer = new SigV4ChunkSigner(key, time, Scope, signed.HeaderSignature);
        CryptographicOperations.ZeroMemory(key);
        return signer;
    }

    /// <inheritdoc/>
    protected override int ComputeSignature(
        ReadOnlySpan<byte> stringToSign, SigningCredentials credentials, DateTimeOffset time, Span<byte> signature)
    {
        // (4) The signing key
        Span<byte> key = stackalloc byte[SigningKey.SizeBytes];
        _keys.CopyKey(credentials, time, Scope, key);

        // (5) The signature
        var length = HMACSHA256.HashData(key, stringToSign, signature);
        CryptographicOperations.ZeroMemory(key);
        return length;
    }
}
