using System.Buffers;
using System.Buffers.Text;

namespace AwsSigV4Proxy.Signing.Chunked;

/// <summary>
/// The line in front of a chunk's data: <c>hex-size *( ";" name "=" value )</c>.
/// Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
/// </summary>
internal static class ChunkHeader
{
    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);

    /// <summary>What extensions consist of: the printable characters of ASCII.</summary>
    private static readonly SearchValues<byte> Printable =
        SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (byte)c)]);

    /// <summary>
    /// Reads the chunk's size. Extensions are passed over, whichever they are and in whatever order: the one that is in use,
    /// <c>chunk-signature</c>, was made with the caller's key.
    /// </summary>
    /// <param name="line">The line without its CRLF.</param>
    /// <param name="chunk">The chunk's number, from 1, for the message.</param>
    /// <returns>The size of the data in bytes; 0 is the last chunk.</returns>
    /// <exception cref="AwsChunkedFormatException">The line is none.</exception>
    public static long ParseSizeBytes(ReadOnlySpan<byte> line, long chunk)
    {
        var end = line.IndexOf((byte)';');
        var digits = end < 0 ? line : line[..end];
        if (digits.IsEmpty || digits.ContainsAnyExcept(HexDigits))
            throw new AwsChunkedFormatException($"The size of chunk {chunk} is not a hexadecimal number.");
        if (end >= 0 && line[end..].ContainsAnyExcept(Printable))
            throw new AwsChunkedFormatException($"The line in front of chunk {chunk} has control characters or bytes beyond ASCII.");

        var significant = digits.TrimStart((byte)'0');
        if (significant.IsEmpty)
            return 0;
        // 15 digits stay below 2^60, which no object comes near and a long holds.
        return significant.Length <= 15 && Utf8Parser.TryParse(significant, out long size, out _, 'x')
            ? size
            : throw new AwsChunkedFormatException($"The size of chunk {chunk} is larger than any object.");
    }
}
