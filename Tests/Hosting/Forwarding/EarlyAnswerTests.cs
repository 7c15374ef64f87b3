using System.Net;
using AwsSigV4Proxy.Tests.Fakes;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding;

/// <summary>
/// Refusals that do not wait for the whole body: the caller gets them at once, while it is silent in the middle of the body or
/// still sends all it can, and the upstream gets no more.
/// </summary>
public class EarlyAnswerTests
{
    [Test]
    [MethodDataSource<Upload>(nameof(Upload.Streams))]
    public async Task Upstream_RefusesInTheMiddleOfTheBodyAndCloses_TheCallerGetsThatAnswer(Upload upload)
    {
        await using var upstream = TimedUpstream.Start(upload.IsTls, async call =>
        {
            await call.ReadHeadAsync();
            await call.ReadBodyAsync(100_000);
            await call.AnswerAsync(TimedUpstream.LastRefusal);
        });
        await using var proxy = await TestProxy.StartAsync(upload.OptionsFor(upstream));
        await using var caller = await RawConnection.OpenAsync(proxy.Address);

        await upload.SendFirstAsync(caller);

        await Assert.That(await caller.ReadHeadAsync()).StartsWith("HTTP/1.1 400 ");
        await Assert.That(await caller.ReadAsync(9)).IsEqualTo("BadDigest");
    }

    [Test]
    [MethodDataSource<Upload>(nameof(Upload.Streams))]
    public async Task Upstream_RefusesInTheMiddleOfTheBodyAndReadsOn_NeverSeesItsEndNorAnotherRequestBehindIt(Upload upload)
    {
        await using var upstream = TimedUpstream.Start(upload.IsTls, async call =>
        {
            await call.ReadHeadAsync();
            if (call.Head.StartsWith("GET", StringComparison.Ordinal))
            {
                await call.AnswerAsync(TimedUpstream.Success);
                return;
            }

            await call.ReadBodyAsync(100_000);
            await call.AnswerAsync(TimedUpstream.Refusal);
            await call.ReadToEndAsync();
        });
        await using var proxy = await TestProxy.StartAsync(upload.OptionsFor(upstream));
        await using var caller = await RawConnection.OpenAsync(proxy.Address);

        await upload.SendFirstAsync(caller);
        var head = await caller.ReadHeadAsync();
        var body = await caller.ReadAsync(9);
        using var next = await proxy.Client.GetAsync("/next");

        await Assert.That(head).StartsWith("HTTP/1.1 400 ").And.DoesNotContain("Connection: close");
        await Assert.That(body).IsEqualTo("BadDigest");
        await Assert.That(next.StatusCode).IsEqualTo(HttpStatusCode.OK);
        await Assert.That(upstream.Calls.Count).IsEqualTo(2);
        var call = upstream.Calls[0];
        await call.Ended;
        await Assert.That(call.IsComplete).IsFalse();
        await Assert.That(call.Body).DoesNotContain((byte)0);
    }

    [Test]
    [MethodDataSource<Upload>(nameof(Upload.StreamsAndSpooled))]
    public async Task Upstream_RefusesAndTakesNothingOfTheBody_TheCallerGetsThatAnswer(Upload upload)
    {
        var answered = new TaskCompletionSource();
        await using var upstream = TimedUpstream.Start(upload.IsTls, async call =>
        {
            await call.ReadHeadAsync();
            await call.AnswerAsync(TimedUpstream.Refusal);
            // Neither reads nor closes: the connection is full.
            await call.WaitAsync(answered.Task);
            await call.ReadToEndAsync();
        });
        await using var proxy = await TestProxy.StartAsync(upload.OptionsFor(upstream));
        await using var caller = await RawConnection.OpenAsync(proxy.Address);

        var sending = upload.SendAllAsync(caller);
        var head = await caller.ReadHeadAsync();
        var body = await caller.ReadAsync(9);
        answered.SetResult();
        await sending;

        await Assert.That(head).StartsWith("HTTP/1.1 400 ");
        await Assert.That(body).IsEqualTo("BadDigest");
        await upstream.Calls[0].Ended;
        await Assert.That(upstream.Calls[0].IsComplete).IsFalse();
        await Assert.That(upstream.Calls[0].Body).DoesNotContain((byte)0);
    }

    [Test]
    [MethodDataSource<Upload>(nameof(Upload.StreamsAndSpooled))]
    public async Task Upstream_RefusesTakesNothingOfTheBodyAndCloses_TheCallerGetsThatAnswer(Upload upload)
    {
        await using var upstream = TimedUpstream.Start(upload.IsTls, async call =>
        {
            await call.ReadHeadAsync();
            await call.AnswerAsync(TimedUpstream.LastRefusal);
        });
        await using var proxy = await TestProxy.StartAsync(upload.OptionsFor(upstream));
        await using var caller = await RawConnection.OpenAsync(proxy.Address);

        var sending = upload.SendAllAsync(caller);

        await Assert.That(await caller.ReadHeadAsync()).StartsWith("HTTP/1.1 400 ");
        await Assert.That(await caller.ReadAsync(9)).IsEqualTo("BadDigest");
        await sending;
    }

