using System.Text;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using AwsSigV4Proxy.Hosting.Demo;

namespace AwsSigV4Proxy.Tests.Fakes;

/// <summary>The verifier of chunks that tests of uploads lean on takes what S3 takes and refuses what it refuses.</summary>
public class ChunkVerifierTests
{
    private const string Unsigned = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";

    /// <summary>The example of https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html.</summary>
    private static readonly ReceivedRequest Example = Request(
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
        "10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n" + new string('a', 65_536) + "\r\n"
        + "400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n" + new string('a', 1_024) + "\r\n"
        + "0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n");

    /// <summary>The example of https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html.</summary>
    private static readonly ReceivedRequest TrailerExample = Request(
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e",
        "10000;chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2\r\n" + new string('a', 65_536) + "\r\n"
        + "400;chunk-signature=1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7\r\n" + new string('a', 1_024) + "\r\n"
        + "0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n"
        + "x-amz-checksum-crc32c:sOO8/Q==\r\n"
        + "x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n",
        ("x-amz-trailer", "x-amz-checksum-crc32c"));

    [Test]
    public async Task Decode_ExampleOfTheDocumentation_GivesThePlainRequest()
    {
        var plain = Decode(Example).Request!;

        await Assert.That(Encoding.Latin1.GetString(plain.Body)).IsEqualTo(new string('a', 66_560));
        await Assert.That(plain.Header("content-encoding")).IsEqualTo("gzip");
        await Assert.That(plain.Header("x-amz-decoded-content-length")).IsNull();
    }

    [Test]
    public async Task Decode_ExampleOfTheDocumentationWithTrailer_GivesThePlainRequest()
    {
        var plain = Decode(TrailerExample).Request!;

        await Assert.That(Encoding.Latin1.GetString(plain.Body)).IsEqualTo(new string('a', 66_560));
        await Assert.That(plain.Header("x-amz-checksum-crc32c")).IsEqualTo("sOO8/Q==");
        foreach (var name in (string[])["x-amz-trailer", "x-amz-trailer-signature", "x-amz-decoded-content-length"])
            await Assert.That(plain.Header(name)).IsNull();
    }

    [Test]
    public async Task Decode_AnyBitFlipped_IsRefused()
    {
        foreach (var example in (ReceivedRequest[])[Example, TrailerExample])
        {
            // All of what is not data, and some of the data.
            var positions = Enumerable.Range(0, example.Body.Length).Where(i => i is < 100 or (> 65_600 and < 65_720) or > 66_720 || i % 499 == 0);
            foreach (var (position, bit) in positions.SelectMany(i => Enumerable.Range(0, 8).Select(bit => (i, bit))))
            {
                byte[] body = [.. example.Body];
                body[position] ^= (byte)(1 << bit);

                if (Decode(example with { Body = body }).Refusal is null)
                    Assert.Fail($"Bit {bit} of byte {position} could be flipped.");
            }
        }
    }

    [Test]
    [Arguments("nothing of it", "")]
    [Arguments("half a chunk", "10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\naaaa")]
    public async Task Decode_CutShort_IsRefused(string what, string body)
    {
        await Assert.That(Decode(Example with { Body = Encoding.Latin1.GetBytes(body) }).Refusal).StartsWith("IncompleteBody").Because(what);
    }

    [Test]
    public async Task Decode_ChunksInAnotherOrderOrOneLess_IsRefused()
    {
        var text = Encoding.Latin1.GetString(Example.Body);
        var (second, last) = (text.IndexOf("400;", StringComparison.Ordinal), text.IndexOf("0;chunk-signature=b6", StringComparison.Ordinal));

        foreach (var changed in (string[])[text[second..last] + text[..second] + text[last..], text[..second] + text[last..]])
            await Assert.That(Decode(Example with { Body = Encoding.Latin1.GetBytes(changed) }).Refusal).StartsWith("SignatureDoesNotMatch");
    }

