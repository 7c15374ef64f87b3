using System.Globalization;
using System.Text;

namespace AwsSigV4Proxy.Benchmarks.Traffic;

/// <summary>The first line and the headers of an HTTP/1.1 message.</summary>
internal sealed record MessageHead(string StartLine, IReadOnlyDictionary<string, string> Fields)
{
    /// <summary>An answer's status.</summary>
    public int Status => int.Parse(StartLine.Split(' ')[1], CultureInfo.InvariantCulture);

    /// <summary>Whether the body comes in HTTP's chunks.</summary>
    public bool IsChunked => this["transfer-encoding"] == "chunked";

    /// <summary>The length of the body in bytes; 0 where none is declared.</summary>
    public long ContentLength => this["content-length"] is { Length: > 0 } text ? long.Parse(text, CultureInfo.InvariantCulture) : 0;

    /// <summary>A header, or nothing.</summary>
    public string this[string name] => Fields.GetValueOrDefault(name, "");
}

/// <summary>
/// Reads the HTTP/1.1 messages of one connection, one after another. It blocks its thread and reads into one large buffer,
/// so that this side costs little beside the proxy between the two sides.
/// </summary>
internal sealed class MessageReader(Stream connection)
{
    private readonly byte[] _buffer = new byte[256 * 1024];
    private int _start;
    private int _end;

    /// <summary>Reads the next message's head; null when the other side has closed the connection.</summary>
    public MessageHead? ReadHead()
    {
        int length;
        while ((length = Buffered.IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (Fill() > 0)
                continue;
            return _start == _end ? null : throw new EndOfStreamException("The connection was closed within a head.");
        }

        var lines = Encoding.Latin1.GetString(Buffered[..length]).Split("\r\n");
        _start += length + 4;
        return new MessageHead(lines[0], lines.Skip(1).Select(static line => line.Split(':', 2))
            .ToDictionary(static field => field[0], static field => field[1].Trim(), StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>Reads the body behind a head.</summary>
    /// <param name="head">Says how the body is framed.</param>
    /// <param name="take">Gets the body without HTTP's framing, or null to drop it.</param>
    /// <returns>Its bytes without HTTP's framing.</returns>
    public long ReadBody(MessageHead head, TakeBytes? take = null)
    {
        if (head.IsChunked)
        {
            var chunks = new ChunkCounter(take);
            while (!chunks.Ended)
            {
                // Not in one expression with the sum: what comes next may move the start.
                var taken = chunks.Take(Next());
                _start += taken;
            }

            return chunks.DataBytes;
        }

        for (var left = head.ContentLength; left > 0;)
        {
            var next = Next();
            next = next[..(int)Math.Min(next.Length, left)];
            take?.Invoke(next);
            left -= next.Length;
            _start += next.Length;
        }

        return head.ContentLength;
    }

    private ReadOnlySpan<byte> Buffered => _buffer.AsSpan(_start, _end - _start);

    /// <summary>What has arrived; waits while that is nothing.</summary>
    private ReadOnlySpan<byte> Next() =>
        _start < _end || Fill() > 0 ? Buffered : throw new EndOfStreamException("The connection was closed within a body.");

    private int Fill()
    {
        Buffered.CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        if (_end == _buffer.Length)
            throw new InvalidDataException("A head is too long.");
        var read = connection.Read(_buffer.AsSpan(_end));
        _end += read;
        return read;
    }
}
