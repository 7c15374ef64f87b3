using System.Text;
using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Signing.Chunked;

namespace AwsSigV4Proxy.Tests.Signing.Chunked;

/// <summary>
/// What holds for every body: neither the pieces in which the data arrives nor the buffers that take it matter, the length is
/// the one that was said before, and decoding gives back what was encoded. The seed is fixed.
/// </summary>
public class AwsChunkedWriterPropertyTests
{
    private const int Bodies = 2_000;

    [Test]
    public async Task Body_OfRandomData_IsTheSameHoweverItIsCutAndRead()
    {
        var random = new Random(20130524);
        for (var i = 0; i < Bodies; i++)
        {
            var body = Generate(random);
            var expected = body.ByTheGrammar();
            // Tiny, about a chunk, and larger than any.
            var most = random.GetItems([3, body.ChunkDataBytes + 100, 50_000], 1)[0];
            await using var writer = body.NewWriter(random.Next(2) == 0 ? null : random);

            await Assert.That(await EncodedBody.ReadAsync(writer, () => random.Next(1, most))).IsEqualTo(expected);
            await Assert.That(LengthOf(body)).IsEqualTo(expected.Length);
        }
    }

    [Test]
    public async Task Body_OfRandomData_DecodesToItsDataAndTrailers()
    {
        var random = new Random(20130525);
        for (var i = 0; i < Bodies; i++)
        {
            var body = Generate(random);
            await using var writer = body.NewWriter();
            var trailers = body.Trailers.Select(t => $"{t.Name.ToLowerInvariant()}={t.Value}\n").Order(StringComparer.Ordinal);

            await Assert.That(await DecodedBody.OfAsync(await EncodedBody.ReadAsync(writer, () => 1_000)))
                .IsEqualTo(new DecodedBody(body.Data, string.Concat(trailers), null));
        }
    }

    [Test]
    [Arguments(4_096)]
    [Arguments(65_536)]
    public async Task Read_OfDataLargerThanMemory_TakesTheSameMemory(int bufferBytes)
    {
        await using var writer = new AwsChunkedWriter(new EndlessStream(), long.MaxValue, SignatureVersion.V4);
        writer.SignWith(EncodedBody.NewSigner());
        var buffer = new byte[bufferBytes];
        await writer.ReadExactlyAsync(buffer);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 64_000_000 / bufferBytes; i++)
            await writer.ReadExactlyAsync(buffer); // completes on this thread: the source never waits

        await Assert.That(GC.GetAllocatedBytesForCurrentThread() - before).IsLessThan(1_000_000);
    }

    private static EncodedBody Generate(Random random)
    {
        var chunkDataBytes = random.Next(4) == 0 ? random.Next(1, 5_000) : random.Next(1, 40);
        var dataBytes = random.Next(4) == 0 ? random.Next(4) * chunkDataBytes : random.Next(5 * chunkDataBytes);
        string[] names = ["x-amz-checksum-crc32", "X-Amz-Checksum-CRC64NVME", "x-amz-checksum-SHA1", "x-amz-checksum-sha256"];
        random.Shuffle(names);
        TrailerField[] trailers =
        [
            .. names.Take(random.Next(names.Length))
                .Select(name => new TrailerField(name, Text(random, AwsChunkedFraming.ChecksumLength(name)!.Value, "aB3+/="))),
        ];
        return new EncodedBody(Text(random, dataBytes, "ab\r\n0\0\u00FF"), trailers, chunkDataBytes, IsSigned: random.Next(3) > 0);
    }

    private static long? LengthOf(EncodedBody body) =>
        AwsChunkedFraming.LengthBytes(body.Data.Length, body.ChunkDataBytes, body.Version, [.. body.Trailers.Select(t => t.Name)]);

    private static string Text(Random random, int length, string alphabet) => new(random.GetItems<char>(alphabet, length));

    /// <summary>Data that never ends.</summary>
    private sealed class EndlessStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(buffer.Length);
    }
}