    [Test]
    [Arguments("x-amz-date", "20130524T000001Z", "SignatureDoesNotMatch")]
    [Arguments("x-amz-decoded-content-length", "66561", "IncompleteBody")]
    [Arguments("x-amz-decoded-content-length", null, "MissingContentLength")]
    [Arguments("x-amz-trailer", null, "MalformedTrailerError")]
    [Arguments("x-amz-trailer", "x-amz-checksum-crc32", "MalformedTrailerError")]
    [Arguments("x-amz-trailer", "x-amz-checksum-crc32c,x-amz-checksum-crc32", "MalformedTrailerError")]
    [Arguments("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "MalformedTrailerError")]
    [Arguments("x-amz-content-sha256", Unsigned, "IncompleteBody")]
    public async Task Decode_HeadThatDoesNotFit_IsRefused(string name, string? value, string refusal)
    {
        var request = TrailerExample with
        {
            Headers = [.. TrailerExample.Headers.Where(h => h.Key != name), .. Headers((name, value))],
        };

        await Assert.That(Decode(request).Refusal).StartsWith(refusal);
    }

    [Test]
    public async Task Decode_OtherSecret_IsRefused()
    {
        await Assert.That(new ChunkVerifier("another").Decode(Example).Refusal).StartsWith("SignatureDoesNotMatch");
    }

    [Test]
    [Arguments("5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n", null)]
    [Arguments("5\r\nhello\r\n0\r\nX-Amz-Checksum-Crc32: NhCmhg==\r\n\r\n", null)]
    [Arguments("2\r\nhe\r\n3\r\nllo\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n", "InvalidChunkSizeError")]
    [Arguments("5\r\nhello\r\n0\r\nx-amz-checksum-crc32:1\r\nx-amz-checksum-crc32:1\r\n\r\n", "MalformedTrailerError")]
    [Arguments("5\r\nhello\r\n0\r\nx-amz-checksum-crc32\r\n\r\n", "MalformedTrailerError")]
    [Arguments("5\r\nhello\r\n0\r\n\r\n", "MalformedTrailerError")]
    [Arguments("5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\n\r\n", "IncompleteBody")]
    [Arguments("5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n\r\n", "IncompleteBody")]
    [Arguments("5;a=b\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n", "IncompleteBody")]
    [Arguments("4\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n", "IncompleteBody")]
    public async Task Decode_UnsignedChunks_HoldsThemToTheirFraming(string body, string? refusal)
    {
        var decoded = Decode(Request(
            Unsigned, "00", body, ("x-amz-trailer", "x-amz-checksum-crc32"), ("x-amz-decoded-content-length", "5")));

        if (refusal is not null)
            await Assert.That(decoded.Refusal).StartsWith(refusal);
        else
        {
            await Assert.That(Encoding.Latin1.GetString(decoded.Request!.Body)).IsEqualTo("hello");
            await Assert.That(decoded.Request.Header("x-amz-checksum-crc32")).IsEqualTo("NhCmhg==");
        }
    }

    [Test]
    [Arguments(1, false)]
    [Arguments(300_001, false)]
    [Arguments(1, true)]
    [Arguments(300_001, true)]
    public async Task Upload_OfAwssOwnClientWithTheRightSecret_IsTaken(int bytes, bool withChecksum)
    {
        var s3 = new FakeS3();
        await using var aws = await FakeAws.StartAsync(s3.AnswerAsync);
        using var client = ClientOf(aws, withChecksum);

        await client.PutObjectAsync(new PutObjectRequest { BucketName = "bucket", Key = "key", InputStream = new MemoryStream(new byte[bytes]) });

        await Assert.That(s3.Objects["key"].Body).Count().IsEqualTo(bytes);
        await Assert.That(s3.Objects["key"].Headers.ContainsKey("x-amz-checksum-crc32")).IsEqualTo(withChecksum);
        await Assert.That((await aws.NextAsync()).Header("x-amz-content-sha256"))
            .IsEqualTo("STREAMING-AWS4-HMAC-SHA256-PAYLOAD" + (withChecksum ? "-TRAILER" : ""));
    }

    [Test]
    public async Task Upload_ChangedBehindAGoodHead_GetsA403()
    {
        await using var aws = await FakeAws.StartAsync();
        using var client = ClientOf(aws, withChecksum: false);
        await client.PutObjectAsync(new PutObjectRequest { BucketName = "bucket", Key = "key", InputStream = new MemoryStream([1, 2, 3]) });
        var good = await aws.NextAsync();

        var body = Encoding.Latin1.GetString(good.Body).Replace("\u0001\u0002\u0003", "\u0001\u0002\u0004", StringComparison.Ordinal);
        var answer = await RawCaller.SendAsync(aws.Address,
            $"PUT {good.RawTarget} HTTP/1.1\r\nConnection: close\r\n"
            + string.Concat(good.Headers.Where(h => h.Key != "Connection").Select(h => $"{h.Key}: {h.Value}\r\n")) + "\r\n" + body);

        await Assert.That(answer).StartsWith("HTTP/1.1 403 ").And.Contains("SignatureDoesNotMatch: the string to sign should have been");
    }

    private static AmazonS3Client ClientOf(FakeAws aws, bool withChecksum) => new(
        new SessionAWSCredentials(
            TestProxy.Credentials.AccessKeyId, TestProxy.Credentials.SecretAccessKey, TestProxy.Credentials.SessionToken),
        new AmazonS3Config
        {
            ServiceURL = aws.Address.ToString(),
            AuthenticationRegion = "eu-west-1",
            ForcePathStyle = true,
            MaxErrorRetry = 0,
            RequestChecksumCalculation = withChecksum ? RequestChecksumCalculation.WHEN_SUPPORTED : RequestChecksumCalculation.WHEN_REQUIRED,
        });

    private static DecodedRequest Decode(ReceivedRequest request) =>
        new ChunkVerifier("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY").Decode(request);

    private static ReceivedRequest Request(string literal, string seed, string body, params (string Name, string Value)[] headers)
    {
        List<(string Name, string Value)> all =
        [
            ("x-amz-date", "20130524T000000Z"), ("x-amz-content-sha256", literal), ("content-encoding", "aws-chunked,gzip"),
            ("authorization", "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
                + $"SignedHeaders=host, Signature={seed}"),
            .. headers,
        ];
        if (!headers.Any(h => h.Name == "x-amz-decoded-content-length"))
            all.Add(("x-amz-decoded-content-length", "66560"));
        return new("PUT", "/examplebucket/chunkObject.txt", [.. Headers([.. all])], Encoding.Latin1.GetBytes(body));
    }

    private static IEnumerable<KeyValuePair<string, string>> Headers(params (string Name, string? Value)[] headers) =>
        headers.Where(h => h.Value is not null).Select(h => KeyValuePair.Create(h.Name, h.Value!));
}
