using System.Net;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Tests.Fakes;
using Microsoft.AspNetCore.Http;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding;

/// <summary>
/// Silence is limited, by <c>--idle-timeout</c> and <c>--request-timeout</c>, each where it belongs, and the whole is not.
/// Without their limit these tests would wait for their client's 60 s, or for ever.
/// </summary>
public class DeadlineTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);

    [Test]
    public async Task Answer_ThatFallsSilent_IsCut()
    {
        await using var upstream = RawUpstream.Start(async (stream, stop) =>
        {
            await RawUpstream.ReadHeadAsync(stream, stop);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234"u8.ToArray(), stop);
            await Task.Delay(Timeout.Infinite, stop);
        });
        await using var proxy = await StartAsync(upstream.Address);

        await Assert.That(async () => await proxy.Client.GetAsync("/")).Throws<HttpRequestException>();
    }

    [Test]
    [Arguments("s3", "x-amz-content-sha256: UNSIGNED-PAYLOAD\r\n")]
    [Arguments("s3", "x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD\r\nx-amz-decoded-content-length: 1000\r\n")]
    [Arguments("vpc-lattice-svcs", "")]
    [Arguments("es", "")]
    public async Task CallersBody_ThatFallsSilent_IsTheCallersFault(string service, string headers)
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await StartAsync(aws.Address, service);

        var head = await RawCaller.HeadOfAnswerAsync(
            proxy.Address, $"PUT /b/k HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n{headers}\r\n300\r\nxx");

        await Assert.That(head).StartsWith("HTTP/1.1 400 ").And.Contains("x-sigv4-proxy-error: bad_request");
        await Assert.That(aws.WasVisited).IsFalse();
    }

    [Test]
    public async Task Upstream_ThatTakesNoMoreOfTheBody_IsTheUpstreamsFault()
    {
        await using var upstream = RawUpstream.Start(async (stream, stop) =>
        {
            await RawUpstream.ReadHeadAsync(stream, stop);
            await Task.Delay(Timeout.Infinite, stop);
        });
        await using var proxy = await StartAsync(upstream.Address, "vpc-lattice-svcs");

        // More than all buffers on the way can hold.
        using var answer = await proxy.Client.PutAsync("/", new ByteArrayContent(new byte[50_000_000]));

        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.GatewayTimeout);
        await Assert.That(await answer.Content.ReadAsStringAsync()).Contains("took no more of the body").And.Contains("--idle-timeout");
    }

    [Test]
    public async Task Caller_ThatTakesNoMoreOfTheAnswer_IsCutOff()
    {
        var ended = new TaskCompletionSource();
        await using var aws = await FakeAws.StartAsync(async (context, _) =>
        {
            context.RequestAborted.Register(ended.SetResult);
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(new byte[65_536], context.RequestAborted);
        });
        await using var proxy = await StartAsync(aws.Address);
        await using var caller = await RawConnection.OpenAsync(proxy.Address);

        await caller.WriteAsync("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");

        await ended.Task;
    }

    [Test]
    [Arguments(null)]
    [Arguments("body")]
    public async Task Answer_SlowerThanTheIdleTimeout_IsLimitedByTheRequestTimeoutAlone(string? body)
    {
        await using var aws = await FakeAws.StartAsync(async (context, _) =>
        {
            await Task.Delay(Short * 3);
            await context.Response.WriteAsync("late");
        });
        await using var proxy = await StartAsync(aws.Address);

        using var answer = body is null ? await proxy.Client.GetAsync("/") : await proxy.Client.PostAsync("/", new StringContent(body));

        await Assert.That(await answer.Content.ReadAsStringAsync()).IsEqualTo("late");
    }

    [Test]
    public async Task Whole_LongerThanAnyLimit_IsNotLimited()
    {
        // Pieces that come well within the limit, and take longer than it together, first one way, then the other.
        var (limit, pause, pieces) = (TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(250), 9);
        await using var aws = await FakeAws.StartAsync(async (context, _) =>
        {
            for (var i = 0; i < pieces; i++)
            {
                await context.Response.WriteAsync("x");
                await context.Response.Body.FlushAsync();
                await Task.Delay(pause);
            }
        });
        await using var proxy = await TestProxy.StartAsync(
            TestProxy.OptionsFor(aws.Address, "vpc-lattice-svcs") with { IdleTimeout = limit, RequestTimeout = limit, ConnectTimeout = limit });
        await using var caller = await RawConnection.OpenAsync(proxy.Address);

        await caller.WriteAsync($"PUT / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {pieces}\r\n\r\n");
        for (var i = 0; i < pieces; i++)
        {
            await caller.WriteAsync("x");
            await Task.Delay(pause);
        }

        var answer = await caller.ReadToEndAsync();
        await Assert.That(answer).StartsWith("HTTP/1.1 200 ").And.EndsWith("0\r\n\r\n");
    }

    private static Task<TestProxy> StartAsync(Uri upstream, string service = "es") =>
        TestProxy.StartAsync(TestProxy.OptionsFor(upstream, service) with { IdleTimeout = Short });
}
