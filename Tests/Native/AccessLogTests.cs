using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using AwsSigV4Proxy.Tests.Fakes;
using Microsoft.AspNetCore.Http;

namespace AwsSigV4Proxy.Tests.Native;

/// <summary>The published executable: its access log, and the ids of requests.</summary>
internal sealed class AccessLogTests
{
    [Test]
    public async Task Run_AccessLog_HasOneLineForEachRequest()
    {
        await using var aws = await FakeAws.StartAsync((context, _) =>
        {
            context.Response.StatusCode = 201;
            context.Response.Headers["x-amzn-RequestId"] = "id-of-aws";
            return context.Response.WriteAsync("four");
        });
        await using var proxy = await NativeProxy.StartAsync(aws, "--access-log");

        using var answer = await proxy.Client.PostAsync("/a%2Fb?hidden=1", new StringContent("hello"));
        var line = await proxy.WaitForLineAsync("INF POST ");

        await Assert.That(line).Matches(
            $"^/a%2Fb 201 from upstream in [0-9]+\\.[0-9] ms, [0-9]+\\.[0-9] ms to the first byte, 5 B in, 4 B out; {aws.Address.Authority} "
            + $"execute-api eu-west-1; caller 127\\.0\\.0\\.1 \\[{answer.Headers.GetValues("x-request-id").Single()}\\] AWS \\[id-of-aws\\]$");
        await Assert.That(proxy.Output).DoesNotContain("hidden");
    }

    [Test]
    public async Task Run_AccessLogAsJson_HasStableNames()
    {
        await using var aws = await FakeAws.StartAsync((context, _) => context.Response.WriteAsync("four"));
        await using var proxy = await NativeProxy.StartAsync(aws, "--access-log", "--log-format", "json");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/x?hidden=1") { Headers = { { "x-request-id", "mine-1" } } };

        using var answer = await proxy.Client.SendAsync(request);
        await proxy.StopAsync();
        var line = proxy.Output.Split('\n').Select(line => JsonDocument.Parse(line).RootElement)
            .Single(line => line.TryGetProperty("durationMs", out _));

        await Assert.That(string.Join(' ', line.EnumerateObject().Select(field => field.Name).Order(StringComparer.Ordinal))).IsEqualTo(
            "awsRequestId caller durationMs firstByteMs level message method origin path receivedBytes region requestId sentBytes service status time upstream");
        await Assert.That(string.Join(' ', ((string[])["method", "path", "status", "origin", "receivedBytes", "sentBytes", "upstream", "service", "region", "caller", "requestId", "awsRequestId"])
            .Select(name => line.GetProperty(name).ToString())))
            .IsEqualTo($"GET /x 200 upstream 0 4 {aws.Address.Authority} execute-api eu-west-1 127.0.0.1 mine-1 -");
        await Assert.That(line.GetProperty("durationMs").GetDouble()).IsGreaterThanOrEqualTo(line.GetProperty("firstByteMs").GetDouble());
        await Assert.That(proxy.Output).DoesNotContain("hidden");
    }

    [Test]
    public async Task Run_LogLevelError_SilencesNoLineThatAnOptionAsksFor()
    {
        await using var aws = await FakeAws.StartAsync((context, _) =>
        {
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        });
        var port = FreePort.Find();
        using var process = Executable.Start(
            ["-f", aws.Address.GetLeftPart(UriPartial.Authority), "-s", "es", "-r", "eu-west-1", "-l", $"127.0.0.1:{port}", "-u", "0", "--log-level", "error",
             "--access-log", "--log-failed-requests"],
            NativeProxy.Credentials);
        try
        {
            using var client = new HttpClient(new SocketsHttpHandler { ConnectCallback = (_, stop) => ConnectAsync(port, stop) });

            using var answer = await client.GetAsync($"http://127.0.0.1:{port}/x");
            var lines = $"{await process.StandardOutput.ReadLineAsync()}\n{await process.StandardOutput.ReadLineAsync()}";

            // Nothing else stands before them.
            await Assert.That(lines).Matches("^[^\n]+ WRN GET /x: the upstream answered 404 [^\n]+\n[^\n]+ INF GET /x 404 from upstream ");
        }
        finally
        {
            process.Kill();
        }
    }

    [Test]
    public async Task Run_AccessLogQuery_ShowsTheQueryWithoutSecrets()
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await NativeProxy.StartAsync(aws, "--access-log-query");

        await RawCaller.HeadOfAnswerAsync(proxy.Client.BaseAddress!,
            "GET /x?q=shown&X-Amz-Signature=hidden&x-amz-security-token=hidden&acc%65ss_token=hidden&X-Amz-S3session-Token=hidden&WebIdentityToken=hidden&sig=hidden&a=1;token=hidden&+password=hidden&p%2561ssword=hidden&token HTTP/1.1\r\nHost: localhost\r\n\r\n");
        var line = await proxy.WaitForLineAsync("GET /x?");

