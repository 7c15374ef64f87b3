using System.Globalization;
using System.Text;

namespace AwsSigV4Proxy.Tests.Fakes;

/// <summary>An HTTP/1.1 message as it stood on the wire, one character a byte.</summary>
/// <param name="Head">Start line and header lines, without the empty line at their end.</param>
/// <param name="Body">As many bytes as its Content-Length says.</param>
internal sealed record RawMessage(string Head, string Body)
{
    /// <summary>The request line or the status line.</summary>
    public string StartLine { get; } = Head.Split("\r\n")[0];

    /// <summary>The header lines in their order.</summary>
    public string[] Lines { get; } = Head.Split("\r\n")[1..];

    /// <summary>A header line's name and its value, without the white space around that.</summary>
    public static KeyValuePair<string, string> Field(string line)
    {
        var parts = line.Split(':', 2);
        return new(parts[0], parts[1].Trim(' ', '\t'));
    }

    /// <summary>The value of a header, or null.</summary>
    public string? Value(string name) => Lines.Select(Field)
        .Where(field => field.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(field => field.Value).FirstOrDefault();
}

/// <summary>Reads one message after another from a connection; framed by Content-Length alone.</summary>
internal sealed class RawMessageReader(Stream stream)
{
    private byte[] _buffer = new byte[16 * 1024];
    private int _count;

    /// <summary>The next message, or null when the connection ends before it is whole.</summary>
    public async Task<RawMessage?> ReadAsync(CancellationToken cancellationToken = default)
    {
        int end;
        while ((end = _buffer.AsSpan(0, _count).IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (!await FillAsync(cancellationToken))
                return null;
        }

        var head = new RawMessage(Take(end + 4)[..end], "");
        var length = int.Parse(head.Value("content-length") ?? "0", CultureInfo.InvariantCulture);
        while (_count < length)
        {
            if (!await FillAsync(cancellationToken))
                return null;
        }

        return head with { Body = Take(length) };
    }

    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_count == _buffer.Length)
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        var read = await stream.ReadAsync(_buffer.AsMemory(_count), cancellationToken);
        _count += read;
        return read > 0;
    }

    private string Take(int count)
    {
        var text = Encoding.Latin1.GetString(_buffer, 0, count);
        _count -= count;
        _buffer.AsSpan(count, _count).CopyTo(_buffer);
        return text;
    }
}
