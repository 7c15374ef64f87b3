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

    private readonly IncrementalHash _chunkData = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash _signature;
    private readonly byte[] _previous = new byte[SignatureBytes];
    private readonly DateTimeOffset _time;
    private readonly CredentialScope _scope;

    /// <summary>Continues the signature of a request.</summary>
    /// <param name="key">The signing key that signed the request; copied into the platform's own memory.</param>
    /// <param name="time">When the request was signed.</param>
    /// <param name="scope">What it was signed for.</param>
    /// <param name="seedSignature">The request's signature: 64 lower-case hexadecimal digits.</param>
    public ChunkSigner(ReadOnlySpan<byte> key, DateTimeOffset time, CredentialScope scope, ReadOnlySpan<char> seedSignature)
    {
        _signature = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        (_time, _scope) = (time, scope);
        for (var i = 0; i < SignatureBytes; i++)
            _previous[i] = (byte)seedSignature[i];
    }

    /// <summary>Adds data to the chunk that is signed next. Called as it arrives: what is late is then the rest alone.</summary>
    /// <param name="data">The chunk's data, without its framing.</param>
    public void AppendData(ReadOnlySpan<byte> data) => _chunkData.AppendData(data);

    /// <summary>Signs the chunk whose data was appended; the last one has none.</summary>
    /// <param name="signature">Takes the signature: <see cref="SignatureBytes"/> bytes of lower-case hexadecimal digits.</param>
    public void SignChunk(Span<byte> signature)
    {
        var stringToSign = new ByteWriter(stackalloc byte[512]);
        WriteStart(ref stringToSign, AwsNames.Sigv4PayloadAlgorithm);

        // Hash("") \n
        stringToSign.WriteLatin1(PayloadHash.Empty.Value);
        stringToSign.Write((byte)'\n');

        // Hash(current-chunk-data)
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        _chunkData.GetHashAndReset(hash);
        stringToSign.WriteHexLower(hash);
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
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(canonicalTrailers, hash);
        stringToSign.WriteHexLower(hash);
        Sign(ref stringToSign, signature);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _signature.Dispose();
        _chunkData.Dispose();
    }

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

    private void Sign(ref ByteWriter stringToSign, Span<byte> signature)
    {
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        _signature.AppendData(stringToSign.Written);
        _signature.GetHashAndReset(mac);
        stringToSign.Dispose();
        Convert.TryToHexStringLower(mac, _previous, out _);
        _previous.CopyTo(signature);
    }
}
