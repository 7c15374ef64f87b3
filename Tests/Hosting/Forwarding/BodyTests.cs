using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Tests.Fakes;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding;

/// <summary>Bodies: whatever their size and framing, they arrive whole, with a length, under a good signature.</summary>
public class BodyTests
{
    private const long BufferSizeBytes = 64 * 1024;

    [Test]
    [Arguments(0, "s3")]
    [Arguments(1, "s3")]
    [Arguments(65_536, "s3")]
    [Arguments(65_537, "s3")]
    [Arguments(130_560, "s3")]
    [Arguments(3_000_001, "s3")]
    [Arguments(65_535, "es")]
    [Arguments(65_536, "es")]
    [Arguments(65_537, "es")]
    [Arguments(3_000_001, "es")]
    public async Task Body_OfKnownLength_ArrivesWhole(int length, string service) => await ArrivesAsync(length, chunked: false, service);

    [Test]
    [Arguments(0)]
    [Arguments(1)]
    [Arguments(4_096)]
    [Arguments(65_536)]
    [Arguments(3_000_001)]
    public async Task Body_Chunked_ArrivesWholeWithALength(int length) => await ArrivesAsync(length, chunked: true);

    [Test]
    public async Task Body_ChunkedThatStreams_ArrivesWhole()
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address, "vpc-lattice-svcs"));
        var body = new byte[20_000_001];
        new Random(1).NextBytes(body);
        using var request = new HttpRequestMessage(HttpMethod.Put, "/a") { Content = new StreamContent(new MemoryStream(body)) };
        request.Headers.TransferEncodingChunked = true;

        using var answer = await proxy.Client.SendAsync(request);

        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.OK);
        await Assert.That((await aws.NextAsync()).Body.AsSpan().SequenceEqual(body)).IsTrue();
    }

    [Test]
    public async Task Body_BeyondTheBuffer_LeavesNoTemporaryFile()
    {
        string[] TemporaryFiles() => Directory.GetFiles(Path.GetTempPath(), "aws-sigv4-proxy-*");

        var before = TemporaryFiles();
        await ArrivesAsync(300_000, chunked: false, "es");
        var first = TemporaryFiles();
        await ArrivesAsync(300_000, chunked: false, "es");
        var second = TemporaryFiles();

        // Other tests' files have a name for a moment; one that was left behind has it still.
        await Assert.That(first.Intersect(second).Except(before)).IsEmpty();
    }

    [Test]
    public async Task Body_EmptyPut_KeepsContentLengthZero()
    {
        string? head = null;
        await using var upstream = RawUpstream.Answering("HTTP/1.1 204 No Content\r\n\r\n", h => head = h);
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(upstream.Address, "s3"));

        await RawCaller.SendAsync(proxy.Address, "PUT /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

        await Assert.That(head).Contains("\r\nContent-Length: 0\r\n");
    }

    [Test]
    public async Task Body_OverTheLimit_IsRefusedBeforeItIsRead()
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address) with { MaxBodySizeBytes = 10 });

        // The body never comes: only an answer given before it can end this.
        var answer = await RawCaller.HeadOfAnswerAsync(proxy.Address,
            "PUT /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 11\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n");

        await Assert.That(answer).StartsWith("HTTP/1.1 413 ").And.Contains("x-sigv4-proxy-error: body_too_large");
        await Assert.That(aws.WasVisited).IsFalse();
    }

    [Test]
    public async Task Body_ChunkedOverTheLimit_IsRefused()
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address) with { MaxBodySizeBytes = 10 });

        var answer = await RawCaller.SendAsync(proxy.Address,
            "PUT /a HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\n01234\r\n6\r\n567890\r\n0\r\n\r\n");

        await Assert.That(answer).StartsWith("HTTP/1.1 413 ").And.Contains("\"code\":\"body_too_large\"").And.Contains("--max-body-size");
        await Assert.That(aws.WasVisited).IsFalse();
    }

    [Test]
    public async Task Body_CutShort_NeverReachesTheUpstream()
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address));

        using (var caller = new System.Net.Sockets.TcpClient())
        {
            await caller.ConnectAsync(proxy.Address.Host, proxy.Address.Port);
            await caller.GetStream().WriteAsync("PUT /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n01234"u8.ToArray());
        }

        // A later request is answered: by then the cut one was given up.
        await Assert.That((await proxy.Client.GetAsync("/later")).StatusCode).IsEqualTo(HttpStatusCode.OK);
        await Assert.That((await aws.NextAsync()).RawTarget).IsEqualTo("/later");
        await Assert.That(aws.WasVisited).IsFalse();
    }

    [Test]
    public async Task Body_ThatStopsArriving_IsRefusedAfterTheIdleTimeout()
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await TestProxy.StartAsync(
            TestProxy.OptionsFor(aws.Address) with { IdleTimeout = TimeSpan.FromMilliseconds(200) });

        var answer = await RawCaller.HeadOfAnswerAsync(proxy.Address, "PUT /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n01234");

        await Assert.That(answer).StartsWith("HTTP/1.1 400 ").And.Contains("x-sigv4-proxy-error: bad_request");
        await Assert.That(aws.WasVisited).IsFalse();
    }

    [Test]
    public async Task Body_WrongChunkFraming_IsRefused()
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address));

        var answer = await RawCaller.SendAsync(proxy.Address,
            "PUT /a HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n01234\r\n0\r\n\r\n");

        await Assert.That(answer).StartsWith("HTTP/1.1 400 ").And.Contains("\"code\":\"bad_request\"");
        await Assert.That(aws.WasVisited).IsFalse();
    }

    [Test]
    [Arguments("UNSIGNED-PAYLOAD")]
    [Arguments("STREAMING-UNSIGNED-PAYLOAD-TRAILER")]
    public async Task Body_S3CallersLiteral_IsSignedAndTheBodyPasses(string literal)
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address, "s3"));
        using var request = new HttpRequestMessage(HttpMethod.Put, "/a") { Content = new StringContent("5\r\nhello\r\n0\r\n\r\n") };
        request.Headers.Add("x-amz-content-sha256", literal);
        request.Headers.Add("x-amz-decoded-content-length", "5");

        using var answer = await proxy.Client.SendAsync(request);

        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.OK);
        var received = await aws.NextAsync();
        await Assert.That(received.Header("x-amz-content-sha256")).IsEqualTo(literal);
        await Assert.That(received.Body.Length).IsEqualTo(15);
    }

    [Test]
    public async Task Body_LiteralForAnotherService_IsHashedAllTheSame()
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address, "execute-api"));
        using var request = new HttpRequestMessage(HttpMethod.Put, "/a") { Content = new StringContent("x") };
        request.Headers.Add("x-amz-content-sha256", "UNSIGNED-PAYLOAD");

        using var answer = await proxy.Client.SendAsync(request);

        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.OK);
        await Assert.That((await aws.NextAsync()).Header("x-amz-content-sha256"))
            .IsEqualTo(Convert.ToHexStringLower(SHA256.HashData("x"u8)));
    }

    [Test]
    public async Task Body_VpcLattice_IsNeverSigned()
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address, "vpc-lattice-svcs"));

        using var answer = await proxy.Client.PostAsync("/a", new StringContent("x"));

        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.OK);
        await Assert.That((await aws.NextAsync()).Header("x-amz-content-sha256")).IsEqualTo("UNSIGNED-PAYLOAD");
    }

    [Test]
    [Arguments("GET")]
    [Arguments("DELETE")]
    [Arguments("OPTIONS")]
    public async Task Body_OnMethodsThatSeldomHaveOne_Arrives(string method)
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address));
        using var request = new HttpRequestMessage(new HttpMethod(method), "/_search") { Content = new StringContent("{}") };

        using var answer = await proxy.Client.SendAsync(request);

        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.OK);
        await Assert.That((await aws.NextAsync()).Body.Length).IsEqualTo(2);
    }

    private static async Task ArrivesAsync(int length, bool chunked, string service = "s3")
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await TestProxy.StartAsync(
            TestProxy.OptionsFor(aws.Address, service) with { BufferSizeBytes = BufferSizeBytes });
        var body = new byte[length];
        new Random(length).NextBytes(body);
        using var request = new HttpRequestMessage(HttpMethod.Put, "/a") { Content = new ByteArrayContent(body) };
        request.Headers.TransferEncodingChunked = chunked ? true : null;
        if (chunked)
            request.Content.Headers.ContentLength = null;

        using var answer = await proxy.Client.SendAsync(request);

        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.OK);
        var received = await aws.NextAsync();
        var isSignedByChunks = service == "s3" && length > BufferSizeBytes && !chunked;
        await Assert.That(received.Header("x-amz-content-sha256") == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD").IsEqualTo(isSignedByChunks);
        await Assert.That(received.Header("content-length")).IsEqualTo(received.Body.Length.ToString(CultureInfo.InvariantCulture));
        await Assert.That(received.Header("transfer-encoding")).IsNull();
        var decoded = new ChunkVerifier(TestProxy.Credentials.SecretAccessKey).Decode(received).Request!;
        await Assert.That(decoded.Body.AsSpan().SequenceEqual(body)).IsTrue();
    }
}
