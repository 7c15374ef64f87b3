using System.Security.Cryptography;
using System.Text;
using AwsSigV4Proxy.Signing.Canonical;
using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Signing.Chunked;

/// <summary>
/// Signs the chunks of one aws-chunked body, and its trailers, each over the signature before it: the first over the
/// request's own, the seed. For one body and one thread; dispose it, so that its key is cleared.
/// Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html, sigv4-streaming-trailers.html
/// </summary>
internal abstract class ChunkSigner : IDisposable
{
    private readonly IncrementalHash _chunkData = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly SignatureVersion _version;
    private readonly DateTimeOffset _time;
    private readonly CredentialScope _scope;
    private readonly byte[] _previous;
    private int _previousBytes;

    /// <summary>Continues the signature of a request.</summary>
    /// <param name="version">The version of the signature.</param>
    /// <param name="time">When the request was signed.</param>
    /// <param name="scope">What it was signed for.</param>
    /// <param name="seedSignature">The request's signature: lower-case hexadecimal digits.</param>
    protected ChunkSigner(SignatureVersion version, DateTimeOffset time, CredentialScope scope, ReadOnlySpan<char> seedSignature)
    {
        (_version, _time, _scope) = (version, time, scope);
        _previous = new byte[version.ChunkSignatureBytes];
        _previousBytes = Encoding.ASCII.GetBytes(seedSignature, _previous);
    }

    /// <summary>The size of a signature as it is written, in bytes.</summary>
    public int SignatureBytes => _version.ChunkSignatureBytes;

    /// <summary>Adds data to the chunk that is signed next. Called as it arrives: what is late is then the rest alone.</summary>
    /// <param name="data">The chunk's data, without its framing.</param>
    public void AppendData(ReadOnlySpan<byte> data) => _chunkData.AppendData(data);

    /// <summary>Signs the chunk whose data was appended; the last one has none.</summary>
    /// <param name="signature">
    /// Takes the signature: <see cref="SignatureBytes"/> bytes, lower-case hexadecimal digits and, where they are fewer,
    /// <c>*</c> behind them.
    /// </param>
    public void SignChunk(Span<byte> signature)
    {
        var stringToSign = new ByteWriter(stackalloc byte[512]);
        WriteStart(ref stringToSign, _version.ChunkAlgorithm);

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
        WriteStart(ref stringToSign, _version.TrailerAlgorithm);

        // Hash(trailers)
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(canonicalTrailers, hash);
        stringToSign.WriteHexLower(hash);
        Sign(ref stringToSign, signature);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Signs with the key of the request.</summary>
    /// <param name="stringToSign">The string to sign.</param>
    /// <param name="signature">Takes the signature; has room for the longest.</param>
    /// <returns>The signature's length, in bytes.</returns>
    protected abstract int ComputeSignature(ReadOnlySpan<byte> stringToSign, Span<byte> signature);

    /// <summary>Releases the key.</summary>
    /// <param name="disposing">True when it is called by <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
            _chunkData.Dispose();
    }

    private void WriteStart(ref ByteWriter stringToSign, string algorithm)
    {
        // Algorithm \n
        stringToSign.WriteLatin1(algorithm);
        stringToSign.Write((byte)'\n');

        // RequestDateTime \n
        stringToSign.WriteTime(_time, RequestSigner.DateTimeFormat);
        stringToSign.Write((byte)'\n');

        // CredentialScope \n
        _scope.Write(ref stringToSign, _time);
        stringToSign.Write((byte)'\n');

        // previous-signature \n, without what fills it up
        stringToSign.Write(_previous.AsSpan(0, _previousBytes));
        stringToSign.Write((byte)'\n');
    }

    private void Sign(ref ByteWriter stringToSign, Span<byte> signature)
    {
        Span<byte> buffer = stackalloc byte[SignatureBytes / 2];
        var length = ComputeSignature(stringToSign.Written, buffer);
        stringToSign.Dispose();
        Convert.TryToHexStringLower(buffer[..length], _previous, out _previousBytes);
        _previous.AsSpan(0, _previousBytes).CopyTo(signature);
        signature[_previousBytes..SignatureBytes].Fill((byte)'*');
    }
}
