using System.Net;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Demo;
using AwsSigV4Proxy.Hosting.Forwarding;
using AwsSigV4Proxy.Tests.Fakes;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding;

/// <summary><c>--strip-header</c>, <c>--set-header</c>, <c>--duplicate-header</c>: what arrives, and that its signature is good.</summary>
internal sealed class HeaderRulesTests
{
    [Test]
    public async Task Strip_ACallersHeader_DoesNotArrive()
    {
        var received = await SendAsync(HeaderRules.None with { Stripped = ["x-scope-orgid", "X-Amz-Meta-Team"] },
            ("X-Scope-OrgID", "1"), ("x-amz-meta-team", "a"), ("X-Kept", "2"));

        await Assert.That(received.Header("x-scope-orgid")).IsNull();
        await Assert.That(received.Header("x-amz-meta-team")).IsNull();
        await Assert.That(received.Header("x-kept")).IsEqualTo("2");
    }

    [Test]
    public async Task Set_AHeader_ArrivesInPlaceOfTheCallers()
    {
        var received = await SendAsync(HeaderRules.None with { Set = [HeaderOption.ParseSet("X-Team: a, b"), HeaderOption.ParseSet("X-New:\u00fc")] },
            ("X-Team", "callers"));

        await Assert.That(received.Header("x-team")).IsEqualTo("a, b");
        // UTF-8 on the wire, read as Latin-1 here.
        await Assert.That(received.Header("x-new")).IsEqualTo("\u00c3\u00bc");
    }

    [Test]
    [Arguments("x-amz-storage-class", "GLACIER")]
    [Arguments("content-type", "text/csv")]
    public async Task Set_AHeaderOfTheSignedSet_IsSigned(string name, string value)
    {
        var received = await SendAsync(HeaderRules.None with { Set = [new(name, value)] });

        await Assert.That(received.Header(name)).IsEqualTo(value);
        await Assert.That(received.Header("authorization")!.Split("SignedHeaders=")[1].Split(',')[0].Split(';')).Contains(name);
    }

    [Test]
    public async Task Duplicate_AHeader_KeepsTheCallersValueUnderAnotherName()
    {
        var received = await SendAsync(
            HeaderRules.None with { Duplicated = ["Authorization", "X-Team"], Set = [new("X-Team", "set")] },
            ("Authorization", "Bearer token"), ("X-Team", "callers"));

        await Assert.That(received.Header("x-original-authorization")).IsEqualTo("Bearer token");
        await Assert.That(received.Header("authorization")).StartsWith("AWS4-HMAC-SHA256 ");
        await Assert.That(received.Header("x-original-team")).IsNull();
        await Assert.That(received.Header("x-original-x-team")).IsEqualTo("callers");
        await Assert.That(received.Header("x-team")).IsEqualTo("set");
    }

    [Test]
    public async Task Duplicate_ACallerThatMakesTheCopyUp_IsNotBelieved()
    {
        var received = await SendAsync(HeaderRules.None with { Duplicated = ["Authorization"] }, ("X-Original-Authorization", "Bearer made-up"));

        await Assert.That(received.Header("x-original-authorization")).IsNull();
    }

