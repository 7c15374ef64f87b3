using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Signing.Chunked;

namespace AwsSigV4Proxy.Tests.Signing.Chunked;

/// <summary>How long a body will be; AwsChunkedWriterPropertyTests holds it against the bodies themselves.</summary>
public class AwsChunkedFramingTests
{
    /// <summary>The Content-Length that the documentation prints, and that of its example with a trailer, counted.</summary>
    [Test]
    [MethodDataSource(typeof(ChunkedExamples), nameof(ChunkedExamples.All))]
    public async Task LengthBytes_OfTheDocumentation_IsItsContentLength(ChunkedExample example)
    {
        var length = AwsChunkedFraming.LengthBytes(
            ChunkedExample.DataBytes, ChunkedExample.ChunkDataBytes, SignatureVersion.V4, [.. example.Trailers.Select(t => t.Name)]);

        await Assert.That(length).IsEqualTo(example.BodyBytes);
    }

    [Test]
    [Arguments(0, 5)] // "0" and two CRLF
    [Arguments(1, 5 + 6)]
    [Arguments(15, 5 + 15 + 5)]
    [Arguments(16, 5 + 16 + 6)]
    [Arguments(255, 5 + 255 + 6)]
    [Arguments(256, 5 + 256 + 7)]
    [Arguments(1_000, 5 + 1_000 + 7)]
    [Arguments(1_001, 5 + 1_000 + 7 + 1 + 5)]
    [Arguments(5_000_000_000_000, 5 + (5_000_000_000 * 1_007))] // the largest object; more than an int holds
    public async Task LengthBytes_Unsigned_CountsDigitsAndLineEndings(long dataBytes, long lengthBytes) =>
        await Assert.That(AwsChunkedFraming.LengthBytes(dataBytes, 1_000, version: null, [])).IsEqualTo(lengthBytes);

    [Test]
    public async Task LengthBytes_BeyondALong_Throws() =>
        await Assert.That(() => AwsChunkedFraming.LengthBytes(long.MaxValue, AwsChunkedFraming.ChunkDataBytes, SignatureVersion.V4, []))
            .Throws<OverflowException>();

    [Test]
    public async Task LengthBytes_TrailerOfAnyLength_IsUnknown() =>
        await Assert.That(AwsChunkedFraming.LengthBytes(1, 1_000, version: null, ["x-amz-checksum-crc32", "x-amz-meta-a"])).IsNull();

    [Test]
    public async Task HeaderBytes_OfTheLargestChunk_LeavesRoomInTheBuffersOnTheWay() =>
        await Assert.That(AwsChunkedFraming.HeaderBytes(AwsChunkedFraming.ChunkDataBytes, SignatureVersion.V4) + AwsChunkedFraming.ChunkDataBytes + 2)
            .IsLessThanOrEqualTo(65_536);

    [Test]
    [Arguments("x-amz-checksum-crc32", 4)]
    [Arguments("X-Amz-Checksum-Crc32c", 4)]
    [Arguments("x-amz-checksum-crc64nvme", 8)]
    [Arguments("x-amz-checksum-sha1", 20)]
    [Arguments("x-amz-checksum-sha256", 32)]
    public async Task ChecksumLength_OfChecksum_IsThatOfItsBase64(string name, int checksumBytes) =>
        await Assert.That(AwsChunkedFraming.ChecksumLength(name)).IsEqualTo(Convert.ToBase64String(new byte[checksumBytes]).Length);

    [Test]
    [Arguments("x-amz-checksum-md4")]
    [Arguments("x-amz-meta-a")]
    [Arguments("")]
    public async Task ChecksumLength_OfAnother_IsUnknown(string name) =>
        await Assert.That(AwsChunkedFraming.ChecksumLength(name)).IsNull();
}
