using System.Net;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Tests.Fakes;
using Microsoft.AspNetCore.Http;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding.Refusals;

/// <summary>
/// An upstream whose clock is another one than the proxy's: it refuses the first request, whose signature is of another time,
/// and the proxy learns the time from its answer.
/// </summary>
internal sealed class ClockTests
{
    private const string S3Error = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>RequestTimeTooSkewed</Code><Message>The difference between the request time and the current time is too large.</Message></Error>";
    private const string QueryError = "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type><Code>SignatureDoesNotMatch</Code><Message>Signature expired: 20150830T123600Z is now earlier than 20150830T124100Z (20150830T124600Z - 5 min.)</Message></Error></ErrorResponse>";
    private const string FutureError = "{\"__type\":\"com.amazon.coral.service#InvalidSignatureException\",\"message\":\"Signature not yet current: 20150830T123600Z is still later than 20150830T122000Z\"}";
    private const string TypedError = "{\"message\":\"Signature expired: 20150830T123600Z is now earlier than 20150830T124100Z\"}";

    [Test]
    [Arguments("s3", 403, S3Error, 16)]
    [Arguments("s3", 403, S3Error, -60)]
    [Arguments("sts", 403, QueryError, 6)]
    [Arguments("dynamodb", 400, FutureError, -300)]
    [Arguments("es", 403, TypedError, 1400)]
    public async Task Request_RefusedForItsTime_IsSignedAgainAtTheUpstreams(string service, int status, string error, int minutes)
    {
        await using var aws = await StartAsync(TimeSpan.FromMinutes(minutes), status, error);
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address, service));

        using var first = await proxy.Client.GetAsync("/a?b=c");
        using var second = await proxy.Client.GetAsync("/d");

        await Assert.That((first.StatusCode, second.StatusCode)).IsEqualTo((HttpStatusCode.OK, HttpStatusCode.OK));
        // The second one is of the right time at once.
        await Assert.That(await TargetsAsync(aws, 3)).IsEqualTo("/a?b=c /a?b=c /d");
    }

    [Test]
    [Arguments(0)]
    [Arguments(5)]
    [Arguments(100_000)]
    public async Task Body_ReadToItsEndBefore_IsSentAgain(int length)
    {
        await using var aws = await StartAsync(TimeSpan.FromHours(1), 403, S3Error, (context, request) => context.Response.WriteAsync($"{request.Body.Length}"));
        // Kept in memory and in a file.
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address) with { BufferSizeBytes = 16 * 1024 });

        using var answer = await proxy.Client.PostAsync("/", new StringContent(new string('x', length)));

        await Assert.That(await answer.Content.ReadAsStringAsync()).IsEqualTo($"{length}");
    }

    [Test]
    public async Task Body_StreamedAndGone_IsRefusedOnceAndTheNextIsSignedRight()
    {
        await using var aws = await StartAsync(TimeSpan.FromHours(1), 403, S3Error);
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address, "s3"));

        using var first = await PutUnsignedAsync(proxy);
        using var second = await PutUnsignedAsync(proxy);

        await Assert.That(await first.Content.ReadAsStringAsync()).IsEqualTo(S3Error);
        await Assert.That((first.StatusCode, second.StatusCode)).IsEqualTo((HttpStatusCode.Forbidden, HttpStatusCode.OK));
        await Assert.That(await TargetsAsync(aws, 2)).IsEqualTo("/x /x");
    }

    [Test]
    public async Task Body_RefusedBeforeItWasSent_IsSentWithTheNewSignature()
    {
        var time = new ShiftedTime(TimeSpan.FromHours(1));
        var verifier = new AwsSigV4Proxy.Hosting.Demo.SignatureVerifier(
            TestProxy.Credentials.AccessKeyId, TestProxy.Credentials.SecretAccessKey, TestProxy.Credentials.SessionToken, time);
        var chunks = new ChunkVerifier(TestProxy.Credentials.SecretAccessKey);
        var visits = 0;
        await using var upstream = await TestServer.StartAsync(async context =>
        {
            context.Response.Headers.Date = time.GetUtcNow().ToString("R");
            if (Interlocked.Increment(ref visits) == 1)
            {
                // Says so without a look at the body, which the proxy has not sent: it asked first.
                context.Response.StatusCode = 403;
                await context.Response.WriteAsync(S3Error);
                return;
            }

            var request = await AwsSigV4Proxy.Hosting.Demo.ReceivedRequest.ReadAsync(context);
            var decoded = chunks.Decode(request);
            await context.Response.WriteAsync(verifier.Refusal(request) ?? decoded.Refusal ?? $"{decoded.Request!.Body.Length}");
        });
        // Signed chunk by chunk while it streams.
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(upstream.Address, "s3") with { BufferSizeBytes = 1024 });

        using var answer = await proxy.Client.PutAsync("/x", new StringContent(new string('x', 600_000)));

        await Assert.That(await answer.Content.ReadAsStringAsync()).IsEqualTo("600000");
        await Assert.That(visits).IsEqualTo(2);
    }

    [Test]
    public async Task Head_RefusedWithoutAWord_IsSignedAgain()
    {
        await using var aws = await StartAsync(TimeSpan.FromHours(1), 403, "");
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address, "s3"));
        using var request = new HttpRequestMessage(HttpMethod.Head, "/x");

        using var answer = await proxy.Client.SendAsync(request);

        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.OK);
    }

    [Test]
    public async Task Signature_InTheQuery_IsMadeAgain()
    {
        await using var aws = await StartAsync(TimeSpan.FromHours(1), 403, "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>");
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address, "s3") with { SignLocation = SignatureLocation.Query });

        using var answer = await proxy.Client.GetAsync("/x?y");

        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.OK);
        await Assert.That(await TargetsAsync(aws, 2)).Matches("^/x\\?y&X-Amz-[^ ]+ /x\\?y&X-Amz-[^ ]+$");
    }

    [Test]
    [Arguments("another error", 60, "<Error><Code>AccessDenied</Code><Message>no</Message></Error>")]
    [Arguments("no error", 60, "what?")]
    [Arguments("broken XML", 60, "<Error><Code>RequestTimeTooSkewed")]
    [Arguments("nearly the same time", 0, S3Error)]
    [Arguments("off by more than a day", 1500, S3Error)]
    public async Task Request_NotRefusedForATimeThatCanBeRight_IsNotSentAgain(string why, int minutes, string error)
    {
        await using var aws = await FakeAws.StartAsync(
            refuse: (context, _) => context.Response.WriteAsync(error), time: new ShiftedTime(TimeSpan.FromMinutes(minutes)));
        await using var proxy = await TestProxy.StartAsync(
            TestProxy.OptionsFor(aws.Address), minutes == 0 ? new AwsSigV4Proxy.Hosting.Credentials.FixedCredentials(TestProxy.WrongCredentials) : null);

        using var answer = await proxy.Client.GetAsync("/x");

        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.Forbidden).Because(why);
        await Assert.That(await answer.Content.ReadAsStringAsync()).IsEqualTo(error);
        await aws.NextAsync();
        await Assert.That(aws.WasVisited).IsFalse();
    }

    [Test]
    public async Task Request_RefusedTwice_IsNotSentAThirdTime()
    {
        var visits = 0;
        await using var upstream = await TestServer.StartAsync(async context =>
        {
            Interlocked.Increment(ref visits);
            context.Response.StatusCode = 403;
            context.Response.Headers.Date = DateTimeOffset.UtcNow.AddHours(visits).ToString("R");
            await context.Response.WriteAsync(S3Error);
        });
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(upstream.Address));

        using var answer = await proxy.Client.GetAsync("/x");

        await Assert.That(await answer.Content.ReadAsStringAsync()).IsEqualTo(S3Error);
        await Assert.That(visits).IsEqualTo(2);
    }

    [Test]
    public async Task Callers_ManyAtOnce_AreAllServed()
    {
        await using var aws = await StartAsync(TimeSpan.FromHours(-3), 403, S3Error, (context, request) => context.Response.WriteAsync($"{request.Body.Length}"));
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address));

        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(async i =>
        {
            using var answer = await proxy.Client.PostAsync($"/{i}", new StringContent(new string('x', i * 100)));
            return await answer.Content.ReadAsStringAsync();
        }));

        await Assert.That(answers).IsEquivalentTo(Enumerable.Range(0, 64).Select(i => $"{i * 100}"));
    }

    [Test]
    [Arguments("Date: Sunday, 06-Nov-94 08:49:37 GMT")]
    [Arguments("Content-Encoding: a,b")]
    [Arguments("x-amzn-errortype:  a ,b")]
    public async Task Answer_ThatIsLookedAt_KeepsItsHeadersAsTheyWere(string line)
    {
        await using var upstream = RawUpstream.Answering($"HTTP/1.1 403 Forbidden\r\n{line}\r\nContent-Length: 0\r\n\r\n");
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(upstream.Address));

        var answer = await RawCaller.SendAsync(proxy.Address, "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        await Assert.That(answer).Contains($"\r\n{line.Replace("  ", " ")}\r\n");
    }

    [Test]
    public async Task Upstream_ThatClosesAfterItsRefusal_IsAskedOverANewConnection()
    {
        var visits = 0;
        await using var upstream = RawUpstream.Start(async (stream, stop) =>
        {
            // Each connection ends after one answer, and none says so beforehand.
            if (await RawUpstream.ReadHeadAsync(stream, stop) is not { } head)
                return;
            var answer = Interlocked.Increment(ref visits) == 1
                ? $"HTTP/1.1 403 Forbidden\r\nDate: {DateTimeOffset.UtcNow.AddHours(1):R}\r\nContent-Length: {S3Error.Length}\r\n\r\n{S3Error}"
                : "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(answer), stop);
        });
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(upstream.Address, "s3"));

        using var answer = await proxy.Client.GetAsync("/x");

        await Assert.That(await answer.Content.ReadAsStringAsync()).IsEqualTo("ok");
    }

    [Test]
    public async Task Upstream_ThatIsGoneAfterItsRefusal_TheRefusalStands()
    {
        var visits = 0;
        await using var upstream = RawUpstream.Start(async (stream, stop) =>
        {
            if (await RawUpstream.ReadHeadAsync(stream, stop) is null || Interlocked.Increment(ref visits) > 1)
                return;
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(
                $"HTTP/1.1 403 Forbidden\r\nDate: {DateTimeOffset.UtcNow.AddHours(1):R}\r\nConnection: close\r\nContent-Length: {S3Error.Length}\r\n\r\n{S3Error}"), stop);
        });
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(upstream.Address, "s3"));

        using var answer = await proxy.Client.GetAsync("/x");

        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.Forbidden);
        await Assert.That(await answer.Content.ReadAsStringAsync()).IsEqualTo(S3Error);
    }

    [Test]
    public async Task Body_SentAgainAndRefusedEarly_TheRefusalArrives()
    {
        var visits = 0;
        await using var upstream = RawUpstream.Start(async (stream, stop) =>
        {
            while (await RawUpstream.ReadHeadAsync(stream, stop) is { } head)
            {
                if (Interlocked.Increment(ref visits) > 1)
                {
                    // Says no and does not read on, nor does it close.
                    await stream.WriteAsync("HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\n\r\nno"u8.ToArray(), stop);
                    await Task.Delay(Timeout.Infinite, stop);
                }

                var length = int.Parse(head.Split("Content-Length: ")[1].Split("\r\n")[0], System.Globalization.CultureInfo.InvariantCulture);
                await stream.ReadExactlyAsync(new byte[length], stop);
                await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(
                    $"HTTP/1.1 403 Forbidden\r\nDate: {DateTimeOffset.UtcNow.AddHours(1):R}\r\nContent-Length: {S3Error.Length}\r\n\r\n{S3Error}"), stop);
            }
        });
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(upstream.Address) with { MaxBodySizeBytes = 1 << 30 });

        using var answer = await proxy.Client.PutAsync("/x", new ByteArrayContent(new byte[20_000_000]));

        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.RequestEntityTooLarge);
    }

    [Test]
    public async Task Body_StillOnItsWayOverHttp2_IsNotSentAgain()
    {
        var visits = 0;
        using var authority = new TestCertificates();
        using var folder = new TestFolder();
        using var certificate = authority.Issue();
        await using var upstream = await TestServer.StartAsync(
            async context =>
            {
                Interlocked.Increment(ref visits);
                context.Response.StatusCode = 403;
                context.Response.Headers.Date = DateTimeOffset.UtcNow.AddHours(1).ToString("R");
                // Takes nothing of the body, so that it stands halfway.
                await context.Response.WriteAsync($"{S3Error}");
            },
            certificate);
        var options = TestProxy.OptionsFor(upstream.Address) with { CaFile = folder.Write("root.pem", authority.RootPem), BufferSizeBytes = 1024 };
        await using var proxy = await TestProxy.StartAsync(options);

        using var answer = await proxy.Client.PostAsync("/x", new ByteArrayContent(new byte[8_000_000]));

        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.Forbidden);
        await Assert.That(await answer.Content.ReadAsStringAsync()).IsEqualTo(S3Error);
        await Assert.That(visits).IsEqualTo(1);
    }

    [Test]
    public async Task Body_SentAgain_HasTheSameHeaders()
    {
        await using var aws = await StartAsync(TimeSpan.FromHours(1), 401, S3Error);
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address));
        using var content = new StringContent("body", System.Text.Encoding.UTF8, "text/csv");
        content.Headers.ContentLanguage.Add("de");

        using var answer = await proxy.Client.PostAsync("/x", content);

        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.OK);
        var (first, second) = (await aws.NextAsync(), await aws.NextAsync());
        foreach (var name in (string[])["content-type", "content-language", "content-length"])
            await Assert.That(second.Header(name)).IsEqualTo(first.Header(name));
        await Assert.That(second.Header("content-type")).IsEqualTo("text/csv; charset=utf-8");
    }

    [Test]
    [Arguments("compressed", "Content-Encoding: gzip\r\n")]
    [Arguments("from a cache", "Age: 3600\r\n")]
    public async Task Request_RefusedByAnAnswerThatTellsNoTime_IsNotSentAgain(string why, string header)
    {
        var visits = 0;
        await using var upstream = RawUpstream.Answering(
            $"HTTP/1.1 403 Forbidden\r\nDate: {DateTimeOffset.UtcNow.AddHours(1):R}\r\n{header}Content-Length: {S3Error.Length}\r\n\r\n{S3Error}",
            _ => Interlocked.Increment(ref visits));
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(upstream.Address));

        using var answer = await proxy.Client.GetAsync("/x");

        await Assert.That(visits).IsEqualTo(1).Because(why);
    }

    [Test]
    public async Task Head_RefusedAgain_DoesNotMoveTheClock()
    {
        List<string> dates = [];
        await using var upstream = RawUpstream.Answering(
            $"HTTP/1.1 403 Forbidden\r\nDate: {DateTimeOffset.UtcNow.AddHours(-1):R}\r\nContent-Length: 0\r\n\r\n",
            head => dates.Add(head.Split("x-amz-date: ")[1].Split("\r\n")[0]));
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(upstream.Address, "s3"), time: new ManualTime());
        using var request = new HttpRequestMessage(HttpMethod.Head, "/x");

        using var refused = await proxy.Client.SendAsync(request);
        using var next = await proxy.Client.GetAsync("/y");

        await Assert.That(dates).Count().IsEqualTo(3);
        await Assert.That(dates[1]).IsNotEqualTo(dates[0]);
        await Assert.That(dates[2]).IsEqualTo(dates[0]);
    }

    [Test]
    public async Task Request_ThatIsNotSigned_IsNotSentAgain()
    {
        var visits = 0;
        await using var upstream = RawUpstream.Answering(
            $"HTTP/1.1 403 Forbidden\r\nDate: {DateTimeOffset.UtcNow.AddHours(1):R}\r\nContent-Length: {S3Error.Length}\r\n\r\n{S3Error}",
            _ => Interlocked.Increment(ref visits));
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(upstream.Address) with { Sign = false });

        using var answer = await proxy.Client.GetAsync("/x");

        await Assert.That(visits).IsEqualTo(1);
    }

    [Test]
    [Arguments("")]
    [Arguments("<Error>")]
    public async Task Answer_WhoseBodyDoesNotCome_LeavesWithoutIt(string beginning)
    {
        var seen = new TaskCompletionSource();
        await using var aws = await FakeAws.StartAsync(async (context, _) =>
        {
            context.Response.StatusCode = 403;
            await context.Response.WriteAsync(beginning);
            await context.Response.Body.FlushAsync();
            // The caller must have the headers, and what came, before there is more.
            await seen.Task;
            await context.Response.WriteAsync("the rest");
        });
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address));

        using var answer = await proxy.Client.GetAsync("/x", HttpCompletionOption.ResponseHeadersRead);
        await using var body = await answer.Content.ReadAsStreamAsync();
        var first = new byte[beginning.Length];
        await body.ReadExactlyAsync(first);
        seen.SetResult();
        using var rest = new StreamReader(body);

        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.Forbidden);
        await Assert.That(System.Text.Encoding.ASCII.GetString(first) + await rest.ReadToEndAsync()).IsEqualTo(beginning + "the rest");
    }

    [Test]
    [Arguments(10)]
    [Arguments(200_000)]
    public async Task Answer_ThatIsReadToBeUnderstood_ArrivesByteForByte(int length)
    {
        var error = "<Error><Code>AccessDenied</Code><Message>" + new string('x', length) + "</Message></Error>";
        await using var aws = await FakeAws.StartAsync(async (context, _) =>
        {
            context.Response.StatusCode = 403;
            context.Response.Headers.ContentType = "application/xml";
            await context.Response.WriteAsync(error);
        });
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address));

        using var answer = await proxy.Client.GetAsync("/x");

        await Assert.That(await answer.Content.ReadAsStringAsync()).IsEqualTo(error);
        await Assert.That(answer.Content.Headers.ContentType?.ToString()).IsEqualTo("application/xml");
    }

    private static Task<FakeAws> StartAsync(TimeSpan by, int status, string error, Func<HttpContext, AwsSigV4Proxy.Hosting.Demo.ReceivedRequest, Task>? answer = null) =>
        FakeAws.StartAsync(answer, refuse: (context, _) =>
        {
            context.Response.StatusCode = status;
            if (error == TypedError)
                context.Response.Headers["x-amzn-errortype"] = "InvalidSignatureException:http://internal.amazon.com/coral/";
            return context.Response.WriteAsync(error);
        }, time: new ShiftedTime(by));

    private static async Task<string> TargetsAsync(FakeAws aws, int count)
    {
        var targets = new List<string>();
        for (var i = 0; i < count; i++)
            targets.Add((await aws.NextAsync()).RawTarget);
        await Assert.That(aws.WasVisited).IsFalse();
        return string.Join(' ', targets);
    }

    private static async Task<HttpResponseMessage> PutUnsignedAsync(TestProxy proxy)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/x") { Content = new StringContent("body") };
        request.Headers.Add("x-amz-content-sha256", "UNSIGNED-PAYLOAD");
        return await proxy.Client.SendAsync(request);
    }
}