        await Assert.That(line).StartsWith(
            "q=shown&X-Amz-Signature=(redacted)&x-amz-security-token=(redacted)&acc%65ss_token=(redacted)&X-Amz-S3session-Token=(redacted)&WebIdentityToken=(redacted)&sig=(redacted)&a=1;token=(redacted)&+password=(redacted)&p%2561ssword=(redacted)&token 200 from upstream ");
        await Assert.That(proxy.Output).DoesNotContain("hidden");
    }

    // Lines wait in memory while nobody reads them.
    [Test]
    public async Task Run_LongTargets_AreCut()
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await NativeProxy.StartAsync(aws, "--access-log-query");

        await RawCaller.HeadOfAnswerAsync(proxy.Client.BaseAddress!,
            $"GET /{new string('p', 5000)}?{new string('q', 5000)} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        var line = await proxy.WaitForLineAsync("GET /p");

        await Assert.That(line.Length).IsBetween(4000, 5000);
        await Assert.That(line).Contains("p...?q").And.Contains("q... 200 from upstream");
    }

    [Test]
    public async Task Run_ProxyFails_HasALineToo()
    {
        await using var upstream = RawUpstream.Start((_, _) => Task.CompletedTask);
        await using var proxy = await NativeProxy.StartAsync(upstream.Address, NativeProxy.Credentials, "--access-log");
        using var denied = new HttpRequestMessage(HttpMethod.Get, "/denied") { Headers = { Host = "evil.example" } };

        using var reset = await proxy.Client.GetAsync("/reset");
        using var refusal = await proxy.Client.SendAsync(denied);

        await Assert.That(await proxy.WaitForLineAsync("INF GET /reset ")).StartsWith("502 from upstream_reset in ")
            .And.Contains($"; {upstream.Address.Authority} execute-api eu-west-1; caller 127.0.0.1 [{IdOf(reset)}] AWS [-]");
        await Assert.That(await proxy.WaitForLineAsync("INF GET /denied ")).StartsWith("403 from host_denied in ")
            .And.Contains($"; - - -; caller 127.0.0.1 [{IdOf(refusal)}] AWS [-]");
    }

    [Test]
    public async Task Run_FailedRequest_HasItsIdInEveryLine()
    {
        await using var aws = await FakeAws.StartAsync((context, _) =>
        {
            context.Response.StatusCode = 403;
            return context.Response.WriteAsync("<Error><Code>SignatureDoesNotMatch</Code><Message>m</Message><CanonicalRequest>GET</CanonicalRequest></Error>");
        });
        await using var proxy = await NativeProxy.StartAsync(aws, "--access-log", "--log-signing", "--log-failed-requests", "--log-format", "json");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/mine") { Headers = { { "x-request-id", "mine/1:2" } } };

        using var answer = await proxy.Client.SendAsync(request);
        await proxy.StopAsync();
        var lines = proxy.Output.Split('\n').Where(line => line.Contains("GET /mine", StringComparison.Ordinal)).ToArray();

        await Assert.That(IdOf(answer)).IsEqualTo("mine/1:2");
        // What was signed, where AWS saw another one, what it said, and the access log.
        await Assert.That(lines.Length).IsEqualTo(4);
        foreach (var line in lines)
        {
            var entry = JsonDocument.Parse(line).RootElement;
            await Assert.That(entry.GetProperty("requestId").GetString()).IsEqualTo("mine/1:2");
            await Assert.That(entry.GetProperty("message").GetString()!).Contains("[mine/1:2]");
        }
    }

    [Test]
    [Arguments("x-request-id: with space")]
    [Arguments("x-request-id: tab\there")]
    [Arguments("x-request-id: a\"b")]
    [Arguments("x-request-id: \u00e9")]
    [Arguments("x-request-id:")]
    [Arguments("x-request-id: one\r\nx-request-id: two")]
    [Arguments("too long")]
    public async Task Run_IdThatIsNone_IsReplaced(string header)
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await NativeProxy.StartAsync(aws, "--access-log");
        header = header == "too long" ? $"x-request-id: {new string('a', 129)}" : header;

        var head = await RawCaller.HeadOfAnswerAsync(proxy.Client.BaseAddress!, $"GET / HTTP/1.1\r\nHost: localhost\r\n{header}\r\n\r\n");
        var line = await proxy.WaitForLineAsync("INF GET / 200 ");

        await Assert.That(head!).Matches("\r\n[xX]-[rR]equest-[iI][dD]: [0-9a-f]{32}\r\n");
        await Assert.That(line).Matches("\\[[0-9a-f]{32}\\] AWS \\[-\\]$");
    }

    [Test]
    public async Task Run_UpstreamHasAnIdOfItsOwn_PassesUntouched()
    {
        await using var aws = await FakeAws.StartAsync((context, _) =>
        {
            context.Response.Headers["x-request-id"] = "of the upstream";
            return Task.CompletedTask;
        });
        await using var proxy = await NativeProxy.StartAsync(aws, "--access-log");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "x-request-id", "mine" } } };

        using var answer = await proxy.Client.SendAsync(request);

        await Assert.That(IdOf(answer)).IsEqualTo("of the upstream");
        await Assert.That(await proxy.WaitForLineAsync("INF GET / 200 ")).EndsWith("[mine] AWS [-]");
        // A caller's is a header like any other.
        await Assert.That((await aws.NextAsync()).Header("x-request-id")).IsEqualTo("mine");
    }

    /// <summary>Waits until the port is open: at this level no line says so.</summary>
    private static async ValueTask<Stream> ConnectAsync(int port, CancellationToken stop)
    {
        while (true)
        {
            var client = new TcpClient();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, port, stop);
                return client.GetStream();
            }
            catch (SocketException)
            {
                client.Dispose();
                await Task.Delay(10, stop);
            }
        }
    }

    private static string IdOf(HttpResponseMessage answer) => answer.Headers.GetValues("x-request-id").Single();
}
