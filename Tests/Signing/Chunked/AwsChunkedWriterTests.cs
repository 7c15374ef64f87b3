using System.Text;
using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Signing.Chunked;

namespace AwsSigV4Proxy.Tests.Signing.Chunked;

/// <summary>What an aws-chunked body looks like, and what never becomes a complete one.</summary>
public class AwsChunkedWriterTests
{
    private static readonly TrailerField[] Crc32 = [new("x-amz-checksum-crc32", "DUoRhQ==")];

    /// <summary>Both examples of the documentation, from the request to the last byte.</summary>
    [Test]
    [MethodDataSource(typeof(ChunkedExamples), nameof(ChunkedExamples.All))]
    public async Task Body_OfTheDocumentation_IsWrittenByteForByte(ChunkedExample example)
    {
        await using var writer = new AwsChunkedWriter(
            new MemoryStream([.. Enumerable.Repeat((byte)'a', ChunkedExample.DataBytes)]), ChunkedExample.DataBytes, SignatureVersion.V4,
            () => example.Trailers, ChunkedExample.ChunkDataBytes);
        writer.SignWith(ChunkSignerTests.SignerOf(example));

        await Assert.That(await EncodedBody.ReadAsync(writer, () => 100_000)).IsEqualTo(example.Body);
        await Assert.That(example.Body.Length).IsEqualTo(example.BodyBytes);
    }

    [Test]
    [Arguments("", 4, "0\r\n\r\n")]
    [Arguments("abc", 4, "3\r\nabc\r\n0\r\n\r\n")]
    [Arguments("abcd", 4, "4\r\nabcd\r\n0\r\n\r\n")]
    [Arguments("abcde", 4, "4\r\nabcd\r\n1\r\ne\r\n0\r\n\r\n")]
    [Arguments("0123456789abcdefg", 16, "10\r\n0123456789abcdef\r\n1\r\ng\r\n0\r\n\r\n")]
    [Arguments("0123456789abcde", 16, "f\r\n0123456789abcde\r\n0\r\n\r\n")]
    [Arguments("\r\n0\r\n\r\n\u00FF", 16, "8\r\n\r\n0\r\n\r\n\u00FF\r\n0\r\n\r\n")]
    public async Task Body_Unsigned_HasSizesAlone(string data, int chunkDataBytes, string body) =>
        await Assert.That(await ReadAsync(new EncodedBody(data, [], chunkDataBytes, IsSigned: false))).IsEqualTo(body);

    [Test]
    public async Task Body_UnsignedThoughASignerIsGiven_HasSizesAlone()
    {
        await using var writer = new EncodedBody("abc", [], 4, IsSigned: false).NewWriter();
        writer.SignWith(EncodedBody.NewSigner());

        await Assert.That(await EncodedBody.ReadAsync(writer, () => 100)).IsEqualTo("3\r\nabc\r\n0\r\n\r\n");
    }

    [Test]
    public async Task Trailers_Unsigned_FollowTheLastChunkInLowerCaseAndSorted()
    {
        TrailerField[] trailers = [new("X-Amz-Meta-B", "2"), new("x-amz-meta-a", ""), new("X-AMZ-Checksum-CRC32", "DUoRhQ==")];

        await Assert.That(await ReadAsync(new EncodedBody("a", trailers, 4, IsSigned: false))).IsEqualTo(
            "1\r\na\r\n0\r\nx-amz-checksum-crc32:DUoRhQ==\r\nx-amz-meta-a:\r\nx-amz-meta-b:2\r\n\r\n");
    }

    [Test]
    public async Task Trailers_Signed_AreSignedInLowerCaseSortedAndWithSingleSpaces()
    {
        var plain = await ReadAsync(new EncodedBody("a", [new("a", "1 2"), new("b", "3")], 4, IsSigned: true));
        var other = await ReadAsync(new EncodedBody("a", [new("B", "3"), new("A", "1   2")], 4, IsSigned: true));

        await Assert.That(other).IsEqualTo(plain.Replace("1 2", "1   2", StringComparison.Ordinal));
    }

    [Test]
    public async Task Trailers_NoCallback_IsABodyWithout()
    {
        await using var writer = new AwsChunkedWriter(new MemoryStream("a"u8.ToArray()), 1, version: null);

        await Assert.That(await EncodedBody.ReadAsync(writer, () => 100)).IsEqualTo("1\r\na\r\n0\r\n\r\n");
    }

    [Test]
    [Arguments(false)]
    [Arguments(true)]
    public async Task Read_AfterTheEnd_GivesNothingAgain(bool isSigned)
    {
        await using var writer = new EncodedBody("abcde", Crc32, 4, isSigned).NewWriter();
        await EncodedBody.ReadAsync(writer, () => 10);

        await Assert.That(await writer.ReadAsync(new byte[10])).IsEqualTo(0);
        await Assert.That(await writer.ReadAsync(new byte[10_000])).IsEqualTo(0);
        await Assert.That(await writer.ReadAsync(Memory<byte>.Empty)).IsEqualTo(0);
    }

    [Test]
    public async Task Read_EmptyBuffers_TakeNothing()
    {
        var body = new EncodedBody("abcdefghi", Crc32, 4, IsSigned: true);
        await using var writer = body.NewWriter();
        var (text, buffer, read) = (new StringBuilder(), new byte[7], 0);
        do
        {
            await Assert.That(await writer.ReadAsync(Memory<byte>.Empty)).IsEqualTo(0);
            read = await writer.ReadAsync(buffer);
            text.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }
        while (read > 0);

        await Assert.That(text.ToString()).IsEqualTo(body.ByTheGrammar());
    }

    [Test]
    public async Task Read_BeforeSignWith_ThrowsAndTakesNothing()
    {
        var body = new EncodedBody("abcde", Crc32, 4, IsSigned: true);
        await using var writer = new AwsChunkedWriter(new MemoryStream("abcde"u8.ToArray()), 5, SignatureVersion.V4, () => Crc32, 4);

        await Assert.That(async () => await writer.ReadAsync(new byte[1_000])).Throws<InvalidOperationException>();
        writer.SignWith(EncodedBody.NewSigner());

        await Assert.That(await EncodedBody.ReadAsync(writer, () => 1_000)).IsEqualTo(body.ByTheGrammar());
    }

    private static async Task<string> ReadAsync(EncodedBody body)
    {
        await using var writer = body.NewWriter();
        return await EncodedBody.ReadAsync(writer, () => 100);
    }
}
