using System.Net;
using System.Text.Json;
using AwsSigV4Proxy.Hosting.Demo;
using AwsSigV4Proxy.Tests.Fakes;
using Microsoft.AspNetCore.Http;

namespace AwsSigV4Proxy.Tests.Native;

/// <summary>The published executable: targets by host, versions of the signature, and what it logs of signatures.</summary>
internal sealed class SigningRunTests
{
    [Test]
    public async Task Run_ForwardByHost_GoesToTheHostThatEachRequestNames()
    {
        await using var aws = await FakeAws.StartAsync((context, request) => context.Response.WriteAsync(request.RawTarget));
        await using var proxy = await NativeProxy.StartAsync(aws, "--forward-by-host", "--allow-host", $"http://{aws.Address.Authority}");

        var byTarget = await RawCaller.SendAsync(proxy.Client.BaseAddress!,
            $"GET http://{aws.Address.Authority}/a?b HTTP/1.1\r\nHost: {aws.Address.Authority}\r\nConnection: close\r\n\r\n");
        using var byHost = new HttpRequestMessage(HttpMethod.Get, "/c") { Headers = { Host = aws.Address.Authority } };
        using var answer = await proxy.Client.SendAsync(byHost);
        using var other = new HttpRequestMessage(HttpMethod.Get, "/d") { Headers = { Host = "evil.example" } };
        using var refusal = await proxy.Client.SendAsync(other);

        await Assert.That(byTarget).StartsWith("HTTP/1.1 200 ").And.Contains("/a?b");
        await Assert.That(await answer.Content.ReadAsStringAsync()).IsEqualTo("/c");
        await Assert.That((refusal.StatusCode, refusal.Headers.GetValues("x-sigv4-proxy-error").Single())).IsEqualTo((HttpStatusCode.Forbidden, "host_denied"));
        await Assert.That(proxy.Output).Contains($"the host that each request names: AWS endpoints, http://{aws.Address.Authority}");
    }

    [Test]
    [Arguments("header")]
    [Arguments("query")]
    public async Task Run_Version4a_IsAcceptedBodiesInChunksToo(string location)
    {
        await using var aws = await FakeAws.StartAsync((context, request) => context.Response.WriteAsync($"{FakeAws.Decoded(request).Body.Length}"));
        await using var proxy = await NativeProxy.StartAsync(aws,
            "-s", "s3", "--algorithm", "sigv4a", "--region-set", "*", "--sign-location", location, "--buffer-size", "1KiB");

        using var small = await proxy.Client.PostAsync("/x", new StringContent("body"));
        using var large = await proxy.Client.PutAsync("/x", new StringContent(new string('x', 200_000)));

        await Assert.That(await small.Content.ReadAsStringAsync()).IsEqualTo("4");
        await Assert.That(await large.Content.ReadAsStringAsync()).IsEqualTo("200000");
        await proxy.WaitForLineAsync("signing with Signature Version 4A for s3 in the region set *");
    }

    [Test]
    public async Task Run_HostThatTakesVersion4aAlone_IsSignedThatWay()
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await NativeProxy.StartAsync(aws, "-s", "s3", "--sign-host", "abc.mrap.accesspoint.s3-global.amazonaws.com");

