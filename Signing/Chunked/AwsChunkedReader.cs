namespace AwsSigV4Proxy.Signing.Chunked;

/// <summary>
/// Decodes an aws-chunked body while it is read: gives the data of its chunks, and at the end its trailers. Read-only,
/// forward-only, asynchronous; memory is constant whatever the sizes. The signatures of chunks and trailers are passed over:
/// whoever holds the caller's key may check them, a proxy that signs for callers with dummy keys cannot.
///
/// The grammar (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html, sigv4-streaming-trailers.html):
///     body     = *chunk last trailers CRLF
///     chunk    = header CRLF data CRLF                    header with the size of data, not 0   <see cref="ChunkHeader"/>
///     last     = header CRLF                              header with size 0
///     trailers = *( field ( CRLF / LF ) )                 CRLF in the documentation             <see cref="TrailerField"/>
/// minio-go ends its fields with LF and puts an empty line in front of <c>x-amz-trailer-signature</c>; both are taken.
/// </summary>
/// <param name="source">The body as it arrives. Read to its end, and not disposed.</param>
internal sealed class AwsChunkedReader(Stream source) : ForwardOnlyStream
{
    /// <summary>
    /// The longest line, in bytes without its LF. Arbitrary: a chunk's header with the longest signature has 200 bytes.
    /// </summary>
    private const int MaxLineBytes = 4096;

    /// <summary>
    /// The longest section of trailers, in bytes. They become headers, and those of a PUT are limited to 8 KB:
    /// https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
    /// </summary>
    private const int MaxTrailerBytes = 8192;

    private readonly byte[] _buffer = new byte[2 * MaxLineBytes];
    private readonly List<TrailerField> _trailers = [];
    private int _start;
    private int _end;
    private Part _part = Part.Header;
    private long _chunk = 1;
    private long _remainingBytes;
    private int _trailerBytes;
    private bool _signatureSeen;

    /// <summary>What of the body comes next.</summary>
    private enum Part
    {
        Header,
        Data,
        DataEnd,
        Trailer,

        /// <summary>Nothing, or the signature of the trailers.</summary>
        LateSignature,

        /// <summary>The empty line behind that signature.</summary>
        LateEnd,
        Nothing,
        Ended,
    }

    /// <summary>
    /// The trailers in the order in which they came, complete once a read has returned 0. Their signature is left out.
    /// </summary>
    public IReadOnlyList<TrailerField> Trailers => _trailers;

    /// <summary>Reads data of the chunks; 0 bytes say that the body ended as it must.</summary>
    /// <exception cref="AwsChunkedFormatException">The body is not framed as it must be; every further read says so again.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_part != Part.Ended && !buffer.IsEmpty)
        {
            if (_part == Part.Data)
                return await ReadDataAsync(buffer, cancellationToken);
            if (!TryTakePart() && !await FillAsync(cancellationToken))
                EndOfSource();
        }

        return 0;
    }

    private async ValueTask<int> ReadDataAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var wanted = buffer[..(int)Math.Min(buffer.Length, _remainingBytes)];
        int read;
        if (_start < _end)
        {
            read = Math.Min(_end - _start, wanted.Length);
            _buffer.AsMemory(_start, read).CopyTo(wanted);
            _start += read;
        }
        else
            read = await source.ReadAsync(wanted, cancellationToken);

        if (read == 0)
            throw new AwsChunkedFormatException($"The body ends in the middle of chunk {_chunk}.");
        if ((_remainingBytes -= read) == 0)
            _part = Part.DataEnd;
        return read;
    }

    /// <summary>
    /// Takes what comes next, but data, from the buffer; false when the buffer does not hold all of it. What is refused is
    /// not taken, so that it is refused again.
    /// </summary>
    private bool TryTakePart()
    {
        var buffered = _buffer.AsSpan(_start, _end - _start);
        switch (_part)
        {
            case Part.Nothing when buffered.IsEmpty:
                return false;
            case Part.Nothing:
                throw new AwsChunkedFormatException("There are bytes behind the end of the last chunk and its trailers.");
            case Part.DataEnd when buffered.Length < 2:
                return false;
            case Part.DataEnd:
                if (!buffered.StartsWith("\r\n"u8))
                    throw new AwsChunkedFormatException($"Chunk {_chunk} does not end with CRLF where its size says.");
                _start += 2;
                _chunk++;
                _part = Part.Header;
                return true;
        }

        var length = buffered.IndexOf((byte)'\n');
        if (length > MaxLineBytes || (length < 0 && buffered.Length > MaxLineBytes))
            throw new AwsChunkedFormatException($"A line at chunk {_chunk} is longer than {MaxLineBytes} bytes.");
        if (length < 0)
            return false;
        TakeLine(buffered[..length]);
        _start += length + 1;
        return true;
    }

    /// <param name="line">The line without its LF.</param>
    private void TakeLine(ReadOnlySpan<byte> line)
    {
        var endsWithCr = line.EndsWith((byte)'\r');
        var content = endsWithCr ? line[..^1] : line;
        if (_part == Part.Header)
        {
            if (!endsWithCr)
                throw new AwsChunkedFormatException($"The line in front of chunk {_chunk} does not end with CRLF.");
            _remainingBytes = ChunkHeader.ParseSizeBytes(content, _chunk);
            _part = _remainingBytes == 0 ? Part.Trailer : Part.Data;
        }
        else if ((_trailerBytes += line.Length) > MaxTrailerBytes)
            throw new AwsChunkedFormatException($"The trailers are longer than {MaxTrailerBytes} bytes.");
        else if (content.IsEmpty)
            TakeEmptyLine();
        else
            TakeTrailer(TrailerField.Parse(content));
    }

    private void TakeEmptyLine() => _part = _part switch
    {
        Part.Trailer => _signatureSeen || _trailers.Count == 0 ? Part.Nothing : Part.LateSignature,
        Part.LateEnd => Part.Nothing,
        _ => throw new AwsChunkedFormatException("There are bytes behind the end of the last chunk and its trailers."),
    };

    private void TakeTrailer(TrailerField field)
    {
        if (_part != Part.Trailer && (_part != Part.LateSignature || !field.IsSignature))
            throw new AwsChunkedFormatException("There are bytes behind the end of the last chunk and its trailers.");
        if (_part == Part.LateSignature)
            _part = Part.LateEnd;
        if (field.IsSignature)
            _signatureSeen = true;
        else
            _trailers.Add(field);
    }

    /// <summary>Reads more behind what is buffered; false at the end of the source.</summary>
    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        var read = await source.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        _end += read;
        return read > 0;
    }

    private void EndOfSource()
    {
        var isEnd = _part == Part.Nothing || (_part == Part.LateSignature && _start == _end);
        _part = isEnd ? Part.Ended : throw new AwsChunkedFormatException(_part switch
        {
            Part.Header => $"The body ends at chunk {_chunk}, before its last chunk, which has size 0.",
            Part.DataEnd => $"The body ends before the CRLF behind chunk {_chunk}.",
            _ => "The body ends before the empty line behind its last chunk and trailers.",
        });
    }
}
