using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Credentials;
using AwsSigV4Proxy.Hosting.Forwarding;
using AwsSigV4Proxy.Tests.Fakes;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding;

/// <summary>Every failure of the proxy itself: its status, its code, its mark, and a sentence that helps.</summary>
public class FailureTests
{
    [Test]
    public async Task Failure_AnswersProblemJson_MarkedAsTheProxys()
    {
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(ClosedPort()));

        using var answer = await proxy.Client.GetAsync("/secret-query?token=hunter2");
        var text = await answer.Content.ReadAsStringAsync();
        using var problem = JsonDocument.Parse(text);

        await Assert.That(answer.Content.Headers.ContentType!.MediaType).IsEqualTo("application/problem+json");
        await Assert.That(string.Join(',', problem.RootElement.EnumerateObject().Select(p => p.Name))).IsEqualTo("title,status,detail,code");
        await Assert.That(problem.RootElement.GetProperty("status").GetInt32()).IsEqualTo((int)answer.StatusCode);
        await Assert.That(answer.Headers.GetValues("x-sigv4-proxy-error").Single())
            .IsEqualTo(problem.RootElement.GetProperty("code").GetString());
        await Assert.That(text).DoesNotContain("hunter2");
    }

    [Test]
    public async Task Upstream_Refuses_IsUnreachable()
    {
        var upstream = ClosedPort();
        await FailsAsync(TestProxy.OptionsFor(upstream), HttpStatusCode.BadGateway, "upstream_unreachable", $"127.0.0.1:{upstream.Port}: connection refused");
    }

    [Test]
    public async Task Upstream_NameDoesNotResolve_IsUnreachable() => await FailsAsync(
        TestProxy.OptionsFor(new Uri("http://no-such-host.invalid")), HttpStatusCode.BadGateway, "upstream_unreachable", "no-such-host.invalid");

    [Test]
    public async Task Upstream_SpeaksNoTls_IsTlsFailure()
    {
        await using var upstream = RawUpstream.Start(async (stream, stop) =>
            await stream.WriteAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), stop));
        await FailsAsync(
            TestProxy.OptionsFor(new Uri($"https://127.0.0.1:{upstream.Address.Port}")), HttpStatusCode.BadGateway, "upstream_tls", "--ca");
    }

    [Test]
    public async Task Upstream_ClosesWithoutAnswer_IsReset()
    {
        await using var upstream = RawUpstream.Start(async (stream, stop) => await RawUpstream.ReadHeadAsync(stream, stop));
        await FailsAsync(TestProxy.OptionsFor(upstream.Address), HttpStatusCode.BadGateway, "upstream_reset", $"{upstream.Address.Port}");
    }

    [Test]
    public async Task Upstream_AnswersGarbage_IsReset()
    {
        await using var upstream = RawUpstream.Answering("220 mail.example ESMTP\r\n\r\n");
        await FailsAsync(TestProxy.OptionsFor(upstream.Address), HttpStatusCode.BadGateway, "upstream_reset", "did not answer in HTTP");
    }

    [Test]
    [Arguments(false)]
    [Arguments(true)]
    public async Task Upstream_NeverAnswers_IsRequestTimeout(bool withBody)
    {
        await using var upstream = RawUpstream.Start((_, stop) => Task.Delay(Timeout.Infinite, stop));
        var options = TestProxy.OptionsFor(upstream.Address) with { RequestTimeout = TimeSpan.FromMilliseconds(300) };
        await FailsAsync(options, HttpStatusCode.GatewayTimeout, "upstream_timeout", "--request-timeout", withBody ? "body" : null);
    }

    [Test]
    public async Task Upstream_HandshakeNeverEnds_IsConnectTimeout()
    {
        await using var upstream = RawUpstream.Start((_, stop) => Task.Delay(Timeout.Infinite, stop));
        var options = TestProxy.OptionsFor(new Uri($"https://127.0.0.1:{upstream.Address.Port}"))
            with
        { ConnectTimeout = TimeSpan.FromMilliseconds(300) };
        await FailsAsync(options, HttpStatusCode.GatewayTimeout, "upstream_timeout", "--connect-timeout");
    }

    [Test]
    public async Task Upstream_SlowBodyAfterHeaders_IsNotLimitedByTheRequestTimeout()
    {
        var released = new TaskCompletionSource();
        await using var aws = await FakeAws.StartAsync(async (context, _) =>
        {
            await context.Response.Body.WriteAsync("soon, "u8.ToArray());
            await context.Response.Body.FlushAsync();
            await released.Task;
            await context.Response.Body.WriteAsync("late"u8.ToArray());
        });
        var timeout = TimeSpan.FromMilliseconds(200);
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address) with { RequestTimeout = timeout });

        using var answer = await proxy.Client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead);
        // The one wait for time itself: longer than the limit that must not strike.
        await Task.Delay(timeout * 3);
        released.SetResult();

        await Assert.That(await answer.Content.ReadAsStringAsync()).IsEqualTo("soon, late");
    }

    [Test]
    public async Task Credentials_None_IsUnavailableWithRetryAfter()
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await TestProxy.StartAsync(
            TestProxy.OptionsFor(aws.Address), new NoCredentials());

        using var answer = await proxy.Client.GetAsync("/");

        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.ServiceUnavailable);
        await Assert.That(answer.Headers.RetryAfter!.Delta!.Value).IsGreaterThanOrEqualTo(TimeSpan.FromSeconds(1));
        await Assert.That(await answer.Content.ReadAsStringAsync()).Contains("credentials_unavailable").And.Contains("Run aws sso login.");
        await Assert.That(aws.WasVisited).IsFalse();
    }

    [Test]
    public async Task Bug_InTheProxy_IsInternalAndHidesItsWords()
    {
        await using var aws = await FakeAws.StartAsync();
        var clock = new BrokenClock();
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address), time: clock);
        await Assert.That((await proxy.Client.GetAsync("/")).StatusCode).IsEqualTo(HttpStatusCode.OK);
        clock.IsBroken = true;

        using var answer = await proxy.Client.GetAsync("/");

        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.InternalServerError);
        await Assert.That(await answer.Content.ReadAsStringAsync()).Contains("\"internal\"").And.DoesNotContain("inner words");
    }

    [Test]
    public async Task Upstream_RestartsBetweenRequests_TheNextOneSucceeds()
    {
        // Each connection serves one request and is then cut: what a pooled connection looks like after an idle timeout.
        await using var upstream = RawUpstream.Start(async (stream, stop) =>
        {
            await RawUpstream.ReadHeadAsync(stream, stop);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), stop);
        });
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(upstream.Address));

        for (var i = 0; i < 20; i++)
            await Assert.That((await proxy.Client.GetAsync("/")).StatusCode).IsEqualTo(HttpStatusCode.OK);
    }

    private static async Task FailsAsync(ProxyOptions options, HttpStatusCode status, string code, string sentence, string? body = null)
    {
        await using var proxy = await TestProxy.StartAsync(options);

        using var answer = body is null ? await proxy.Client.GetAsync("/") : await proxy.Client.PostAsync("/", new StringContent(body));
        var text = await answer.Content.ReadAsStringAsync();

        await Assert.That(answer.StatusCode).IsEqualTo(status);
        await Assert.That(answer.Headers.GetValues(ProxyError.HeaderName).Single()).IsEqualTo(code);
        await Assert.That(JsonDocument.Parse(text).RootElement.GetProperty("detail").GetString()).Contains(sentence);
    }

    /// <summary>Stands for any bug: throws where nothing should.</summary>
    private sealed class BrokenClock : TimeProvider
    {
        public volatile bool IsBroken;

        public override DateTimeOffset GetUtcNow() =>
            IsBroken ? throw new InvalidOperationException("inner words") : base.GetUtcNow();
    }

    /// <summary>A loopback port that nothing listens on.</summary>
    private static Uri ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
    }
}
