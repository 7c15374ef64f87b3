using AwsSigV4Proxy.Hosting.Credentials;
using AwsSigV4Proxy.Signing.Keys;
using AwsSigV4Proxy.Tests.Fakes;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding;

/// <summary>What becomes of the caller's headers on their way upstream.</summary>
public class RequestHeaderTests
{
    private const string NoContent = "HTTP/1.1 204 No Content\r\n\r\n";

    [Test]
    public async Task Headers_EndToEnd_ArriveAsTheyWereSent()
    {
        var head = await HeadOfAsync(
            "User-Agent: curl/8\r\nAccept: */*\r\nAccept-Encoding: gzip, br\r\nX-Forwarded-For: 1.2.3.4\r\nForwarded: for=1.2.3.4\r\n"
            + "X-Amz-Meta-Mixed-CASE:   a  b  \r\nx_custom: \r\nCookie: a=1; b=2\r\nRange: bytes=0-1\r\ntraceparent: 00-1-1-00\r\n"
            + "If-None-Match: W/\"x\"\r\nUpgrade-Insecure-Requests: 1\r\nDate: Fri, 24 May 2013 00:00:00 GMT\r\n");

        foreach (var line in (string[])
            ["User-Agent: curl/8", "Accept: */*", "Accept-Encoding: gzip, br", "X-Forwarded-For: 1.2.3.4", "Forwarded: for=1.2.3.4",
             "X-Amz-Meta-Mixed-CASE: a  b", "x_custom: ", "Cookie: a=1; b=2", "Range: bytes=0-1", "traceparent: 00-1-1-00",
             "If-None-Match: W/\"x\"", "Upgrade-Insecure-Requests: 1", "Date: Fri, 24 May 2013 00:00:00 GMT"])
        {
            await Assert.That(head).Contains($"\r\n{line}\r\n");
        }
    }

    [Test]
    public async Task Headers_NothingIsAdded_ButTheSignature()
    {
        var head = await HeadOfAsync("");
        var names = head.Split("\r\n").Skip(1).Where(line => line.Length > 0).Select(line => line.Split(':')[0].ToLowerInvariant()).Order();

        await Assert.That(string.Join(' ', names)).IsEqualTo("authorization host x-amz-date x-amz-security-token");
    }

    [Test]
    public async Task Headers_HopByHop_EndHere()
    {
        string? head = null;
        await using var upstream = RawUpstream.Answering(NoContent, h => head = h);
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(upstream.Address));

        await RawCaller.HeadOfAnswerAsync(proxy.Address,
            "GET / HTTP/1.1\r\nHost: localhost\r\nKeep-Alive: timeout=5\r\nProxy-Authorization: Basic eDp5\r\nProxy-Connection: keep-alive\r\n"
            + "TE: trailers\r\nConnection: X-Named-Once, X-Named-Too\r\nX-Named-Once: 1\r\nX-Named-Too: 2\r\nX-Not-Named: 3\r\n"
            + "Expect: 100-continue\r\n\r\n");

