using System.Text;
using AwsSigV4Proxy.Signing.Chunked;

namespace AwsSigV4Proxy.Tests.Signing.Chunked;

/// <summary>What an aws-chunked body decodes to, and which are none.</summary>
public class AwsChunkedReaderTests
{
    private const string Signature = ";chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2";

    /// <summary>The example of https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html: 66,560 bytes in 64 KiB chunks.</summary>
    [Test]
    public async Task Body_OfTheDocumentation_GivesItsData()
    {
        var body =
            "10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n" + new string('a', 65_536) + "\r\n"
            + "400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n" + new string('a', 1_024) + "\r\n"
            + "0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n";
        await Assert.That(body.Length).IsEqualTo(66_824); // the Content-Length it prints

        var decoded = await DecodedBody.OfAsync(body);

        await Assert.That(decoded).IsEqualTo(new DecodedBody(new string('a', 66_560), "", null));
    }

    /// <summary>The example of https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html.</summary>
    [Test]
    public async Task Body_OfTheDocumentationWithTrailers_GivesDataAndTrailers()
    {
        var decoded = await DecodedBody.OfAsync(
            "10000;chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2\r\n" + new string('a', 65_536) + "\r\n"
            + "400;chunk-signature=1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7\r\n" + new string('a', 1_024) + "\r\n"
            + "0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n"
            + "x-amz-checksum-crc32c:sOO8/Q==\r\n"
            + "x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n");

        await Assert.That(decoded).IsEqualTo(new DecodedBody(new string('a', 66_560), "x-amz-checksum-crc32c=sOO8/Q==\n", null));
    }

    [Test]
    [Arguments("0\r\n\r\n", "")]
    [Arguments("0" + Signature + "\r\n\r\n", "")]
    [Arguments("000\r\n\r\n", "")]
    [Arguments("3\r\nabc\r\n0\r\n\r\n", "abc")]
    [Arguments("3" + Signature + "\r\nabc\r\n0" + Signature + "\r\n\r\n", "abc")]
    [Arguments("00000000000000000003\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", "abcde")]
    [Arguments("A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n", "01234567890123456789")]
    [Arguments("6\r\n0\r\n\r\n\n\r\n0\r\n\r\n", "0\r\n\r\n\n")]
    [Arguments("1;other=x" + Signature + "\r\na\r\n1" + Signature + ";other\r\nb\r\n1;\r\nc\r\n0;a = \"b\"\r\n\r\n", "abc")]
    [Arguments("1\r\n\u00FF\r\n0\r\n\r\n", "\u00FF")]
    public async Task Body_WellFramed_GivesItsData(string body, string data)
    {
        await Assert.That(await DecodedBody.OfAsync(body)).IsEqualTo(new DecodedBody(data, "", null));
    }

    [Test]
    [Arguments("a:1\r\n\r\n", "a=1\n")]
    [Arguments("a:1\n\n", "a=1\n")]
    [Arguments("a:1\n\r\n", "a=1\n")]
    [Arguments("a: \t1  2\t \r\nB:\r\n\r\n", "a=1  2\nB=\n")]
    [Arguments("a:1:2,\"3\"\r\nx-amz-trailer-signature:00\r\n\r\n", "a=1:2,\"3\"\n")]
    [Arguments("X-Amz-Trailer-Signature:00\r\na:1\r\n\r\n", "a=1\n")]
    [Arguments("x-amz-trailer-signature:00\r\n\r\n", "")]
    [Arguments("a:1\n\r\nx-amz-trailer-signature:00\r\n\r\n", "a=1\n")] // minio-go
    [Arguments("a:\u00E9\r\n\r\n", "a=\u00E9\n")]
    public async Task Trailers_AsClientsSendThem_AreGiven(string trailers, string fields)
    {
        await Assert.That(await DecodedBody.OfAsync("1\r\nx\r\n0\r\n" + trailers)).IsEqualTo(new DecodedBody("x", fields, null));
    }

    [Test]
    [Arguments("", "before its last chunk")]
    [Arguments("3\r\nabc\r\n", "before its last chunk")]
    [Arguments("3", "before its last chunk")]
    [Arguments("3\r\n", "in the middle of chunk 1")]
    [Arguments("3\r\nabc\r\n5\r\nde", "in the middle of chunk 2")]
    [Arguments("3\r\nabc", "before the CRLF behind chunk 1")]
    [Arguments("3\r\nabc\r", "before the CRLF behind chunk 1")]
    [Arguments("0\r\n", "before the empty line")]
    [Arguments("0\r\n\r", "before the empty line")]
    [Arguments("0\r\na:1\r\n", "before the empty line")]
    [Arguments("0\r\na:1\n\r\nx-amz-trailer-signature:00\r\n", "before the empty line")]
    [Arguments("0\r\na:1\r\n\r\nx-amz", "before the empty line")]
    public async Task Body_CutShort_IsRefused(string body, string sentence) => await IsRefusedAsync(body, sentence);