        using var answer = await proxy.Client.GetAsync("/x");

        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.OK);
        var received = await aws.NextAsync();
        await Assert.That(received.Header("authorization")).StartsWith("AWS4-ECDSA-P256-SHA256 ");
        await Assert.That(received.Header("x-amz-region-set")).IsEqualTo("*");
    }

    [Test]
    [Arguments("text", "header", "sigv4")]
    [Arguments("json", "query", "sigv4")]
    [Arguments("text", "query", "sigv4a")]
    [Arguments("json", "header", "sigv4a")]
    public async Task Run_LogSigning_ShowsWhatWasSignedWithoutSecrets(string format, string location, string algorithm)
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await NativeProxy.StartAsync(aws,
            "--log-signing", "--log-format", format, "--sign-location", location, "--algorithm", algorithm, "-s", "es");
        using var caller = new HttpClient(new SocketsHttpHandler { RequestHeaderEncodingSelector = static (_, _) => System.Text.Encoding.Latin1 });
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(proxy.Client.BaseAddress!, "/a%0ab?c=d")) { Content = new StringContent("body") };
        request.Headers.Add("x-amz-server-side-encryption-customer-key", "of-the-customer");
        request.Headers.TryAddWithoutValidation("x-amz-meta-odd", "\u009b2J");

        using var answer = await caller.SendAsync(request);
        await proxy.WaitForLineAsync(format == "json" ? "signed as follows" : "aws4_request");
        await proxy.StopAsync();

        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.OK);
        var received = await aws.NextAsync();
        var log = format == "json"
            ? JsonDocument.Parse(proxy.Output.Split('\n').Single(line => line.Contains("signed as follows"))).RootElement.GetProperty("message").GetString()!
            : proxy.Output;
        await Assert.That(log).Contains(
            $"POST /a%0ab: signed as follows [{answer.Headers.GetValues("x-request-id").Single()}]\n    Canonical request:\n    POST\n    /a%250ab\n    ");
        await Assert.That(log).Contains($"host:{aws.Address.Authority}\n").And.Contains("customer-key:(redacted)\n").And.Contains("x-amz-meta-odd:\\u{9b}2J\n");
        await Assert.That(log).Contains(location == "header" ? "x-amz-security-token:(redacted)\n" : "X-Amz-Security-Token=(redacted)&");
        await Assert.That(log).Contains(algorithm == "sigv4a" ? "\n    AWS4-ECDSA-P256-SHA256\n" : "\n    AWS4-HMAC-SHA256\n");
        foreach (var secret in (string[])[TestProxy.Credentials.SecretAccessKey, TestProxy.Credentials.SessionToken!, SignatureOf(received), "of-the-customer"])
            await Assert.That(proxy.Output.Contains(secret)).IsFalse();
    }

    [Test]
    public async Task Run_SignatureThatDoesNotMatch_LogsWhereAwsSawAnotherRequest()
    {
        var canonical = "GET\n/prod/pets\n\nhost:abc.execute-api.eu-west-1.amazonaws.com\nx-amz-date:then\nx-amz-security-token:an-other-token\n\nhost\nhash";
        var error = JsonSerializer.Serialize(new Dictionary<string, string>
        {
            ["message"] = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. "
                + $"Consult the service documentation for details.\n\nThe Canonical String for this request should have been\n'{canonical}'\n\nThe String-to-Sign should have been\n'AWS4-HMAC-SHA256'\n",
        });
        await using var aws = await FakeAws.StartAsync(async (context, _) =>
        {
            context.Response.StatusCode = 403;
            context.Response.Headers["x-amzn-ErrorType"] = "InvalidSignatureException";
            await context.Response.WriteAsync(error);
        });
        await using var proxy = await NativeProxy.StartAsync(aws);

        using var answer = await proxy.Client.GetAsync("/prod/pets?q=secret");
        var line = await proxy.WaitForLineAsync("GET /prod/pets: InvalidSignatureException: first difference");

        await Assert.That(await answer.Content.ReadAsStringAsync()).IsEqualTo(error);
        await Assert.That(line).IsEqualTo(
            " between what was signed and what AWS saw: the canonical request, the query; signed 'q=...', seen ''. "
            + $"Something between the proxy and AWS changes the order or the encoding of queries. [{answer.Headers.GetValues("x-request-id").Single()}]");
        await Assert.That(proxy.Output).DoesNotContain("an-other-token");
    }

    [Test]
    public async Task Run_ClockOfAwsIsAnother_SaysSoOnceAndServes()
    {
        await using var aws = await FakeAws.StartAsync(
            refuse: (context, _) => context.Response.WriteAsync("<Error><Code>RequestTimeTooSkewed</Code><Message>m</Message></Error>"),
            time: new ShiftedTime(TimeSpan.FromMinutes(42)));
        await using var proxy = await NativeProxy.StartAsync(aws);

        for (var i = 0; i < 3; i++)
        {
            using var answer = await proxy.Client.PostAsync($"/{i}", new StringContent("body"));
            await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.OK);
        }

        var line = await proxy.WaitForLineAsync("the clock of this machine is ");
        await proxy.StopAsync();
        await Assert.That(line).Matches("^25[12][0-9] s behind that of 127.0.0.1, which refused a signature for it\\. Requests are signed for that one's time from now on\\. ");
        await Assert.That(proxy.Output.Split("the clock of this machine").Length - 1).IsEqualTo(1);
    }

    private static string SignatureOf(ReceivedRequest request) => request.Header("authorization") is { } header
        ? header.Split("Signature=")[1]
        : request.Query.Split("X-Amz-Signature=")[1].Split('&')[0];
}