        foreach (var name in (string[])["keep-alive", "proxy-authorization", "proxy-connection", "te", "x-named-once", "x-named-too", "expect"])
            await Assert.That(head!.ToLowerInvariant()).DoesNotContain($"\r\n{name}:");
        await Assert.That(head).Contains("\r\nX-Not-Named: 3\r\n");
    }

    [Test]
    public async Task Headers_ConnectionNamesWhatTheSignatureNeeds_TheSignatureStands()
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address));

        var head = await RawCaller.HeadOfAnswerAsync(proxy.Address,
            "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: host, x-amz-date, authorization, content-type\r\nContent-Type: a/b\r\n\r\n");

        await Assert.That(head).StartsWith("HTTP/1.1 200 ");
    }

    [Test]
    public async Task Headers_CallersOwnSignature_IsReplaced()
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address));

        await RawCaller.GetAsync(proxy.Address, "/?X-Amz-Security-Token=stale&a=b", headers:
            "Authorization: AWS4-HMAC-SHA256 Credential=AKIDCALLER/20200101/us-east-1/es/aws4_request, SignedHeaders=host, Signature=0\r\n"
            + "X-Amz-Date: 20200101T000000Z\r\nX-Amz-Security-Token: stale\r\nDate: Wed, 01 Jan 2020 00:00:00 GMT\r\n"
            + "X-Amz-Content-Sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\r\n");

        var request = await aws.NextAsync();
        await Assert.That(request.RawTarget).IsEqualTo("/?a=b");
        await Assert.That(request.Header("authorization")).Contains("Credential=AKIDTEST/").And.DoesNotContain("AKIDCALLER");
        await Assert.That(request.Header("x-amz-security-token")).IsEqualTo("test-session-token");
        await Assert.That(request.Header("date")).IsNull();
        await Assert.That(request.Header("x-amz-content-sha256"))
            .IsEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    [Test]
    public async Task Headers_CredentialsWithoutToken_NoStaleTokenIsLeft()
    {
        string? head = null;
        await using var upstream = RawUpstream.Answering(NoContent, h => head = h);
        await using var proxy = await TestProxy.StartAsync(
            TestProxy.OptionsFor(upstream.Address), new FixedCredentials(new SigningCredentials("AKID", "secret")));

        await RawCaller.GetAsync(proxy.Address, "/", headers: "X-Amz-Security-Token: stale\r\n");

        await Assert.That(head!.ToLowerInvariant()).DoesNotContain("x-amz-security-token");
    }

    [Test]
    public async Task Headers_CallersBasicAuthorization_NeverReachesTheUpstream()
    {
        var head = await HeadOfAsync("Authorization: Basic dXNlcjpwYXNz\r\n");

        await Assert.That(head).DoesNotContain("Basic").And.DoesNotContain("dXNlcjpwYXNz");
    }

    [Test]
    public async Task Host_IsTheUpstreamsNotTheCallers()
    {
        string? head = null;
        await using var upstream = RawUpstream.Answering(NoContent, h => head = h);
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(upstream.Address));

        await RawCaller.GetAsync(proxy.Address, "/");

        await Assert.That(head).Contains($"\r\nHost: {upstream.Address.Authority}\r\n");
    }

    [Test]
    [Arguments("X-Amz-Meta-A: 1\r\nX-Amz-Meta-A: 2\r\n")]
    [Arguments("X-Amz-Meta-A: 1\r\nx-amz-meta-b: x\r\nx-amz-meta-a: 2, 3\r\n")]
    [Arguments("X-Amz-Meta-A:\r\n")]
    [Arguments("X-Amz-Meta-A:   a   b   c  \r\n")]
    [Arguments("X-Amz-Meta-A: \"a   b\"\r\n")]
    [Arguments("X-Amz-Meta-A: a\tb\r\n")]
    [Arguments("X-Amz-Meta-A: \u00C3\u00A9\u00E6\u0097\u00A5\r\n")]
    [Arguments("X-Amz-Meta-A: \u00E9\u00FF\r\n")]
    [Arguments("X-Amz-Meta-A_B: 1\r\nX-Amz-Meta-AB: 2\r\nX-Amz-Meta-A-B: 3\r\n")]
    [Arguments("X-Amz-Target: DynamoDB_20120810.ListTables\r\nX-Amz-User-Agent: x/1\r\n")]
    [Arguments("Content-Type: application/json;  charset=utf-8\r\n")]
    [Arguments("Content-Type: not a type at all;;\r\nContent-MD5: x\r\n")]
    [Arguments("X-Amzn-Trace-Id: Root=1\r\nUser-Agent: a  b\r\nAccept: text/html, */*;q=0.1\r\n")]
    public async Task Headers_OddValues_VerifyUpstream(string headers)
    {
        await VerifiesAsync("es", headers);
        await VerifiesAsync("s3", headers);
    }

    [Test]
    public async Task Headers_RepeatedAmzHeader_IsSentAsOneLineJoinedByAComma()
    {
        var head = await HeadOfAsync("X-Amz-Meta-A: 1\r\nX-Amz-Meta-A: 2\r\n");

        await Assert.That(head.ToLowerInvariant()).Contains("\r\nx-amz-meta-a: 1,2\r\n");
    }

    [Test]
    [Arguments("get", "GET")]
    [Arguments("PATCH", "PATCH")]
    [Arguments("PROPFIND", "PROPFIND")]
    [Arguments("MyVerb", "MyVerb")]
    [Arguments("TRACE", "TRACE")]
    public async Task Method_Any_IsSentAndVerifies(string method, string sent)
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address));

        var answer = await RawCaller.GetAsync(proxy.Address, "/", method);

        await Assert.That(answer).StartsWith("HTTP/1.1 200 ");
        await Assert.That((await aws.NextAsync()).Method).IsEqualTo(sent);
    }

    private static async Task VerifiesAsync(string service, string headers)
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address, service));

        await Assert.That(await RawCaller.GetAsync(proxy.Address, "/a", headers: headers)).StartsWith("HTTP/1.1 200 ");
    }

    private static async Task<string> HeadOfAsync(string headers)
    {
        string? head = null;
        await using var upstream = RawUpstream.Answering(NoContent, h => head = h);
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(upstream.Address));
        await RawCaller.GetAsync(proxy.Address, "/", headers: headers);
        return head!;
    }
}
