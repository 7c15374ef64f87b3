using System.Security.Cryptography;
using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Signing.Chunked;

/// <summary>
/// Signs chunks with AWS Signature Version 4A. Its key is its own: what reads a body that was called off may still be at it
/// when the body is disposed of, and must not meet the next request at a shared key.
/// </summary>
internal sealed class SigV4aChunkSigner : ChunkSigner
{
    private readonly ECDsa _key;

    /// <summary>Continues the signature of a request.</summary>
    /// <param name="credentials">Those that the request was signed with.</param>
    /// <param name="time">When the request was signed.</param>
    /// <param name="scope">What it was signed for.</param>
    /// <param name="seedSignature">The request's signature: lower-case hexadecimal digits.</param>
    public SigV4aChunkSigner(SigningCredentials credentials, DateTimeOffset time, CredentialScope scope, ReadOnlySpan<char> seedSignature)
        : base(SignatureVersion.V4a, time, scope, seedSignature) =>
        _key = EcdsaSigningKey.Derive(credentials);

    /// <inheritdoc/>
    protected override int ComputeSignature(ReadOnlySpan<byte> stringToSign, Span<byte> signature) =>
        EcdsaSigningKey.Sign(_key, stringToSign, signature);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _key.Dispose();
        base.Dispose(disposing);
    }
}
