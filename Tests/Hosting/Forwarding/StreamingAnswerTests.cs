using System.Net;
using AwsSigV4Proxy.Tests.Fakes;
using Microsoft.AspNetCore.Hosting;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding;

/// <summary>
/// Answers that take their time: whatever the upstream has sent reaches the caller before the upstream sends more. Each step of
/// an upstream here waits for the caller to have the one before; an answer that is held back would never end.
/// </summary>
public class StreamingAnswerTests
{
    [Test]
    [Arguments("Content-Length: 5\r\n")]
    [Arguments("Transfer-Encoding: chunked\r\n")]
    [Arguments("Connection: close\r\n")]
    public async Task Headers_LeaveBeforeTheBodyBegins(string framing)
    {
        var callerHasHeaders = new TaskCompletionSource();
        await using var upstream = RawUpstream.Start(async (stream, stop) =>
        {
            await RawUpstream.ReadHeadAsync(stream, stop);
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nX-Poll: 1\r\n{framing}\r\n"), stop);
            await callerHasHeaders.Task.WaitAsync(stop);
            await stream.WriteAsync(framing.StartsWith('T') ? "5\r\nhello\r\n0\r\n\r\n"u8.ToArray() : "hello"u8.ToArray(), stop);
        });
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(upstream.Address));

        using var answer = await proxy.Client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead);
        await Assert.That(answer.Headers.GetValues("X-Poll").Single()).IsEqualTo("1");
        callerHasHeaders.SetResult();

        await Assert.That(await answer.Content.ReadAsStringAsync()).IsEqualTo("hello");
    }

    [Test]
    [Arguments("text/event-stream", "s3", false)]
    [Arguments("application/vnd.amazon.eventstream", "bedrock", false)]
    [Arguments("application/x-ndjson", "es", true)]
    public async Task Events_EachLeavesAsItArrives(string contentType, string service, bool overTls)
    {
        using var certificates = new TestCertificates();
        using var folder = new TestFolder();
        using var callerHasEvent = new SemaphoreSlim(0);
        byte[] Event(int i) => [.. BitConverter.GetBytes(i), 0, 0xFF, (byte)'\n'];
        await using var aws = await FakeAws.StartAsync(
            async (context, _) =>
            {
                context.Response.ContentType = contentType;
                for (var i = 0; i < 5; i++)
                {
                    await context.Response.Body.WriteAsync(Event(i));
                    await context.Response.Body.FlushAsync();
                    await callerHasEvent.WaitAsync(context.RequestAborted);
                }
            },
            listener =>
            {
                if (overTls)
                    listener.UseHttps(TestCertificates.ForServer(certificates.Issue()));
            });
        await using var proxy = await TestProxy.StartAsync(
            TestProxy.OptionsFor(aws.Address, service) with { CaFile = overTls ? folder.Write("ca.pem", certificates.RootPem) : null });

        using var answer = await proxy.Client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead);
        await using var events = await answer.Content.ReadAsStreamAsync();
        var received = new byte[7];
        for (var i = 0; i < 5; i++)
        {
            await events.ReadExactlyAsync(received);
            await Assert.That(received.AsSpan().SequenceEqual(Event(i))).IsTrue();
            callerHasEvent.Release();
        }

        await Assert.That(answer.Content.Headers.ContentType!.MediaType).IsEqualTo(contentType);
        await Assert.That(await events.ReadAsync(received)).IsEqualTo(0);
    }

    [Test]
    public async Task Headers_OfAnAnswerThatThenFails_AreCutOff()
    {
        var callerHasHeaders = new TaskCompletionSource();
        await using var upstream = RawUpstream.Start(async (stream, stop) =>
        {
            await RawUpstream.ReadHeadAsync(stream, stop);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"u8.ToArray(), stop);
            await callerHasHeaders.Task.WaitAsync(stop);
        });
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(upstream.Address));

        using var answer = await proxy.Client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead);
        callerHasHeaders.SetResult();

        await Assert.That(async () => await answer.Content.ReadAsByteArrayAsync()).Throws<HttpRequestException>();
    }

    [Test]
    [Arguments("GET")]
    [Arguments("PUT")]
    public async Task Caller_GoesAwayBeforeTheAnswer_TheUpstreamRequestEnds(string method)
    {
        var (arrived, ended) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var aws = await FakeAws.StartAsync(async (context, _) =>
        {
            context.RequestAborted.Register(ended.SetResult);
            arrived.SetResult();
            await ended.Task;
        });
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address));
        await using var caller = await RawConnection.OpenAsync(proxy.Address);

        await caller.WriteAsync($"{method} / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{{}}");
        await arrived.Task;
        caller.Reset();

        await ended.Task;
    }

    [Test]
    public async Task Caller_GoesAwayInTheMiddleOfItsBody_TheUpstreamRequestEndsIncomplete()
    {
        var (begun, ended) = (new TaskCompletionSource(), new TaskCompletionSource<string>());
        await using var upstream = RawUpstream.Start(async (stream, stop) =>
        {
            await RawUpstream.ReadHeadAsync(stream, stop);
            await stream.ReadExactlyAsync(new byte[5], stop);
            begun.SetResult();
            try
            {
                ended.SetResult($"{await stream.ReadAsync(new byte[100], stop)} bytes more");
            }
            catch (IOException)
            {
                ended.SetResult("reset");
            }
        });
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(upstream.Address, "vpc-lattice-svcs"));
        await using var caller = await RawConnection.OpenAsync(proxy.Address);

        await caller.WriteAsync("PUT / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n01234");
        await begun.Task;
        caller.Reset();

        await Assert.That(await ended.Task).IsEqualTo("0 bytes more").Or.IsEqualTo("reset");
    }

    [Test]
    public async Task Upstream_GoesAwayInTheMiddleOfItsAnswer_TheCallersConnectionEnds()
    {
        var callerHasFirst = new TaskCompletionSource();
        await using var upstream = RawUpstream.Start(async (stream, stop) =>
        {
            await RawUpstream.ReadHeadAsync(stream, stop);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"u8.ToArray(), stop);
            await callerHasFirst.Task.WaitAsync(stop);
        });
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(upstream.Address));
        await using var caller = await RawConnection.OpenAsync(proxy.Address);

        await caller.WriteAsync("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        await caller.ReadHeadAsync();
        await Assert.That(await caller.ReadAsync(10)).IsEqualTo("5\r\nhello\r\n");
        callerHasFirst.SetResult();

        // Cut, and never the chunk that would make it look whole.
        await Assert.That(await RestAsync(caller)).DoesNotContain("0\r\n");
    }

    private static async Task<string> RestAsync(RawConnection caller)
    {
        try
        {
            return await caller.ReadToEndAsync();
        }
        catch (IOException)
        {
            return "";
        }
    }
}
