using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using AwsSigV4Proxy.Hosting.Demo;
using AwsSigV4Proxy.Tests.Fakes;
using Microsoft.AspNetCore.Http;

namespace AwsSigV4Proxy.Tests.Native;

/// <summary>Requests are driven through the published executable, and every metric of them is read back.</summary>
internal sealed class MetricsTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UtcNow;

    [Test]
    public async Task Requests_OfEveryKind_AreCountedByMethodStatusAndOrigin()
    {
        await using var aws = await FakeAws.StartAsync(AnswerAsync);
        await using var proxy = await StartAsync(aws);
        using var utility = await Scrape.ConnectAsync(proxy);

        await SendAsync(proxy, "GET", "/");
        await SendAsync(proxy, "GET", "/a/path?a=query");
        await SendAsync(proxy, "BREW", "/");
        await SendAsync(proxy, "DELETE", "/forbidden");
        await SendAsync(proxy, "POST", "/", "12345");
        await SendAsync(proxy, "POST", "/broken", "x");
        await SendAsync(proxy, "GET", "/", null, ("Origin", "https://evil.test"));
        await SendAsync(proxy, "OPTIONS", "/", null, ("Origin", "https://page.test"), ("Access-Control-Request-Method", "GET"));
        var scrape = await Scrape.OfAsync(utility);

        await Assert.That(scrape["requests_total", "method=\"GET\"", "origin=\"upstream\"", "status=\"2xx\""]).IsEqualTo(2);
        await Assert.That(scrape["requests_total", "method=\"other\"", "origin=\"upstream\"", "status=\"2xx\""]).IsEqualTo(1);
        await Assert.That(scrape["requests_total", "method=\"DELETE\"", "origin=\"upstream\"", "status=\"4xx\""]).IsEqualTo(1);
        await Assert.That(scrape["requests_total", "method=\"POST\"", "origin=\"upstream_reset\"", "status=\"5xx\""]).IsEqualTo(1);
        await Assert.That(scrape["requests_total", "method=\"GET\"", "origin=\"origin_denied\"", "status=\"4xx\""]).IsEqualTo(1);
        await Assert.That(scrape["requests_total", "method=\"OPTIONS\"", "origin=\"preflight\"", "status=\"2xx\""]).IsEqualTo(1);
        await Assert.That(scrape["refused_callers_total", "reason=\"origin_denied\""]).IsEqualTo(1);
        await Assert.That(scrape["request_duration_seconds_count", "origin=\"upstream\""]).IsEqualTo(5);
        await Assert.That(scrape["request_duration_seconds_bucket", "le=\"300\"", "origin=\"upstream\""]).IsEqualTo(5);
        await Assert.That(scrape["upstream_first_byte_duration_seconds_count"]).IsEqualTo(5);
        // The one that was cut was signed too.
        await Assert.That(scrape["signing_duration_seconds_count"]).IsEqualTo(6);
        await Assert.That(scrape["received_bytes_total"]).IsEqualTo(6);
        await Assert.That(scrape["sent_bytes_total"]).IsEqualTo(4 * "hello".Length);
        await Assert.That(scrape["payloads_total", "mode=\"none\""]).IsEqualTo(4);
        await Assert.That(scrape["payloads_total", "mode=\"spooled\""]).IsEqualTo(2);
        await Assert.That(scrape["upstream_connections_opened_total", "tls=\"none\""]).IsBetween(1, 3);
        await Assert.That(scrape["requests_in_flight"]).IsEqualTo(0);
    }

    [Test]
    public async Task Requests_UnderWay_AreInFlight()
    {
        var (arrived, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var aws = await FakeAws.StartAsync((_, _) =>
        {
            arrived.SetResult();
            return release.Task;
        });
        await using var proxy = await StartAsync(aws);
        using var utility = await Scrape.ConnectAsync(proxy);

        var request = SendAsync(proxy, "GET", "/");
        await arrived.Task;
        var scrape = await Scrape.OfAsync(utility);
        await Assert.That((scrape["requests_in_flight"], scrape["upstream_connections_open"])).IsEqualTo((1, 1));
        release.SetResult();
        await request;

        await Assert.That((await Scrape.OfAsync(utility))["requests_in_flight"]).IsEqualTo(0);
    }

    [Test]
    public async Task Answers_ThatWereCut_AreNoSuccesses()
    {
        var (arrived, started) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var aws = await FakeAws.StartAsync(async (context, request) =>
        {
            context.Response.ContentLength = 100;
            await context.Response.WriteAsync("half");
            await context.Response.Body.FlushAsync();
            if (request.RawTarget == "/cut")
            {
                await arrived.Task;
                context.Abort();
                return;
            }

            started.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        await using var proxy = await StartAsync(aws, "--access-log");
        using var utility = await Scrape.ConnectAsync(proxy);

        using (var answer = await proxy.Client.GetAsync("/cut", HttpCompletionOption.ResponseHeadersRead))
        {
            arrived.SetResult();
            await Assert.That(async () => await answer.Content.ReadAsByteArrayAsync()).Throws<HttpRequestException>();
        }

        using (var answer = await proxy.Client.GetAsync("/left", HttpCompletionOption.ResponseHeadersRead))
            await started.Task;
        await proxy.WaitForLineAsync("GET /left 200 from none in ");
        var scrape = await Scrape.OfAsync(utility);

        await Assert.That(scrape["requests_total", "method=\"GET\"", "origin=\"upstream_reset\"", "status=\"5xx\""]).IsEqualTo(1);
        await Assert.That(scrape["requests_total", "method=\"GET\"", "origin=\"none\"", "status=\"2xx\""]).IsEqualTo(1);
        await Assert.That(scrape.Has("requests_total{method=\"GET\",origin=\"upstream\"")).IsFalse();
    }

    // The library writes to all from one buffer.
    [Test]
    public async Task Scrape_ByOneWhoDoesNotRead_HoldsUpNobody()
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await StartAsync(aws);
        using var utility = await Scrape.ConnectAsync(proxy);
        using var stalled = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 1024 };
        await stalled.ConnectAsync(IPAddress.Loopback, utility.BaseAddress!.Port);
        // Until it is full: the server has stopped to read, since it cannot write.
        var requests = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", 3000)));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        try
        {
            await stalled.SendAsync(requests, limit.Token);
        }
        catch (OperationCanceledException)
        {
            // It is full.
        }

        using var answer = await utility.GetAsync("/metrics").WaitAsync(TimeSpan.FromSeconds(30));
        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.OK);
    }

    [Test]
    public async Task Bodies_SpooledAndMismatched_AreCounted()
    {
        await using var aws = await FakeAws.StartAsync(AnswerAsync);
        await using var proxy = await StartAsync(aws, "--buffer-size", "1KiB");
        using var utility = await Scrape.ConnectAsync(proxy);

        await SendAsync(proxy, "POST", "/", new string('x', 5000));
        await SendAsync(proxy, "POST", "/", "hello", ("x-amz-content-sha256", new string('a', 64)));
        var scrape = await Scrape.OfAsync(utility);

        await Assert.That(scrape["spooled_bodies_total"]).IsEqualTo(1);
        await Assert.That(scrape["payload_hash_mismatches_total"]).IsEqualTo(1);
        await Assert.That(scrape["payloads_total", "mode=\"trusted_hash\""]).IsEqualTo(1);
    }

    [Test]
    public async Task Refusals_OfSignatureAndTime_AreCounted()
    {
        var isSkewed = true;
        await using var aws = await FakeAws.StartAsync((context, request) =>
        {
            if (request.RawTarget == "/skewed" && isSkewed)
            {
                isSkewed = false;
                context.Response.Headers.Date = DateTimeOffset.UtcNow.AddSeconds(100).ToString("R", CultureInfo.InvariantCulture);
                return RefuseAsync(context, "RequestTimeTooSkewed");
            }

            return request.RawTarget == "/mismatch" ? RefuseAsync(context, "SignatureDoesNotMatch") : AnswerAsync(context, request);
        });
        await using var proxy = await StartAsync(aws);
        using var utility = await Scrape.ConnectAsync(proxy);

        await SendAsync(proxy, "GET", "/mismatch");
        await Assert.That((await Scrape.OfAsync(utility))["clock_offset_seconds"]).IsEqualTo(0);
        await SendAsync(proxy, "GET", "/skewed");
        var scrape = await Scrape.OfAsync(utility);

        await Assert.That(scrape["signature_mismatches_total"]).IsEqualTo(1);
        await Assert.That(scrape["second_attempts_total"]).IsEqualTo(1);
        await Assert.That(scrape["clock_offset_seconds"]).IsBetween(97, 101);
    }

    [Test]
    public async Task Credentials_InUse_TellProviderExpiryAndRefreshes()
    {
        await using var ecs = await FakeEcs.StartAsync();
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await NativeProxy.StartAsync(
            aws.Address, new Dictionary<string, string> { ["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = ecs.Url + "/v1/credentials" },
            "-u", $"{FreePort.Find()}");
        using var utility = await Scrape.ConnectAsync(proxy);
        await proxy.WaitForLineAsync("AWS credentials from ");
        var scrape = await Scrape.OfAsync(utility);

        await Assert.That(scrape["credentials_usable"]).IsEqualTo(1);
        await Assert.That(scrape["credentials_provider_info", "provider=\"container\""]).IsEqualTo(1);
        await Assert.That(scrape["credentials_expiry_timestamp_seconds"]).IsGreaterThan(Start.ToUnixTimeSeconds());
        await Assert.That(scrape["credentials_refresh_duration_seconds_count", "result=\"success\""]).IsEqualTo(1);
    }

    [Test]
    public async Task Credentials_None_TellSo()
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await NativeProxy.StartAsync(aws.Address, new Dictionary<string, string>(), "-u", $"{FreePort.Find()}");
        using var utility = await Scrape.ConnectAsync(proxy);
        await proxy.WaitForLineAsync("requests cannot be signed");
        var scrape = await Scrape.OfAsync(utility);

        await Assert.That(scrape.Text).Contains("aws_sigv4_proxy_credentials_usable{} 0\n");
        await Assert.That(scrape.Has("credentials_provider_info")).IsFalse();
        await Assert.That(scrape.Has("credentials_expiry_timestamp_seconds")).IsFalse();
        await Assert.That(scrape["credentials_refresh_duration_seconds_count", "result=\"failure\""]).IsGreaterThanOrEqualTo(1);
    }

    [Test]
    public async Task Callers_WithoutPassword_AreCounted()
    {
        using var folder = new TestFolder();
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await StartAsync(aws, "--basic-auth-file", folder.Write("users", "me:password\n"));
        using var utility = await Scrape.ConnectAsync(proxy);

        await SendAsync(proxy, "GET", "/");
        await SendAsync(proxy, "GET", "/", null, ("Host", "evil.test"));
        var scrape = await Scrape.OfAsync(utility);

        await Assert.That(scrape["refused_callers_total", "reason=\"unauthorized\""]).IsEqualTo(1);
        await Assert.That(scrape["refused_callers_total", "reason=\"host_denied\""]).IsEqualTo(1);
    }

    [Test]
    public async Task Process_TellsOfItself()
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await StartAsync(aws);
        using var utility = await Scrape.ConnectAsync(proxy);
        var scrape = await Scrape.OfAsync(utility);

        await Assert.That(scrape.Text).Contains("aws_sigv4_proxy_build_info{").And.Contains("version=\"0.1.0\"");
        await Assert.That(scrape["process_start_time_seconds"]).IsBetween(Start.ToUnixTimeSeconds() - 600, DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 1);
        await Assert.That(scrape["process_resident_memory_bytes"]).IsGreaterThan(1 << 20);
        await Assert.That(scrape["process_cpu_seconds_total"]).IsGreaterThan(0);
        await Assert.That(scrape["dotnet_process_memory_working_set_bytes"]).IsGreaterThan(1 << 20);
        if (OperatingSystem.IsLinux())
            await Assert.That(scrape["process_open_fds"]).IsGreaterThan(3);
    }

    [Test]
    public async Task Scrape_InOpenMetrics_IsGivenWhereItIsAskedFor()
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await StartAsync(aws);
        using var utility = await Scrape.ConnectAsync(proxy);
        utility.DefaultRequestHeaders.Add("Accept", "application/openmetrics-text; version=1.0.0");

        using var answer = await utility.GetAsync("/metrics");

        await Assert.That(answer.Content.Headers.ContentType!.MediaType).IsEqualTo("application/openmetrics-text");
        await Assert.That(await answer.Content.ReadAsStringAsync()).EndsWith("# EOF\n").And.Contains("# TYPE aws_sigv4_proxy_requests_in_flight gauge");
    }

    private static Task<NativeProxy> StartAsync(FakeAws aws, params string[] arguments) =>
        NativeProxy.StartAsync(aws, ["-u", $"{FreePort.Find()}", "--allow-origin", "https://page.test", .. arguments]);

    private static Task AnswerAsync(HttpContext context, ReceivedRequest request)
    {
        switch (request.RawTarget)
        {
            case "/forbidden":
                context.Response.StatusCode = StatusCodes.Status403Forbidden;
                return Task.CompletedTask;
            case "/broken":
                context.Abort();
                return Task.CompletedTask;
            default:
                return context.Response.WriteAsync("hello");
        }
    }

    private static Task RefuseAsync(HttpContext context, string code)
    {
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        context.Response.ContentType = "application/xml";
        return context.Response.WriteAsync($"<Error><Code>{code}</Code><Message>m</Message></Error>");
    }

    private static async Task SendAsync(
        NativeProxy proxy, string method, string target, string? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), target);
        if (body is not null)
            request.Content = new StringContent(body);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await proxy.Client.SendAsync(request);
        await answer.Content.ReadAsByteArrayAsync();
    }
}
