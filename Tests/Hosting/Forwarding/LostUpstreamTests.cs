using AwsSigV4Proxy.Tests.Fakes;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding;

/// <summary>An upstream that goes away before it has the whole body: the caller is told at once, however silent it is.</summary>
public class LostUpstreamTests
{
    [Test]
    [MethodDataSource<Upload>(nameof(Upload.Streams))]
    public async Task Upstream_GoesAwayInTheMiddleOfTheBody_TheCallerIsToldAtOnce(Upload upload)
    {
        await using var upstream = TimedUpstream.Start(upload.IsTls, async call =>
        {
            await call.ReadHeadAsync();
            await call.ReadBodyAsync(100_000);
            call.EndSending();
            await call.ReadToEndAsync();
        });
        await TellsThatUpstreamIsGoneAsync(upload, upstream);
    }

    [Test]
    [MethodDataSource<Upload>(nameof(Upload.Streams))]
    public async Task Upstream_ResetsInTheMiddleOfTheBody_TheCallerIsToldAtOnce(Upload upload)
    {
        await using var upstream = TimedUpstream.Start(upload.IsTls, async call =>
        {
            await call.ReadHeadAsync();
            await call.ReadBodyAsync(100_000);
            call.Reset();
        });
        await TellsThatUpstreamIsGoneAsync(upload, upstream);
    }

    [Test]
    [Arguments(false)]
    [Arguments(true)]
    public async Task Upstream_GoesAwayBeforeItAsksForTheBody_AnotherConnectionGetsIt(bool isTls)
    {
        var isFirst = true;
        await using var upstream = TimedUpstream.Start(isTls, async call =>
        {
            await call.ReadHeadAsync(goesOn: !isFirst);
            if (isFirst)
            {
                isFirst = false;
                return;
            }

            await call.ReadRestAsync();
            await call.AnswerAsync(TimedUpstream.Success);
        });

        await new Upload("s3", "", isTls).SucceedsAsync(upstream, Task.CompletedTask);
        await Assert.That(upstream.Calls.Count).IsEqualTo(2);
    }

    [Test]
    [Arguments("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "HTTP/1.1 200 ")]
    [Arguments("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no", null)]
    [Arguments("HTTP/1.1 101 Switching Protocols\r\n\r\n", "HTTP/1.1 502 ")]
    public async Task Upstream_AnswersSuccessEarlyAndGoesAway_TheCallerHasThatAnswerAtOnce(string answer, string? status)
    {
        await using var upstream = RawUpstream.Start(async (stream, stop) =>
        {
            await RawUpstream.ReadHeadAsync(stream, stop);
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(answer), stop);
        });
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(upstream.Address, "vpc-lattice-svcs"));
        await using var caller = await RawConnection.OpenAsync(proxy.Address);

        // The rest of the body never comes.
        await caller.WriteAsync("PUT / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\nabc");

        if (status is not null)
            await Assert.That(await caller.ReadHeadAsync()).StartsWith(status);
        else
            await Assert.That(async () => $"{await caller.ReadHeadAsync()}{await caller.ReadAsync(2)}").Throws<IOException>();
    }

    private static async Task TellsThatUpstreamIsGoneAsync(Upload upload, TimedUpstream upstream)
    {
        await using var proxy = await TestProxy.StartAsync(upload.OptionsFor(upstream));
        await using var caller = await RawConnection.OpenAsync(proxy.Address);

        await upload.SendFirstAsync(caller);

        await Assert.That(await caller.ReadHeadAsync()).StartsWith("HTTP/1.1 502 ").And.Contains("x-sigv4-proxy-error: upstream_reset");
    }
}
