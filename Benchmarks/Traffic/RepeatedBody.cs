using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AwsSigV4Proxy.Benchmarks.Traffic;

/// <summary>
/// A body of any length that costs next to nothing to make: one block that is sent again and again, and an end. The data is
/// random; the signatures of chunks are dummies, as those of a caller with dummy keys.
/// </summary>
internal sealed class RepeatedBody
{
    private const int BlockBytes = 256 * 1024;

    /// <summary>The data in one chunk of a framed body; what the SDKs of AWS send lies between 64 and 128 KiB.</summary>
    private const int ChunkBytes = 64 * 1024;

    private static readonly byte[] Data = RandomBytes();
    private static readonly string Signature = $";chunk-signature={new string('a', 64)}";

    private readonly byte[] _block;
    private readonly long _repeats;
    private readonly byte[] _end;

    private RepeatedBody(byte[] block, long repeats, byte[] end) => (_block, _repeats, _end) = (block, repeats, end);

    /// <summary>All its bytes, framing included.</summary>
    public long LengthBytes => _block.Length * _repeats + _end.Length;

    /// <summary>Data alone.</summary>
    public static RepeatedBody Plain(long dataBytes) =>
        new(Data, dataBytes / BlockBytes, Data[..(int)(dataBytes % BlockBytes)]);

    /// <summary>In chunks of HTTP.</summary>
    public static RepeatedBody HttpChunked(long dataBytes) => Chunked(dataBytes, "", "\r\n");

    /// <summary>
    /// In chunks of S3. A trailer is a checksum of dummy value.
    /// Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
    /// </summary>
    public static RepeatedBody AwsChunked(long dataBytes, bool isSigned, bool hasTrailer) => Chunked(
        dataBytes,
        isSigned ? Signature : "",
        (hasTrailer ? "x-amz-checksum-crc32:AAAAAA==\r\n" : "")
        + (hasTrailer && isSigned ? $"x-amz-trailer-signature:{new string('a', 64)}\r\n" : "")
        + "\r\n");

    /// <summary>The SHA-256 of that many bytes of data, as <c>x-amz-content-sha256</c> wants it.</summary>
    public static string HashOf(long dataBytes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var left = dataBytes; left > 0; left -= BlockBytes)
            hash.AppendData(Data.AsSpan(0, (int)Math.Min(BlockBytes, left)));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Sends it.</summary>
    public void WriteTo(Stream connection)
    {
        for (var i = 0L; i < _repeats; i++)
            connection.Write(_block);
        connection.Write(_end);
    }

    private static RepeatedBody Chunked(long dataBytes, string extension, string trailers)
    {
        var block = new MemoryStream();
        for (var at = 0; at < BlockBytes; at += ChunkBytes)
            WriteChunk(block, Data.AsSpan(at, ChunkBytes), extension);

        var end = new MemoryStream();
        var rest = Data.AsSpan(0, (int)(dataBytes % BlockBytes));
        for (; !rest.IsEmpty; rest = rest[Math.Min(ChunkBytes, rest.Length)..])
            WriteChunk(end, rest[..Math.Min(ChunkBytes, rest.Length)], extension);
        end.Write(Encoding.ASCII.GetBytes($"0{extension}\r\n{trailers}"));
        return new RepeatedBody(block.ToArray(), dataBytes / BlockBytes, end.ToArray());
    }

    private static void WriteChunk(MemoryStream to, ReadOnlySpan<byte> data, string extension)
    {
        to.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{data.Length:x}{extension}\r\n")));
        to.Write(data);
        to.Write("\r\n"u8);
    }

    private static byte[] RandomBytes()
    {
        var data = new byte[BlockBytes];
        new Random(1).NextBytes(data);
        return data;
    }
}