    [Test]
    [MethodDataSource<Upload>(nameof(Upload.Streams))]
    public async Task Upstream_RefusesBehindInterimAnswers_TheCallerGetsThatAnswer(Upload upload)
    {
        await using var upstream = TimedUpstream.Start(upload.IsTls, async call =>
        {
            await call.ReadHeadAsync();
            await call.ReadBodyAsync(100_000);
            await call.AnswerAsync("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early");
            await call.AnswerAsync($" Hints\r\nLink: </a>\r\n\r\n{TimedUpstream.LastRefusal}");
        });
        await using var proxy = await TestProxy.StartAsync(upload.OptionsFor(upstream));
        await using var caller = await RawConnection.OpenAsync(proxy.Address);

        await upload.SendFirstAsync(caller);

        await Assert.That(await caller.ReadHeadAsync()).StartsWith("HTTP/1.1 400 ");
        await Assert.That(await caller.ReadAsync(9)).IsEqualTo("BadDigest");
    }

    [Test]
    [MethodDataSource<Upload>(nameof(Upload.Streams))]
    public async Task Upstream_RefusesOnAConnectionThatWasUsedBefore_TheCallerGetsThatAnswer(Upload upload)
    {
        await using var upstream = TimedUpstream.Start(upload.IsTls, async call =>
        {
            while (await call.ReadHeadAsync() && call.Head.StartsWith("GET", StringComparison.Ordinal))
                await call.AnswerAsync(TimedUpstream.Success);
            await call.ReadBodyAsync(100_000);
            await call.AnswerAsync(TimedUpstream.Refusal);
            await call.ReadToEndAsync();
        });
        await using var proxy = await TestProxy.StartAsync(upload.OptionsFor(upstream));
        await using var caller = await RawConnection.OpenAsync(proxy.Address);

        (await proxy.Client.GetAsync("/before")).Dispose();
        await upload.SendFirstAsync(caller);
        var head = await caller.ReadHeadAsync();
        (await proxy.Client.GetAsync("/after")).Dispose();

        await Assert.That(head).StartsWith("HTTP/1.1 400 ");
        await Assert.That(upstream.Calls.Count).IsEqualTo(2);
    }

    [Test]
    public async Task Upstream_RefusesASmallBodyThatItWasOnlyAskedFor_GetsNeitherItNorAnotherRequestInItsPlace()
    {
        await using var upstream = TimedUpstream.Start(isTls: false, async call =>
        {
            await call.ReadHeadAsync(goesOn: false);
            await call.AnswerAsync(TimedUpstream.Refusal);
            await call.ReadToEndAsync();
        });
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(upstream.Address, "vpc-lattice-svcs"));

        var head = await RawCaller.HeadOfAnswerAsync(
            proxy.Address, "PUT /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n");
        (await proxy.Client.GetAsync("/next")).Dispose();

        await Assert.That(head).StartsWith("HTTP/1.1 400 ");
        await Assert.That(upstream.Calls.Count).IsEqualTo(2);
        await upstream.Calls[0].Ended;
        await Assert.That(upstream.Calls[0].Body).IsEmpty();
    }

    [Test]
    [Arguments(false)]
    [Arguments(true)]
    public async Task Caller_SendsTheRestAfterAnEarlyAnswer_KeepsOrEndsItsConnection(bool keeps)
    {
        var upload = new Upload("vpc-lattice-svcs", keeps ? "" : "Connection: close\r\n", IsTls: false);
        var content = new string('a', 3_000_000);
        await using var upstream = TimedUpstream.Start(upload.IsTls, async call =>
        {
            await call.ReadHeadAsync();
            if (call.Head.StartsWith("PUT", StringComparison.Ordinal))
                await call.ReadBodyAsync(100_000);
            await call.AnswerAsync($"HTTP/1.1 403 Forbidden\r\nContent-Length: {content.Length}\r\n\r\n{content}");
            await call.ReadToEndAsync();
        });
        await using var proxy = await TestProxy.StartAsync(upload.OptionsFor(upstream));
        await using var caller = await RawConnection.OpenAsync(proxy.Address);

        await upload.SendFirstAsync(caller);
        await Assert.That(await caller.ReadHeadAsync()).StartsWith("HTTP/1.1 403 ");
        await Assert.That(await caller.ReadAsync(content.Length) == content).IsTrue();
        await upload.SendRestAsync(caller);

        if (keeps)
        {
            await caller.WriteAsync("GET /next HTTP/1.1\r\nHost: localhost\r\n\r\n");
            await Assert.That(await caller.ReadHeadAsync()).StartsWith("HTTP/1.1 403 ");
        }
        else
            await Assert.That(await caller.ReadToEndAsync()).IsEqualTo("");
    }
}
