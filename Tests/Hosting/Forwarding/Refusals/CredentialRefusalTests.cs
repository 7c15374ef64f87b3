using System.Net;
using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Signing.Keys;
using AwsSigV4Proxy.Tests.Fakes;
using AwsSigV4Proxy.Tests.Hosting.Credentials;
using Microsoft.AspNetCore.Http;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding.Refusals;

/// <summary>An upstream that no longer takes the credentials that the proxy has, and takes those that it fetches then.</summary>
internal sealed class CredentialRefusalTests
{
    private const string Xml = "application/xml";
    private const string Json = "application/x-amz-json-1.0";
    private const string S3Error = "<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>";
    private static readonly SigningCredentials Old = new("AKIDOLD", "old-secret-access-key", "old-session-token");

    [Test]
    [Arguments(400, Xml, S3Error)]
    [Arguments(403, Xml, "<Error><Code>InvalidAccessKeyId</Code><Message>The AWS Access Key Id you provided does not exist in our records.</Message></Error>")]
    [Arguments(400, Xml, "<Error><Code>InvalidToken</Code><Message>The provided token is malformed or otherwise invalid.</Message></Error>")]
    [Arguments(400, Xml, "<Error><Code>TokenRefreshRequired</Code><Message>The provided token must be refreshed.</Message></Error>")]
    [Arguments(403, "text/xml", "<ErrorResponse><Error><Type>Sender</Type><Code>InvalidClientTokenId</Code><Message>The security token included in the request is invalid.</Message></Error></ErrorResponse>")]
    [Arguments(401, "text/xml;charset=UTF-8", "<Response><Errors><Error><Code>AuthFailure</Code><Message>AWS was not able to validate the provided access credentials</Message></Error></Errors></Response>")]
    [Arguments(400, "text/xml;charset=UTF-8", "<Response><Errors><Error><Code>RequestExpired</Code><Message>Request has expired.</Message></Error></Errors></Response>")]
    [Arguments(400, Json, "{\"__type\":\"com.amazon.coral.service#ExpiredTokenException\",\"message\":\"The security token included in the request is expired\"}")]
    [Arguments(400, Json, "{\"__type\":\"com.amazon.coral.service#UnrecognizedClientException\",\"message\":\"The security token included in the request is invalid.\"}")]
    [Arguments(403, "application/json", "{\"message\":\"The security token included in the request is expired\"}")]
    public async Task Request_RefusedForItsCredentials_IsSignedAgainWithOthers(int status, string type, string error)
    {
        await using var aws = await StartAsync(status, type, error);
        var source = SourceOf(Old, TestProxy.Credentials);
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address), source);

        using var first = await proxy.Client.GetAsync("/a?b=c");
        using var second = await proxy.Client.GetAsync("/d");

        await Assert.That((first.StatusCode, second.StatusCode)).IsEqualTo((HttpStatusCode.OK, HttpStatusCode.OK));
        // The second one has the right credentials at once.
        await Assert.That(await TargetsAsync(aws, 3)).IsEqualTo("/a?b=c /a?b=c /d");
        await Assert.That(source.Count).IsEqualTo(2);
    }

    [Test]
    [Arguments(401, "application/json", "{\"code\":\"ExpiredToken\",\"message\":\"log in again\"}")]
    [Arguments(401, "application/json", "{\"code\":\"AuthFailure\"}")]
    [Arguments(403, "application/json", "{\"Error\":{\"Code\":\"ExpiredToken\",\"Message\":\"log in again\"}}")]
    [Arguments(403, Xml, "<Error><Code>AccessDenied</Code><Message>The security token included in the request is not allowed that.</Message></Error>")]
    [Arguments(403, Xml, "<Error><Code>SignatureDoesNotMatch</Code><Message>no</Message></Error>")]
    [Arguments(403, "text/plain", "ExpiredToken")]
    public async Task Request_RefusedForSomethingElse_FetchesNothing(int status, string type, string error)
    {
        await using var aws = await StartAsync(status, type, error);
        var source = SourceOf(Old, TestProxy.Credentials);
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address), source);

        using var answer = await proxy.Client.GetAsync("/");

        await Assert.That(((int)answer.StatusCode, await answer.Content.ReadAsStringAsync())).IsEqualTo((status, error));
        await aws.NextAsync();
        await Assert.That((aws.WasVisited, source.Count)).IsEqualTo((false, 1));
    }

    // The header is AWS's alone, unlike what stands in a body.
    [Test]
    [Arguments("GET", "ExpiredTokenException", "{}", null)]
    [Arguments("GET", "ExpiredToken", "{\"message\":\"m\"}", null)]
    [Arguments("GET", "ExpiredTokenException", "{\"code\":\"403\",\"message\":\"m\"}", null)]
    [Arguments("GET", "ExpiredTokenException:http://x", "compressed", "gzip")]
    [Arguments("HEAD", "ExpiredTokenException", "", null)]
    public async Task Request_RefusedInTheHeader_IsSignedAgainWithOthers(string method, string errorType, string body, string? encoding)
    {
        await using var aws = await FakeAws.StartAsync(
            (context, request) => context.Response.WriteAsync($"{request.Body.Length}"),
            refuse: (context, _) =>
            {
                context.Response.Headers["x-amzn-errortype"] = errorType;
                if (encoding is not null)
                    context.Response.Headers.ContentEncoding = encoding;
                return RefuseAsync(context, 403, "application/json", body);
            });
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address), SourceOf(Old, TestProxy.Credentials));

        using var request = new HttpRequestMessage(new HttpMethod(method), "/x");
        using var answer = await proxy.Client.SendAsync(request);

        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.OK);
    }

    [Test]
    [Arguments(0)]
    [Arguments(5)]
    [Arguments(100_000)]
    public async Task Body_ReadToItsEndBefore_IsSentAgain(int length)
    {
        await using var aws = await StartAsync();
        // Kept in memory and in a file.
        await using var proxy = await TestProxy.StartAsync(
            TestProxy.OptionsFor(aws.Address) with { BufferSizeBytes = 16 * 1024 }, SourceOf(Old, TestProxy.Credentials));

        using var answer = await proxy.Client.PostAsync("/", new StringContent(new string('x', length)));

        await Assert.That(await answer.Content.ReadAsStringAsync()).IsEqualTo($"{length}");
    }

    [Test]
    public async Task Body_StreamedAndGone_IsRefusedOnceAndTheNextIsSignedWithOthers()
    {
        await using var aws = await StartAsync();
        var source = SourceOf(Old, TestProxy.Credentials);
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address, "s3"), source);

        using var first = await PutUnsignedAsync(proxy);
        await source.WaitForFetchAsync(2);
        // Its fetch may not have ended yet: a request without a body waits for that.
        using var between = await proxy.Client.GetAsync("/between");
        using var second = await PutUnsignedAsync(proxy);

        await Assert.That(await first.Content.ReadAsStringAsync()).IsEqualTo(S3Error);
        await Assert.That((first.StatusCode, between.StatusCode, second.StatusCode))
            .IsEqualTo((HttpStatusCode.BadRequest, HttpStatusCode.OK, HttpStatusCode.OK));
    }

    [Test]
    public async Task Body_SignedInChunksAndNotSentYet_IsSignedWithTheOthers()
    {
        var visits = 0;
        var verifier = new AwsSigV4Proxy.Hosting.Demo.SignatureVerifier(
            TestProxy.Credentials.AccessKeyId, TestProxy.Credentials.SecretAccessKey, TestProxy.Credentials.SessionToken, TimeProvider.System);
        var chunks = new ChunkVerifier(TestProxy.Credentials.SecretAccessKey);
        await using var upstream = await TestServer.StartAsync(async context =>
        {
            if (Interlocked.Increment(ref visits) == 1)
            {
                // Says so without a look at the body, which the proxy has not sent: it asked first.
                await RefuseAsync(context, 400, Xml, S3Error);
                return;
            }

            var request = await AwsSigV4Proxy.Hosting.Demo.ReceivedRequest.ReadAsync(context);
            var decoded = chunks.Decode(request);
            await context.Response.WriteAsync(verifier.Refusal(request) ?? decoded.Refusal ?? $"{decoded.Request!.Body.Length}");
        });
        await using var proxy = await TestProxy.StartAsync(
            TestProxy.OptionsFor(upstream.Address, "s3") with { BufferSizeBytes = 1024 }, SourceOf(Old, TestProxy.Credentials));

        using var answer = await proxy.Client.PutAsync("/x", new StringContent(new string('x', 600_000)));

        await Assert.That(await answer.Content.ReadAsStringAsync()).IsEqualTo("600000");
        await Assert.That(visits).IsEqualTo(2);
    }

    [Test]
    public async Task Signature_InTheQuery_IsMadeAgain()
    {
        await using var aws = await StartAsync();
        await using var proxy = await TestProxy.StartAsync(
            TestProxy.OptionsFor(aws.Address, "s3") with { SignLocation = SignatureLocation.Query }, SourceOf(Old, TestProxy.Credentials));

        using var answer = await proxy.Client.GetAsync("/x?y");

        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.OK);
    }

    [Test]
    public async Task Clock_OffToo_IsCorrectedFirst()
    {
        var time = new ShiftedTime(TimeSpan.FromHours(1));
        await using var aws = await FakeAws.StartAsync(
            (context, request) => context.Response.WriteAsync($"{request.Body.Length}"),
            refuse: (context, _) => RefuseAsync(
                context, 403, Xml, IsOff(context, time) ? "<Error><Code>RequestTimeTooSkewed</Code></Error>" : S3Error),
            time: time);
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address), SourceOf(Old, TestProxy.Credentials));

        using var answer = await proxy.Client.PostAsync("/", new StringContent("abc"));

        await Assert.That(await answer.Content.ReadAsStringAsync()).IsEqualTo("3");
        await Assert.That(await TargetsAsync(aws, 3)).IsEqualTo("/ / /");
    }

    [Test]
    public async Task Aws_RefusesForGood_IsNotAskedAgainAndNothingIsFetchedForEachRequest()
    {
        await using var aws = await StartAsync();
        var source = SourceOf(Old, TestProxy.WrongCredentials, Old, TestProxy.WrongCredentials);
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address), source, new ManualTime());

        for (var i = 0; i < 5; i++)
        {
            using var answer = await proxy.Client.GetAsync($"/{i}");
            await Assert.That(await answer.Content.ReadAsStringAsync()).IsEqualTo(S3Error);
        }

        // Only the first request was sent a second time.
        await Assert.That(await TargetsAsync(aws, 6)).IsEqualTo("/0 /0 /1 /2 /3 /4");
        await Assert.That((aws.WasVisited, source.Count)).IsEqualTo((false, 2));
    }

    [Test]
    public async Task Source_GivesTheSameAgain_TheAnswerStandsAndIsNotAskedForOnceMore()
    {
        await using var aws = await StartAsync();
        var source = SourceOf(Old, new SigningCredentials(Old.AccessKeyId, Old.SecretAccessKey, Old.SessionToken));
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address), source, new ManualTime());

        for (var i = 0; i < 3; i++)
        {
            using var answer = await proxy.Client.GetAsync($"/{i}");
            await Assert.That((answer.StatusCode, await answer.Content.ReadAsStringAsync())).IsEqualTo((HttpStatusCode.BadRequest, S3Error));
        }

        await Assert.That(await TargetsAsync(aws, 3)).IsEqualTo("/0 /1 /2");
        await Assert.That((aws.WasVisited, source.Count)).IsEqualTo((false, 2));
    }

    [Test]
    public async Task Callers_ManyAtOnce_AreAllServedAfterOneFetch()
    {
        await using var aws = await StartAsync();
        var source = SourceOf(Old, TestProxy.Credentials);
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address), source);

        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(async i =>
        {
            using var answer = await proxy.Client.PostAsync($"/{i}", new StringContent(new string('x', i * 100)));
            return await answer.Content.ReadAsStringAsync();
        }));

        await Assert.That(answers).IsEquivalentTo(Enumerable.Range(0, 64).Select(i => $"{i * 100}"));
        await Assert.That(source.Count).IsEqualTo(2);
    }

    private static bool IsOff(HttpContext context, TimeProvider time) =>
        (DateTimeOffset.ParseExact(
            context.Request.Headers["x-amz-date"].ToString(), "yyyyMMdd'T'HHmmss'Z'", null, System.Globalization.DateTimeStyles.AssumeUniversal)
        - time.GetUtcNow()).Duration() > TimeSpan.FromMinutes(5);

    /// <summary>An upstream that answers with the body's length, and so to requests that <see cref="Old"/> signed.</summary>
    private static Task<FakeAws> StartAsync(int status = 400, string type = Xml, string error = S3Error) => FakeAws.StartAsync(
        (context, request) => context.Response.WriteAsync($"{request.Body.Length}"),
        refuse: (context, _) => RefuseAsync(context, status, type, error));

    private static Task RefuseAsync(HttpContext context, int status, string type, string error)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        return context.Response.WriteAsync(error);
    }

    private static async Task<HttpResponseMessage> PutUnsignedAsync(TestProxy proxy)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/x") { Content = new StringContent("body") };
        request.Headers.Add("x-amz-content-sha256", "UNSIGNED-PAYLOAD");
        return await proxy.Client.SendAsync(request);
    }

    private static async Task<string> TargetsAsync(FakeAws aws, int count)
    {
        var targets = new List<string>();
        for (var i = 0; i < count; i++)
            targets.Add((await aws.NextAsync()).RawTarget);
        return string.Join(' ', targets);
    }

    private static ScriptedSource SourceOf(params SigningCredentials[] sets)
    {
        var source = new ScriptedSource();
        foreach (var credentials in sets)
            source.Give(credentials);
        return source;
    }
}
