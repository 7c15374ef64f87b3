using System.Buffers.Text;

namespace AwsSigV4Proxy.Benchmarks.Traffic;

/// <summary>Takes the next bytes of a body, which are the reader's again afterwards.</summary>
internal delegate void TakeBytes(ReadOnlySpan<byte> bytes);

/// <summary>
/// Counts the data of a body in chunks without copying it: HTTP's own (RFC 9112, 7.1) and S3's aws-chunked, which are framed
/// alike but for what stands behind a chunk's size.
/// </summary>
/// <param name="take">Gets the data, or null to drop it.</param>
internal sealed class ChunkCounter(TakeBytes? take = null)
{
    private const int LineEndBytes = 2;

    /// <summary>The line that is being read; longer than any that callers or proxies write.</summary>
    private readonly byte[] _line = new byte[1024];
    private int _lineBytes;

    /// <summary>What is left of the current chunk, its CRLF included; 0 while a line is read.</summary>
    private long _chunkBytes;
    private bool _isBehindLastChunk;

    /// <summary>The bytes of data so far.</summary>
    public long DataBytes { get; private set; }

    /// <summary>Whether the empty line behind the last chunk and its trailers was read.</summary>
    public bool Ended { get; private set; }

    /// <summary>Takes what arrived.</summary>
    /// <returns>How many of the bytes belong to the body: all until it ends.</returns>
    public int Take(ReadOnlySpan<byte> framed)
    {
        var rest = framed;
        while (!rest.IsEmpty && !Ended)
            rest = rest[(_chunkBytes > 0 ? TakeData(rest) : TakeLine(rest))..];
        return framed.Length - rest.Length;
    }

    private int TakeData(ReadOnlySpan<byte> rest)
    {
        var taken = (int)Math.Min(rest.Length, _chunkBytes);
        var data = (int)Math.Min(taken, Math.Max(0, _chunkBytes - LineEndBytes));
        if (data > 0)
            take?.Invoke(rest[..data]);
        DataBytes += data;
        _chunkBytes -= taken;
        return taken;
    }

    private int TakeLine(ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf((byte)'\n');
        var taken = end < 0 ? rest.Length : end + 1;
        if (_lineBytes + taken > _line.Length)
            throw new InvalidDataException("A chunk does not begin with a short line: the body is framed wrongly.");
        rest[..taken].CopyTo(_line.AsSpan(_lineBytes));
        _lineBytes += taken;
        if (end >= 0)
            EndLine(_line.AsSpan(0, _lineBytes));
        return taken;
    }

    private void EndLine(ReadOnlySpan<byte> line)
    {
        _lineBytes = 0;
        if (_isBehindLastChunk)
            Ended = line.SequenceEqual("\r\n"u8);
        else if (!Utf8Parser.TryParse(line, out long size, out _, 'x'))
            throw new InvalidDataException("A chunk does not begin with its size: the body is framed wrongly.");
        else if (size == 0)
            _isBehindLastChunk = true;
        else
            _chunkBytes = size + LineEndBytes;
    }
}
