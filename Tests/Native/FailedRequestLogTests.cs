using System.IO.Compression;
using System.Net;
using System.Text.Json;
using AwsSigV4Proxy.Tests.Fakes;
using Microsoft.AspNetCore.Http;

namespace AwsSigV4Proxy.Tests.Native;

/// <summary>The published executable with <c>--log-failed-requests</c>.</summary>
internal sealed class FailedRequestLogTests
{
    [Test]
    public async Task Run_AnswerIsAnError_IsLoggedWithWhatItSays()
    {
        var body = $"{{\n  \"message\": \"no: {TestProxy.Credentials.SessionToken} [2J\u202E\"\n}}";
        await using var aws = await FakeAws.StartAsync((context, _) =>
        {
            context.Response.StatusCode = 404;
            context.Response.Headers["x-amzn-RequestId"] = "id-of-aws";
            return context.Response.WriteAsync(body);
        });
        await using var proxy = await NativeProxy.StartAsync(aws, "--log-failed-requests");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/a%2Fb?q=hidden") { Headers = { { "x-request-id", "mine-1" } } };

        using var answer = await proxy.Client.SendAsync(request);
        var line = await proxy.WaitForLineAsync("WRN GET /a%2Fb: ");
        await proxy.StopAsync();

        await Assert.That(await answer.Content.ReadAsStringAsync()).IsEqualTo(body);
        await Assert.That(line).IsEqualTo(
            """the upstream answered 404 to a request for execute-api eu-west-1: { "message": "no: (redacted) [2J\u{202e}" } [mine-1] AWS [id-of-aws]""");
        await Assert.That(proxy.Output).DoesNotContain("hidden");
    }

    [Test]
    public async Task Run_JsonOfAnswerWithoutText_NamesIt()
    {
        await using var aws = await FakeAws.StartAsync(async (context, request) =>
        {
            context.Response.StatusCode = request.RawTarget == "/fine" ? 399 : 500;
            if (request.RawTarget != "/gzip")
                return;
            context.Response.Headers.ContentEncoding = "gzip";
            await using var gzip = new GZipStream(context.Response.Body, CompressionLevel.Fastest);
            await gzip.WriteAsync("hidden"u8.ToArray());
        });
        await using var proxy = await NativeProxy.StartAsync(aws, "--log-failed-requests", "--log-format", "json");

        using var zipped = await proxy.Client.GetAsync("/gzip");
        using var head = await proxy.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/head"));
        using var fine = await proxy.Client.GetAsync("/fine");
        await proxy.StopAsync();
        var lines = proxy.Output.Split('\n').Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.TryGetProperty("body", out _)).ToArray();

        await Assert.That(string.Join('|', lines.Select(line =>
            $"{line.GetProperty("level")} {line.GetProperty("method")} {line.GetProperty("path")} {line.GetProperty("status")} {line.GetProperty("service")} "
            + $"{line.GetProperty("region")} {line.GetProperty("awsRequestId")} {line.GetProperty("body")}")))
            .Matches(@"^Warning GET /gzip 500 execute-api eu-west-1 - \(gzip, [0-9]+ B\)\|Warning HEAD /head 500 execute-api eu-west-1 - \(no body\)$");
        await Assert.That(lines[0].GetProperty("requestId").GetString()).IsEqualTo(zipped.Headers.GetValues("x-request-id").Single());
    }

    [Test]
    public async Task Run_ErrorThatStreams_PassesAsItComesAndIsLoggedWhenItIsCut()
    {
        var (seen, cut) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var aws = await FakeAws.StartAsync(async (context, _) =>
        {
            context.Response.StatusCode = 503;
            await context.Response.WriteAsync("first words");
            await seen.Task;
            await context.Response.WriteAsync(" and " + new string('x', 100_000));
            await cut.Task;
            context.Abort();
        });
        await using var proxy = await NativeProxy.StartAsync(aws, "--log-failed-requests");

        using var answer = await proxy.Client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead);
        await using var body = await answer.Content.ReadAsStreamAsync();
        var first = new byte["first words".Length];
        await body.ReadExactlyAsync(first);
        await Assert.That(proxy.Output).DoesNotContain("the upstream answered");
        seen.SetResult();
        await body.ReadExactlyAsync(new byte[100_005]);
        cut.SetResult();
        var line = await proxy.WaitForLineAsync("the upstream answered 503 to a request for execute-api eu-west-1: ");

        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.ServiceUnavailable);
        await Assert.That(line).StartsWith("first words and... (100016 B) [");
    }

    [Test]
    public async Task Run_WithoutTheOption_LogsNoAnswer()
    {
        await using var aws = await FakeAws.StartAsync((context, _) =>
        {
            context.Response.StatusCode = 500;
            return context.Response.WriteAsync("hidden");
        });
        await using var proxy = await NativeProxy.StartAsync(aws);

        using var answer = await proxy.Client.GetAsync("/");
        await proxy.StopAsync();

        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.InternalServerError);
        await Assert.That(proxy.Output).DoesNotContain("the upstream answered").And.DoesNotContain("hidden");
    }
}