    [Test]
    [Arguments("\r\n0\r\n\r\n", "size of chunk 1 is not a hexadecimal number")]
    [Arguments("zz\r\n0\r\n\r\n", "size of chunk 1 is not a hexadecimal number")]
    [Arguments("3\r\nabc\r\n-1\r\n", "size of chunk 2 is not a hexadecimal number")]
    [Arguments("+3\r\nabc\r\n0\r\n\r\n", "not a hexadecimal number")]
    [Arguments("0x3\r\nabc\r\n0\r\n\r\n", "not a hexadecimal number")]
    [Arguments(" 3\r\nabc\r\n0\r\n\r\n", "not a hexadecimal number")]
    [Arguments("3 \r\nabc\r\n0\r\n\r\n", "not a hexadecimal number")]
    [Arguments(";chunk-signature=00\r\n", "not a hexadecimal number")]
    [Arguments("1000000000000000\r\nabc", "size of chunk 1 is larger than any object")]
    [Arguments("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF\r\nabc", "size of chunk 1 is larger than any object")]
    [Arguments("3\nabc\r\n0\r\n\r\n", "in front of chunk 1 does not end with CRLF")]
    [Arguments("3;a\rb\r\nabc\r\n0\r\n\r\n", "in front of chunk 1 has control characters")]
    [Arguments("3;a=\u00E9\r\nabc\r\n0\r\n\r\n", "in front of chunk 1 has control characters")]
    [Arguments("3\r\nabcd\r\n0\r\n\r\n", "Chunk 1 does not end with CRLF")]
    [Arguments("3\r\nabc\n0\r\n\r\n", "Chunk 1 does not end with CRLF")]
    [Arguments("3\r\nab\r\n0\r\n\r\n", "Chunk 1 does not end with CRLF")]
    [Arguments("0\r\n\r\n0\r\n\r\n", "behind the end")]
    [Arguments("0\r\n\r\n\r\n", "behind the end")]
    [Arguments("0\r\n\r\na:1\r\n\r\n", "behind the end")]
    [Arguments("0\r\na:1\r\n\r\nb:1\r\n\r\n", "behind the end")]
    [Arguments("0\r\na:1\r\n\r\n\r\n", "behind the end")]
    [Arguments("0\r\na:1\r\nx-amz-trailer-signature:0\r\n\r\nx-amz-trailer-signature:0\r\n\r\n", "behind the end")]
    [Arguments("0\r\na:1\r\n\r\nx-amz-trailer-signature:0\r\nb:1\r\n\r\n", "behind the end")]
    [Arguments("0\r\na:1\r\n\r\nx-amz-trailer-signature:0\r\n\r\n\r\n", "behind the end")]
    [Arguments("0\r\nabc\r\n\r\n", "not a trailer")]
    [Arguments("0\r\n:abc\r\n\r\n", "not a trailer")]
    [Arguments("0\r\na b:c\r\n\r\n", "not a trailer")]
    [Arguments("0\r\na:b\r\n c\r\n\r\n", "not a trailer")]
    [Arguments("0\r\na:b\rc\r\n\r\n", "value has control characters")]
    [Arguments("0\r\na:b\0\r\n\r\n", "value has control characters")]
    public async Task Body_WronglyFramed_IsRefused(string body, string sentence) => await IsRefusedAsync(body, sentence);

    [Test]
    public async Task Line_AtTheLimit_IsTakenAndBeyondItRefused()
    {
        string BodyWithLine(int bytes) => "1;" + new string('x', bytes - 3) + "\r\na\r\n0\r\n\r\n"; // 3: "1;" and CR

        await Assert.That(await DecodedBody.OfAsync(BodyWithLine(4096))).IsEqualTo(new DecodedBody("a", "", null));
        await IsRefusedAsync(BodyWithLine(4097), "longer than 4096 bytes");
        await IsRefusedAsync(new string('1', 10_000), "longer than 4096 bytes");
    }

    [Test]
    public async Task Trailers_BeyondTheLimit_AreRefused()
    {
        string BodyWithTrailers(int bytes) => "0\r\n" + new StringBuilder().Insert(0, "a:" + new string('x', 1021) + "\r\n", bytes / 1024) + "\r\n";

        await Assert.That((await DecodedBody.OfAsync(BodyWithTrailers(7 * 1024))).Failure).IsNull();
        await IsRefusedAsync(BodyWithTrailers(9 * 1024), "longer than 8192 bytes");
    }

    [Test]
    public async Task Read_AfterTheEnd_GivesNothingAgain()
    {
        await using var reader = new AwsChunkedReader(new MemoryStream("0\r\na:1\r\n\r\n"u8.ToArray()));
        var buffer = new byte[10];

        await Assert.That(await reader.ReadAsync(Memory<byte>.Empty)).IsEqualTo(0);
        await Assert.That(reader.Trailers).IsEmpty();
        await Assert.That(await reader.ReadAsync(buffer)).IsEqualTo(0);
        await Assert.That(await reader.ReadAsync(buffer)).IsEqualTo(0);
        await Assert.That(reader.Trailers).HasSingleItem();
    }

    [Test]
    public async Task Read_OfAChunkLargerThanMemory_GivesItsDataAsItArrives()
    {
        await using var reader = new AwsChunkedReader(new EndlessChunk());
        var buffer = new byte[81_920];
        await reader.ReadExactlyAsync(buffer);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            await reader.ReadExactlyAsync(buffer); // completes on this thread: the source never waits

        await Assert.That(GC.GetAllocatedBytesForCurrentThread() - before).IsLessThan(1_000_000);
    }

    private static async Task IsRefusedAsync(string body, string sentence)
    {
        var failure = (await DecodedBody.OfAsync(body)).Failure;

        await Assert.That(failure).IsNotNull().And.Contains(sentence).And.EndsWith(".");
    }

    /// <summary>A chunk of 2^56 bytes whose data never ends.</summary>
    private sealed class EndlessChunk : MemoryStream
    {
        private readonly byte[] _header = "100000000000000\r\n"u8.ToArray();
        private bool _headerSent;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_headerSent)
                return ValueTask.FromResult(buffer.Length);
            _headerSent = true;
            _header.CopyTo(buffer);
            return ValueTask.FromResult(_header.Length);
        }
    }
}