    [Test]
    public async Task Rules_NamedInTheCallersConnection_StandAllTheSame()
    {
        await using var aws = await FakeAws.StartAsync();
        var rules = new HeaderRules(["X-User"], [], [new("X-Tenant", "a"), new("X-Amz-Acl", "private")]);
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address) with { HeaderRules = rules });

        await RawCaller.HeadOfAnswerAsync(proxy.Address,
            "GET / HTTP/1.1\r\nHost: localhost\r\nX-User: bob\r\nX-Other: c\r\nConnection: X-Tenant, x-amz-acl, X-Original-X-User, X-Other\r\n\r\n");

        var received = await aws.NextAsync();
        await Assert.That(received.Header("x-tenant")).IsEqualTo("a");
        await Assert.That(received.Header("x-amz-acl")).IsEqualTo("private");
        await Assert.That(received.Header("x-original-x-user")).IsEqualTo("bob");
        await Assert.That(received.Header("x-other")).IsNull();
    }

    [Test]
    public async Task Strip_TheOrigin_LeavesTheAnswerReadableForAnAllowedPage()
    {
        await using var aws = await FakeAws.StartAsync();
        var options = TestProxy.OptionsFor(aws.Address) with
        {
            AllowOrigins = ["http://app.example"],
            HeaderRules = HeaderRules.None with { Stripped = ["Origin"] },
        };
        await using var proxy = await TestProxy.StartAsync(options);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/x") { Headers = { { "Origin", "http://app.example" } } };

        using var answer = await proxy.Client.SendAsync(request);

        await Assert.That(answer.Headers.GetValues("Access-Control-Allow-Origin").Single()).IsEqualTo("http://app.example");
        await Assert.That((await aws.NextAsync()).Header("origin")).IsNull();
    }

    [Test]
    public async Task Strip_WhatSaysThatABodyComesInPieces_IsNotDoneWhileItDoes()
    {
        await using var aws = await FakeAws.StartAsync();
        var rules = new HeaderRules([], ["x-amz-content-sha256", "x-amz-decoded-content-length"], [new("Content-Encoding", "gzip")]);
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address, "s3") with { HeaderRules = rules });
        var signature = new string('0', 64);
        using var request = new HttpRequestMessage(HttpMethod.Put, "/x")
        {
            Content = new StringContent($"4;chunk-signature={signature}\r\nbody\r\n0;chunk-signature={signature}\r\n\r\n"),
            Headers = { { "x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" }, { "x-amz-decoded-content-length", "4" } },
        };
        request.Content.Headers.ContentEncoding.Add("aws-chunked");

        using var answer = await proxy.Client.SendAsync(request);

        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.OK);
        var received = await aws.NextAsync();
        await Assert.That(received.Header("content-encoding")).IsEqualTo("aws-chunked");
        await Assert.That(System.Text.Encoding.ASCII.GetString(FakeAws.Decoded(received).Body)).IsEqualTo("body");
    }

    [Test]
    [Arguments(false, "Fri, 24 May 2013 00:00:00 GMT")]
    [Arguments(true, null)]
    public async Task Date_SignedByTheCaller_GoesAndOneThatIsSetStays(bool isStripped, string? date)
    {
        var rules = isStripped
            ? HeaderRules.None with { Stripped = ["Authorization"] }
            : HeaderRules.None with { Set = [new("Date", date!)] };
        var received = await SendAsync(rules, ("Authorization", "AWS4-HMAC-SHA256 Credential=x"), ("Date", "Mon, 01 Jan 2001 00:00:00 GMT"));

        await Assert.That(received.Header("date")).IsEqualTo(date);
    }

    [Test]
    public async Task Strip_TheCallersContentHash_LetsTheProxyHashTheBody()
    {
        await using var aws = await FakeAws.StartAsync();
        var options = TestProxy.OptionsFor(aws.Address, "s3") with { HeaderRules = HeaderRules.None with { Stripped = ["x-amz-content-sha256"] } };
        await using var proxy = await TestProxy.StartAsync(options);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/x") { Content = new StringContent("body") };
        request.Headers.Add("x-amz-content-sha256", "UNSIGNED-PAYLOAD");

        using var answer = await proxy.Client.SendAsync(request);

        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.OK);
        await Assert.That((await aws.NextAsync()).Header("x-amz-content-sha256")!.Length).IsEqualTo(64);
    }

    private static async Task<ReceivedRequest> SendAsync(HeaderRules rules, params (string Name, string Value)[] headers)
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address) with { HeaderRules = rules });
        using var request = new HttpRequestMessage(HttpMethod.Put, "/x") { Content = new ByteArrayContent([]) };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);

        using var answer = await proxy.Client.SendAsync(request);

        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.OK);
        return await aws.NextAsync();
    }
}
