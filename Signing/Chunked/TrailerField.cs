using System.Buffers;
using System.Text;

namespace AwsSigV4Proxy.Signing.Chunked;

/// <summary>
/// One field behind the last chunk: <c>name ":" value</c>, both as they were sent, the value without the white space around
/// it, one character a byte (Latin-1). What was parsed is safe to send as a header.
/// Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
/// </summary>
internal readonly record struct TrailerField(string Name, string Value)
{
    /// <summary>The field that signs the others.</summary>
    public const string SignatureName = "x-amz-trailer-signature";

    /// <summary>The characters of a field name (RFC 9110, 5.6.2: token).</summary>
    private static readonly SearchValues<byte> TokenCharacters = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>What no field value has (RFC 9110, 5.5): the control characters but for the tabulator.</summary>
    private static readonly SearchValues<byte> ControlCharacters =
        SearchValues.Create([.. Enumerable.Range(0, 0x80).Select(c => (byte)c).Where(c => (c < ' ' && c != '\t') || c == 0x7F)]);

    /// <summary>Whether this is the field that signs the others.</summary>
    public bool IsSignature => Name.Equals(SignatureName, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads one line.</summary>
    /// <param name="line">The line without its line ending.</param>
    /// <exception cref="AwsChunkedFormatException">The line is no field.</exception>
    public static TrailerField Parse(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        if (colon <= 0 || line[..colon].ContainsAnyExcept(TokenCharacters))
            throw new AwsChunkedFormatException("A line behind the last chunk is not a trailer of the form 'name:value'.");
        var value = line[(colon + 1)..].Trim(" \t"u8);
        if (value.ContainsAny(ControlCharacters))
            throw new AwsChunkedFormatException("A trailer's value has control characters.");
        return new TrailerField(Encoding.ASCII.GetString(line[..colon]), Encoding.Latin1.GetString(value));
    }
}
