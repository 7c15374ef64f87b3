using System.Security.Cryptography;
using AwsSigV4Proxy.Signing.Canonical;
using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Signing.Chunked;

/// <summary>
/// Signs the chunks of one aws-chunked body, and its trailers, each over the signature before it: the first over the
/// request's own, the seed. For one body and one thread; dispose it, so that its key is cleared.
/// Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html, sigv4-streaming-trailers.html
/// </summary>
internal sealed class ChunkSigner : IDisposable
{
    /// <summary>The size of a signature as it is written: the hexadecimal digits of an HMAC-SHA256, in bytes.</summary>
    public const int SignatureBytes = HMACSHA256.HashSizeInBytes * 2;

    private readonly byte[] _key = new byte[SigningKey.SizeBytes];
    private readonly byte[] _previous = new byte[SignatureBytes];
    private readonly DateTimeOffset _time;
    private readonly CredentialScope _scope;

    /// <summary>Continues the signature of a request.</summary>
    /// <param name="key">The signing key that signed the request; copied.</param>
    /// <param name="time">When the request was signed.</param>
    /// <param name="scope">What it was signed for.</param>
    /// <param name="seedSignature">The request's signature: 64 lower-case hexadecimal digits.</param>
    public ChunkSigner(ReadOnlySpan<byte> key, DateTimeOffset time, CredentialScope scope, ReadOnlySpan<char> seedSignature)
    {
        key.CopyTo(_key);
        (_time, _scope) = (time, scope);
        for (var i = 0; i < SignatureBytes; i++)
            _previous[i] = (byte)seedSignature[i];
    }

    /// <summary>Signs the next chunk; the last one has no data.</summary>
    /// <param name="data">The chunk's data, without its framing.</param>
    /// <param name="signature">Takes the signature: <see cref="SignatureBytes"/> bytes of lower-case hexadecimal digits.</param>
    public void SignChunk(ReadOnlySpan<byte> data, Span<byte> signature)
    {
        var stringToSign = new ByteWriter(stackalloc byte[512]);
        WriteStart(ref stringToSign, AwsNames.Sigv4PayloadAlgorithm);

        // Hash("") \n
        stringToSign.WriteLatin1(PayloadHash.Empty.Value);
        stringToSign.Write((byte)'\n');

        // Hash(current-chunk-data)
        WriteHash(ref stringToSign, data);
        Sign(ref stringToSign, signature);
    }

    /// <summary>Signs the trailers, after the last chunk.</summary>
    /// <param name="canonicalTrailers"><c>name:value\n</c> for each, the names in lower case and sorted.</param>
    /// <param name="signature">Takes the signature, as <see cref="SignChunk"/> gives it.</param>
    public void SignTrailers(ReadOnlySpan<byte> canonicalTrailers, Span<byte> signature)
    {
        var stringToSign = new ByteWriter(stackalloc byte[512]);
        WriteStart(ref stringToSign, AwsNames.Sigv4TrailerAlgorithm);

        // Hash(trailers)
        WriteHash(ref stringToSign, canonicalTrailers);
        Sign(ref stringToSign, signature);
    }

    /// <inheritdoc/>
    public void Dispose() => CryptographicOperations.ZeroMemory(_key);

    private void WriteStart(ref ByteWriter stringToSign, string algorithm)
    {
        // Algorithm \n
        stringToSign.WriteLatin1(algorithm);
        stringToSign.Write((byte)'\n');

        // RequestDateTime \n
        stringToSign.WriteTime(_time, SigV4Signer.DateTimeFormat);
        stringToSign.Write((byte)'\n');

        // CredentialScope \n
        _scope.Write(ref stringToSign, _time);
        stringToSign.Write((byte)'\n');

        // previous-signature \n
        stringToSign.Write(_previous);
        stringToSign.Write((byte)'\n');
    }

    private static void WriteHash(ref ByteWriter stringToSign, ReadOnlySpan<byte> data)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(data, hash);
        stringToSign.WriteHexLower(hash);
    }

    private void Sign(ref ByteWriter stringToSign, Span<byte> signature)
    {
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, stringToSign.Written, mac);
        stringToSign.Dispose();
        Convert.TryToHexStringLower(mac, _previous, out _);
        _previous.CopyTo(signature);
    }
}
