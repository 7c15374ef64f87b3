using System.Globalization;

namespace AwsSigV4Proxy.Signing.Chunked;

/// <summary>
/// The framing of the aws-chunked bodies that the proxy writes, and what it adds to the data's length, which must be known
/// before the first byte is sent: S3 takes no plain <c>transfer-encoding: chunked</c>.
/// Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html (calculating the content length)
/// </summary>
internal static class AwsChunkedFraming
{
    /// <summary>
    /// Data in each chunk but the last one, in bytes. S3 wants 8 KiB at least. As much as fits, with its framing, into the
    /// 64 KiB that are moved at once on their way upstream.
    /// </summary>
    public const int ChunkDataBytes = 0xFF00;

    /// <summary><c>;chunk-signature=</c>, which the signature follows.</summary>
    private const int ExtensionNameBytes = 17;

    /// <summary><c>x-amz-trailer-signature:</c>, which the signature and CRLF follow.</summary>
    private const int TrailerSignatureNameBytes = 24;

    /// <summary>How long a body will be.</summary>
    /// <param name="dataBytes">The data's length, in bytes.</param>
    /// <param name="chunkDataBytes">Data in each chunk but the last one, in bytes.</param>
    /// <param name="version">How chunks and trailers are signed, or null when they are not.</param>
    /// <param name="trailerNames">The trailers that will follow.</param>
    /// <returns>The length in bytes, or null when it depends on a trailer whose value may be of any length.</returns>
    /// <exception cref="OverflowException">It is more than any object has, so that a negative length would come of it.</exception>
    public static long? LengthBytes(long dataBytes, int chunkDataBytes, SignatureVersion? version, IReadOnlyList<string> trailerNames)
    {
        checked
        {
            var (full, rest) = Math.DivRem(dataBytes, chunkDataBytes);
            var length = (full * ChunkBytes(chunkDataBytes, version)) + (rest > 0 ? ChunkBytes((int)rest, version) : 0);
            length += HeaderBytes(0, version);
            foreach (var name in trailerNames)
            {
                if (ChecksumLength(name) is not { } valueLength)
                    return null;
                length += name.Length + 1 + valueLength + 2;
            }

            if (version is not null && trailerNames.Count > 0)
                length += TrailerSignatureNameBytes + version.ChunkSignatureBytes + 2;
            return length + 2;
        }
    }

    /// <summary>How long a checksum's value is, in Base64, or null for another field.</summary>
    /// <remarks>https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html</remarks>
    public static int? ChecksumLength(string trailerName) => trailerName.ToLowerInvariant() switch
    {
        "x-amz-checksum-crc32" or "x-amz-checksum-crc32c" => 8, // 4 bytes
        "x-amz-checksum-crc64nvme" => 12, // 8 bytes
        "x-amz-checksum-sha1" => 28, // 20 bytes
        "x-amz-checksum-sha256" => 44, // 32 bytes
        _ => null,
    };

    /// <summary>How long the line in front of a chunk is, with its CRLF, in bytes.</summary>
    public static int HeaderBytes(int dataBytes, SignatureVersion? version) =>
        SizeDigits(dataBytes) + (version is null ? 0 : ExtensionNameBytes + version.ChunkSignatureBytes) + 2;

    /// <summary>Writes the line in front of a chunk: <c>hex-size [ ";chunk-signature=" signature ] CRLF</c>.</summary>
    /// <param name="header">Takes it: as long as <see cref="HeaderBytes"/> says.</param>
    /// <param name="dataBytes">How long the chunk's data is, in bytes; 0 for the last chunk.</param>
    /// <param name="signer">Signs the chunk, whose data it has, or null for a body whose chunks are not signed.</param>
    public static void WriteHeader(Span<byte> header, int dataBytes, ChunkSigner? signer)
    {
        dataBytes.TryFormat(header, out var written, "x", CultureInfo.InvariantCulture);
        if (signer is not null)
        {
            ";chunk-signature="u8.CopyTo(header[written..]);
            written += ExtensionNameBytes;
            signer.SignChunk(header.Slice(written, signer.SignatureBytes));
            written += signer.SignatureBytes;
        }

        "\r\n"u8.CopyTo(header[written..]);
    }

    private static long ChunkBytes(int dataBytes, SignatureVersion? version) => HeaderBytes(dataBytes, version) + dataBytes + 2L;

    private static int SizeDigits(int dataBytes) => dataBytes == 0 ? 1 : (int.Log2(dataBytes) / 4) + 1;
}
