using System.IO.Compression;
using System.Net;
using System.Text;
using AwsSigV4Proxy.Tests.Fakes;
using Microsoft.AspNetCore.Http;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding;

/// <summary>What becomes of the upstream's answer on its way back: nothing.</summary>
public class AnswerTests
{
    [Test]
    public async Task Answer_StatusReasonHeadersAndBody_PassUnchanged()
    {
        var answer = await AnswerOfAsync(
            "HTTP/1.1 418 Short And Stout\r\nX-Amz-Request-Id: R1\r\nx-amz-meta-MIXED: a  b\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n"
            + "ETag: \"x\"\r\nContent-Type: text/odd; x=y\r\nDate: Fri, 24 May 2013 00:00:00 GMT\r\nServer: AmazonS3\r\nContent-Length: 4\r\n\r\nbody");

        await Assert.That(answer).StartsWith("HTTP/1.1 418 Short And Stout\r\n").And.EndsWith("\r\n\r\nbody");
        foreach (var line in (string[])
            ["X-Amz-Request-Id: R1", "x-amz-meta-MIXED: a  b", "Set-Cookie: a=1", "Set-Cookie: b=2", "ETag: \"x\"", "Content-Type: text/odd; x=y",
             "Date: Fri, 24 May 2013 00:00:00 GMT", "Server: AmazonS3", "Content-Length: 4"])
        {
            await Assert.That(answer).Contains($"\r\n{line}\r\n");
        }
    }

    [Test]
    public async Task Answer_OfAwsItself_CarriesNoMarkOfTheProxy()
    {
        var answer = await AnswerOfAsync("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");

        await Assert.That(answer).DoesNotContain("x-sigv4-proxy-error").And.DoesNotContain("problem+json");
    }

    [Test]
    public async Task Answer_HopByHopHeaders_EndHere()
    {
        var answer = await AnswerOfAsync(
            "HTTP/1.1 200 OK\r\nConnection: keep-alive, X-Named\r\nX-Named: 1\r\nX-Kept: 2\r\nKeep-Alive: timeout=5\r\nContent-Length: 0\r\n\r\n");

        await Assert.That(answer).Contains("\r\nX-Kept: 2\r\n").And.DoesNotContain("X-Named").And.DoesNotContain("Keep-Alive: timeout");
    }

    [Test]
    public async Task Answer_Redirect_IsNotFollowed()
    {
        var answer = await AnswerOfAsync("HTTP/1.1 301 Moved Permanently\r\nLocation: http://evil.example/\r\nContent-Length: 0\r\n\r\n");

        await Assert.That(answer).StartsWith("HTTP/1.1 301 ").And.Contains("\r\nLocation: http://evil.example/\r\n");
    }

    [Test]
    [Arguments("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "\r\nContent-Length: 5\r\n")]
    [Arguments("GET", "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n", "\r\nETag: \"x\"\r\n")]
    [Arguments("GET", "HTTP/1.1 204 No Content\r\nX-A: 1\r\n\r\n", "\r\nX-A: 1\r\n")]
    public async Task Answer_WithoutBody_Passes(string method, string upstreams, string kept)
    {
        await Assert.That(await AnswerOfAsync(upstreams, method)).StartsWith(upstreams[..12]).And.Contains(kept);
    }

    [Test]
    public async Task Answer_BytesBeyondAscii_PassInHeaders()
    {
        var answer = await AnswerOfAsync("HTTP/1.1 200 OK\r\nx-amz-meta-a: \u00C3\u00A9\u00FF\r\nContent-Length: 0\r\n\r\n");

        await Assert.That(answer).Contains("\r\nx-amz-meta-a: \u00C3\u00A9\u00FF\r\n");
    }

    [Test]
    public async Task Answer_Gzip_StaysGzip()
    {
        var zipped = new MemoryStream();
        await using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true))
            await gzip.WriteAsync("hello"u8.ToArray());
        await using var aws = await FakeAws.StartAsync(async (context, _) =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await context.Response.Body.WriteAsync(zipped.ToArray());
        });
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address));

        using var answer = await proxy.Client.GetAsync("/");

        await Assert.That(answer.Content.Headers.ContentEncoding).Contains("gzip");
        await Assert.That((await answer.Content.ReadAsByteArrayAsync()).AsSpan().SequenceEqual(zipped.ToArray())).IsTrue();
    }

    [Test]
    public async Task Answer_Trailers_Pass()
    {
        var answer = await AnswerOfAsync(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: x-amz-checksum-crc32\r\n\r\n5\r\nhello\r\n0\r\nx-amz-checksum-crc32: NhCmhg==\r\n\r\n");

        await Assert.That(answer).Contains("\r\nhello\r\n0\r\nx-amz-checksum-crc32: NhCmhg==\r\n\r\n");
    }

    [Test]
    public async Task Answer_StreamOfEvents_EachLeavesAsItArrives()
    {
        // The upstream sends the second event only after the caller has the first: a buffered answer would never end.
        var callerHasFirst = new TaskCompletionSource();
        await using var aws = await FakeAws.StartAsync(async (context, _) =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("data: 1\n\n");
            await context.Response.Body.FlushAsync();
            await callerHasFirst.Task;
            await context.Response.WriteAsync("data: 2\n\n");
        });
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address));

        using var answer = await proxy.Client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        await Assert.That(await reader.ReadLineAsync()).IsEqualTo("data: 1");
        callerHasFirst.SetResult();

        await Assert.That(await reader.ReadToEndAsync()).IsEqualTo("\ndata: 2\n\n");
    }

    [Test]
    public async Task Answer_CutInTheMiddle_IsCutForTheCallerToo()
    {
        var callerHasHeaders = new TaskCompletionSource();
        await using var upstream = RawUpstream.Start(async (stream, stop) =>
        {
            await RawUpstream.ReadHeadAsync(stream, stop);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234"u8.ToArray(), stop);
            await callerHasHeaders.Task;
        });
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(upstream.Address));

        using var answer = await proxy.Client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead);
        callerHasHeaders.SetResult();

        await Assert.That(async () => await answer.Content.ReadAsByteArrayAsync()).Throws<HttpRequestException>();
    }

    [Test]
    public async Task Answer_CallerGoesAway_TheUpstreamRequestEnds()
    {
        var ended = new TaskCompletionSource();
        await using var aws = await FakeAws.StartAsync(async (context, _) =>
        {
            context.RequestAborted.Register(ended.SetResult);
            await context.Response.WriteAsync("first");
            await context.Response.Body.FlushAsync();
            await ended.Task;
        });
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address));

        (await proxy.Client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead)).Dispose();

        await ended.Task;
    }

    [Test]
    public async Task Answer_Large_ArrivesWhole()
    {
        var body = new byte[5_000_000];
        new Random(1).NextBytes(body);
        await using var aws = await FakeAws.StartAsync(async (context, _) => await context.Response.Body.WriteAsync(body));
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address));

        await Assert.That((await proxy.Client.GetByteArrayAsync("/")).AsSpan().SequenceEqual(body)).IsTrue();
    }

    private static async Task<string> AnswerOfAsync(string answer, string method = "GET")
    {
        await using var upstream = RawUpstream.Answering(answer);
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(upstream.Address));
        return await RawCaller.GetAsync(proxy.Address, "/", method);
    }
}
