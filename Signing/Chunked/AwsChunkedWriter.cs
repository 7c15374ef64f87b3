using System.Runtime.CompilerServices;
using AwsSigV4Proxy.Signing.Canonical;

namespace AwsSigV4Proxy.Signing.Chunked;

/// <summary>
/// Gives a body as aws-chunked while it is read: chunks of one size, the last chunk, which is empty, and the trailers.
/// Read-only, forward-only, asynchronous; its memory does not depend on the body's length. The last chunk is given only when
/// the data has ended as it must, so that a body that turns out to be bad never looks complete.
///
/// The grammar (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html, sigv4-streaming-trailers.html):
///     body     = *chunk last trailers CRLF
///     chunk    = header data CRLF                                     <see cref="AwsChunkedFraming.WriteHeader"/>
///     last     = header                                               of size 0
///     trailers = *( name ":" value CRLF ) [ "x-amz-trailer-signature:" signature CRLF ]
/// </summary>
/// <param name="data">The data. Read to its end, and not disposed.</param>
/// <param name="dataBytes">How long the data is said to be, in bytes; what comes is held against it.</param>
/// <param name="version">
/// How chunks and trailers are signed, so that <see cref="SignWith"/> must be called before the first read, or null when they
/// are not.
/// </param>
/// <param name="trailers">Gives the trailers, once, when the data has ended; null for a body without.</param>
/// <param name="chunkDataBytes">Data in each chunk but the last ones, in bytes.</param>
internal sealed class AwsChunkedWriter(
    Stream data, long dataBytes, SignatureVersion? version, Func<IReadOnlyList<TrailerField>>? trailers = null,
    int chunkDataBytes = AwsChunkedFraming.ChunkDataBytes) : ForwardOnlyStream
{
    private readonly int _maxChunkBytes = AwsChunkedFraming.HeaderBytes(chunkDataBytes, version) + chunkDataBytes + 2;
    private ChunkSigner? _signer;
    private byte[] _own = [];
    private ReadOnlyMemory<byte> _pending;
    private long _takenBytes;
    private Part _part = Part.Chunks;

    /// <summary>What of the body comes next.</summary>
    private enum Part
    {
        Chunks,
        End,
        Nothing,

        /// <summary>Nothing: a read failed, and what it had taken is lost.</summary>
        Broken,
    }

    /// <summary>Gives what signs the chunks: the head, whose signature the first chunk continues, is signed last of all.</summary>
    /// <param name="signer">Disposed with this stream.</param>
    public void SignWith(ChunkSigner signer)
    {
        // There is one when the head is signed once more before the body was asked for.
        _signer?.Dispose();
        _signer = signer;
    }

    /// <summary>Reads the encoded body; 0 bytes say that it is complete. An empty buffer waits for data and takes none.</summary>
    /// <exception cref="AwsChunkedFormatException">The data is not as long as it was said to be.</exception>
    /// <exception cref="InvalidOperationException">It is not known how to sign, or an earlier read failed.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (version is not null && _signer is null)
            throw new InvalidOperationException("read before it was known how to sign");
        if (_part == Part.Broken)
            throw new InvalidOperationException("read after a read that failed");
        if (_pending.IsEmpty && _part == Part.Chunks)
        {
            if (buffer.IsEmpty)
                return await data.ReadAsync(buffer, cancellationToken);
            // The chunk is made in the buffer that was given if it fits: nothing is copied then.
            if (buffer.Length >= _maxChunkBytes && await FillAsync(buffer, cancellationToken) is > 0 and var length)
                return length;
            if (_part == Part.Chunks)
                await FillOwnAsync(cancellationToken);
        }

        if (_pending.IsEmpty && _part == Part.End && !buffer.IsEmpty)
        {
            _part = Part.Broken; // until the trailers are there
            _pending = MakeEnd();
            _part = Part.Nothing;
        }

        var taken = Math.Min(buffer.Length, _pending.Length);
        _pending[..taken].CopyTo(buffer);
        _pending = _pending[taken..];
        return taken;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _signer?.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask FillOwnAsync(CancellationToken cancellationToken)
    {
        if (_own.Length == 0)
            _own = new byte[_maxChunkBytes];
        _pending = _own.AsMemory(0, await FillAsync(_own, cancellationToken));
    }

    /// <summary>Reads the next chunk's data and puts its framing around it.</summary>
    /// <param name="buffer">Takes the chunk; has room for the largest.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The chunk's length, or 0 when the data has ended.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> FillAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var dataStart = AwsChunkedFraming.HeaderBytes(chunkDataBytes, version);
        var (count, isEnd) = (0, false);
        _part = Part.Broken; // until the chunk is whole
        while (count < chunkDataBytes && !isEnd)
        {
            var read = await data.ReadAsync(buffer.Slice(dataStart + count, chunkDataBytes - count), cancellationToken);
            Signer?.AppendData(buffer.Span.Slice(dataStart + count, read));
            count += read;
            isEnd = read == 0;
        }

        _takenBytes += count;
        if (_takenBytes > dataBytes || (isEnd && _takenBytes < dataBytes))
        {
            var word = _takenBytes > dataBytes ? "more" : "fewer";
            throw new AwsChunkedFormatException(
                $"The chunks hold {word} than the {dataBytes} bytes that {AwsNames.DecodedContentLengthHeader} says.");
        }

        _part = isEnd ? Part.End : Part.Chunks;
        return count == 0 ? 0 : Frame(buffer.Span, dataStart, count);
    }

    private int Frame(Span<byte> chunk, int dataStart, int count)
    {
        // A smaller chunk may have fewer digits in front.
        var header = AwsChunkedFraming.HeaderBytes(count, version);
        if (header < dataStart)
            chunk.Slice(dataStart, count).CopyTo(chunk[header..]);
        AwsChunkedFraming.WriteHeader(chunk[..header], count, Signer);
        "\r\n"u8.CopyTo(chunk[(header + count)..]);
        return header + count + 2;
    }

    private ChunkSigner? Signer => version is null ? null : _signer;

    private byte[] MakeEnd()
    {
        var end = new ByteWriter(stackalloc byte[1024]);
        Span<byte> header = stackalloc byte[AwsChunkedFraming.HeaderBytes(0, version)];
        AwsChunkedFraming.WriteHeader(header, 0, Signer);
        end.Write(header);

        if (trailers?.Invoke() is { Count: > 0 } fields)
            WriteTrailers(ref end, fields);
        end.Write("\r\n"u8);
        var bytes = end.Written.ToArray();
        end.Dispose();
        return bytes;
    }

    private void WriteTrailers(ref ByteWriter end, IReadOnlyList<TrailerField> fields)
    {
        SignedHeader[] sorted = [.. fields.Select(f => new SignedHeader(f.Name.ToLowerInvariant(), f.Value)).Order()];
        foreach (var (name, value) in sorted)
        {
            end.WriteLatin1(name);
            end.Write((byte)':');
            end.WriteLatin1(value);
            end.Write("\r\n"u8);
        }

        if (Signer is not { } signer)
            return;

        var canonical = new ByteWriter(stackalloc byte[512]);
        CanonicalHeaders.Write(ref canonical, sorted);
        Span<byte> signature = stackalloc byte[signer.SignatureBytes];
        signer.SignTrailers(canonical.Written, signature);
        canonical.Dispose();
        end.Write("x-amz-trailer-signature:"u8);
        end.Write(signature);
        end.Write("\r\n"u8);
    }
}
