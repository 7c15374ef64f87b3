using AwsSigV4Proxy.Tests.Fakes;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding;

/// <summary>
/// Bodies that the upstream wants to have in whole, whatever it says meanwhile: they are not cut, and its connection is used
/// again.
/// </summary>
public class WholeBodyTests
{
    [Test]
    [MethodDataSource<Upload>(nameof(Upload.Streams))]
    public async Task Upstream_SendsInterimAnswersInTheMiddleOfTheBody_GetsAllOfItAllTheSame(Upload upload)
    {
        var interim = new TaskCompletionSource();
        await using var upstream = TimedUpstream.Start(upload.IsTls, async call =>
        {
            await call.ReadHeadAsync();
            await call.ReadBodyAsync(100_000);
            await call.AnswerAsync("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
            await call.AnswerAsync("HTTP/1.1 102 Processing\r\n\r\n");
            interim.SetResult();
            await call.ReadRestAsync();
            await call.AnswerAsync(TimedUpstream.Success);
        });

        await upload.SucceedsAsync(upstream, interim.Task);
    }

    [Test]
    [MethodDataSource<Upload>(nameof(Upload.Streams))]
    public async Task Upstream_SucceedsInTheMiddleOfTheBodyAndReadsOn_GetsAllOfIt(Upload upload)
    {
        var answered = new TaskCompletionSource();
        var completed = new TaskCompletionSource();
        await using var upstream = TimedUpstream.Start(upload.IsTls, async call =>
        {
            await call.ReadHeadAsync();
            await call.ReadBodyAsync(100_000);
            await call.AnswerAsync(TimedUpstream.Success);
            answered.SetResult();
            await call.ReadRestAsync();
            completed.SetResult();
        });

        await upload.SucceedsAsync(upstream, answered.Task);
        await completed.Task.WaitAsync(UpstreamCall.Limit);
    }

    [Test]
    [MethodDataSource<Upload>(nameof(Upload.Streams))]
    public async Task Upstream_TakesWholeBodies_KeepsItsConnection(Upload upload)
    {
        var halfway = new SemaphoreSlim(0);
        await using var upstream = TimedUpstream.Start(upload.IsTls, async call =>
        {
            while (await call.ReadHeadAsync())
            {
                await call.ReadBodyAsync(100_000);
                halfway.Release();
                await call.ReadRestAsync();
                await call.AnswerAsync(TimedUpstream.Success);
            }
        });
        await using var proxy = await TestProxy.StartAsync(upload.OptionsFor(upstream));

        for (var i = 0; i < 3; i++)
        {
            await using var caller = await RawConnection.OpenAsync(proxy.Address);
            await upload.SendFirstAsync(caller);
            await halfway.WaitAsync(UpstreamCall.Limit);
            await upload.SendRestAsync(caller);
            await Assert.That(await caller.ReadHeadAsync()).StartsWith("HTTP/1.1 200 ");
            await Assert.That(await caller.ReadAsync(2)).IsEqualTo("ok");
        }

        await Assert.That(upstream.Calls.Count).IsEqualTo(1);
    }

    [Test]
    [Arguments("Content-Length: 10\r\n", "01234", "56789")]
    [Arguments("Transfer-Encoding: chunked\r\n", "5\r\n01234\r\n", "5\r\n56789\r\n0\r\n\r\n")]
    public async Task Upstream_RefusesAWholeBody_KeepsItsConnection(string framing, string firstHalf, string secondHalf)
    {
        var halfway = new SemaphoreSlim(0);
        await using var upstream = TimedUpstream.Start(isTls: false, async call =>
        {
            while (await call.ReadHeadAsync())
            {
                halfway.Release();
                await call.ReadRestAsync();
                await call.AnswerAsync(TimedUpstream.Refusal);
            }
        });
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(upstream.Address, "vpc-lattice-svcs"));
        await using var caller = await RawConnection.OpenAsync(proxy.Address);

        for (var i = 0; i < 3; i++)
        {
            await caller.WriteAsync($"PUT /a HTTP/1.1\r\nHost: localhost\r\n{framing}\r\n{firstHalf}");
            await halfway.WaitAsync(UpstreamCall.Limit);
            await caller.WriteAsync(secondHalf);
            await Assert.That(await caller.ReadHeadAsync()).StartsWith("HTTP/1.1 400 ");
            await Assert.That(await caller.ReadAsync(9)).IsEqualTo("BadDigest");
        }

        await Assert.That(upstream.Calls.Count).IsEqualTo(1);
    }
}
