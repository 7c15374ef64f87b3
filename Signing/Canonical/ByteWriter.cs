using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace AwsSigV4Proxy.Signing.Canonical;

/// <summary>
/// A growing run of bytes that starts on the stack and moves to a pooled array when it outgrows it, so that a small
/// request is signed without allocation. Must be disposed, and must not be copied: pass it by <c>ref</c>.
/// </summary>
/// <param name="initial">Where writing starts; the caller owns it and keeps it alive as long as the writer.</param>
internal ref struct ByteWriter(Span<byte> initial)
{
    private Span<byte> _buffer = initial;
    private byte[]? _rented;

    /// <summary>How many bytes were written.</summary>
    public int Length { get; private set; }

    /// <summary>What was written; valid until the next write.</summary>
    public readonly ReadOnlySpan<byte> Written => _buffer[..Length];

    /// <summary>Appends one byte.</summary>
    public void Write(byte value)
    {
        if (Length == _buffer.Length)
            Grow(1);
        _buffer[Length++] = value;
    }

    /// <summary>Appends bytes.</summary>
    public void Write(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>
    /// Appends text as Latin-1, one byte a character: what Kestrel and the upstream handler read and write header values
    /// with, so that the bytes are those of the wire whatever encoding the caller had in mind.
    /// </summary>
    public void WriteLatin1(scoped ReadOnlySpan<char> text) =>
        Length += Encoding.Latin1.GetBytes(text, GetSpan(text.Length));

    /// <summary>Appends bytes as lower-case hexadecimal digits.</summary>
    public void WriteHexLower(scoped ReadOnlySpan<byte> bytes)
    {
        Convert.TryToHexStringLower(bytes, GetSpan(bytes.Length * 2), out var written);
        Length += written;
    }

    /// <summary>Appends a time as <c>yyyyMMdd</c> or, in full, <c>yyyyMMdd'T'HHmmss'Z'</c> (ISO 8601 basic format, UTC).</summary>
    public void WriteTime(DateTimeOffset time, [StringSyntax(StringSyntaxAttribute.DateTimeFormat)] string format)
    {
        time.UtcDateTime.TryFormat(GetSpan(16), out var written, format, System.Globalization.CultureInfo.InvariantCulture);
        Length += written;
    }

    /// <summary>Takes back all but the first <paramref name="length"/> bytes.</summary>
    public void Truncate(int length) => Length = length;

    /// <summary>Gives the pooled array back, if there is one, cleared: canonical text may hold a session token.</summary>
    public void Dispose()
    {
        if (_rented is { } rented)
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        this = default;
    }

    /// <summary>At least <paramref name="size"/> bytes of room behind what was written.</summary>
    private Span<byte> GetSpan(int size)
    {
        if (_buffer.Length - Length < size)
            Grow(size);
        return _buffer[Length..];
    }

    private void Grow(int needed)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, checked(Length + needed)));
        Written.CopyTo(larger);
        if (_rented is { } rented)
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        _buffer = _rented = larger;
    }
}
