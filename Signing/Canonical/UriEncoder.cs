using System.Text;

namespace AwsSigV4Proxy.Signing.Canonical;

/// <summary>
/// AWS's <c>UriEncode()</c>: everything outside <c>A-Z a-z 0-9 - . _ ~</c> (RFC 3986, 2.3) becomes <c>%XX</c> of its UTF-8
/// bytes with upper-case digits, the space <c>%20</c>.
/// Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
/// </summary>
internal static class UriEncoder
{
    private const int NotHex = 0xFF;

    /// <summary>Appends one byte, encoded unless it is unreserved.</summary>
    public static void WriteEncoded(ref ByteWriter writer, byte value)
    {
        if (IsUnreserved(value))
        {
            writer.Write(value);
            return;
        }

        writer.Write((byte)'%');
        writer.Write("0123456789ABCDEF"u8[value >> 4]);
        writer.Write("0123456789ABCDEF"u8[value & 0xF]);
    }

    /// <summary>Appends one character by its UTF-8 bytes, each encoded unless it is unreserved.</summary>
    /// <param name="writer">Where it goes.</param>
    /// <param name="text">Text that begins with the character.</param>
    /// <returns>How many <c>char</c>s of <paramref name="text"/> it took: two for a surrogate pair.</returns>
    public static int WriteEncoded(ref ByteWriter writer, ReadOnlySpan<char> text)
    {
        if (text[0] < 0x80)
        {
            WriteEncoded(ref writer, (byte)text[0]);
            return 1;
        }

        Rune.DecodeFromUtf16(text, out var rune, out var consumed);
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var b in utf8[..rune.EncodeToUtf8(utf8)])
            WriteEncoded(ref writer, b);
        return consumed;
    }

    /// <summary>
    /// Reads the percent-encoded byte (RFC 3986, 2.1) that <paramref name="text"/> begins with. A <c>%</c> without two
    /// hexadecimal digits behind it is no encoding and stands for itself.
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<char> text, out byte value)
    {
        value = 0;
        if (text.Length < 3 || text[0] != '%')
            return false;
        var (high, low) = (HexValue(text[1]), HexValue(text[2]));
        if (high == NotHex || low == NotHex)
            return false;
        value = (byte)((high << 4) | low);
        return true;
    }

    private static bool IsUnreserved(byte value) =>
        char.IsAsciiLetterOrDigit((char)value) || value is (byte)'-' or (byte)'.' or (byte)'_' or (byte)'~';

    private static int HexValue(char digit) => digit switch
    {
        >= '0' and <= '9' => digit - '0',
        >= 'a' and <= 'f' => digit - 'a' + 10,
        >= 'A' and <= 'F' => digit - 'A' + 10,
        _ => NotHex,
    };
}
