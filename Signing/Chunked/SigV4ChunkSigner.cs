using System.Security.Cryptography;
using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Signing.Chunked;

/// <summary>Signs chunks with AWS Signature Version 4.</summary>
internal sealed class SigV4ChunkSigner : ChunkSigner
{
    private readonly IncrementalHash _hmac;

    /// <summary>Continues the signature of a request.</summary>
    /// <param name="key">The signing key that signed the request; copied into the platform's own memory.</param>
    /// <param name="time">When the request was signed.</param>
    /// <param name="scope">What it was signed for.</param>
    /// <param name="seedSignature">The request's signature: 64 lower-case hexadecimal digits.</param>
    public SigV4ChunkSigner(ReadOnlySpan<byte> key, DateTimeOffset time, CredentialScope scope, ReadOnlySpan<char> seedSignature)
        : base(SignatureVersion.V4, time, scope, seedSignature) =>
        _hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);

    /// <inheritdoc/>
    protected override int ComputeSignature(ReadOnlySpan<byte> stringToSign, Span<byte> signature)
    {
        _hmac.AppendData(stringToSign);
        return _hmac.GetHashAndReset(signature);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _hmac.Dispose();
        base.Dispose(disposing);
    }
}
