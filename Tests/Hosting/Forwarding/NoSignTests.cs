using System.Net;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Tests.Fakes;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding;

/// <summary><c>--no-sign</c>: what a caller sends passes as it is, its own signature too.</summary>
internal sealed class NoSignTests
{
    [Test]
    public async Task Request_IsForwardedAsItCame()
    {
        string? head = null;
        await using var upstream = RawUpstream.Answering("HTTP/1.1 204 No Content\r\n\r\n", h => head = h);
        await using var proxy = await StartAsync(upstream.Address);

        await RawCaller.HeadOfAnswerAsync(proxy.Address,
            "GET /a+b?c+d&X-Amz-Signature=1 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\nX-Amz-Date: then\r\n"
            + "X-Amz-Security-Token: t\r\nX-Amz-Content-Sha256: UNSIGNED-PAYLOAD\r\nConnection: close\r\n\r\n");

        await Assert.That(head).IsEqualTo(
            $"GET /a+b?c+d&X-Amz-Signature=1 HTTP/1.1\r\nHost: {upstream.Address.Authority}\r\nAuthorization: Bearer x\r\nX-Amz-Date: then\r\n"
            + "X-Amz-Security-Token: t\r\nX-Amz-Content-Sha256: UNSIGNED-PAYLOAD\r\n\r\n");
    }

    [Test]
    public async Task Header_InSeveralLines_IsJoinedAsSignersJoinIt()
    {
        string? head = null;
        await using var upstream = RawUpstream.Answering("HTTP/1.1 204 No Content\r\n\r\n", h => head = h);
        await using var proxy = await StartAsync(upstream.Address);

        await RawCaller.HeadOfAnswerAsync(proxy.Address, "GET / HTTP/1.1\r\nHost: localhost\r\nx-amz-meta-a: 1   2\r\nx-amz-meta-a: 3\r\nConnection: close\r\n\r\n");

        await Assert.That(head).Contains("\r\nx-amz-meta-a: 1   2,3\r\n");
    }

    [Test]
    public async Task Body_OfAnyKind_StreamsAsItCame()
    {
        await using var aws = await TestServer.StartAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            await context.Response.Body.WriteAsync(System.Text.Encoding.UTF8.GetBytes(
                $"{context.Request.ContentLength} {context.Request.Headers.TransferEncoding} {await reader.ReadToEndAsync()}"));
        });
        await using var proxy = await StartAsync(aws.Address);

        using var known = await proxy.Client.PostAsync("/", new StringContent("body"));
        using var chunked = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent("body") };
        chunked.Headers.TransferEncodingChunked = true;
        using var unknown = await proxy.Client.SendAsync(chunked);

        await Assert.That(await known.Content.ReadAsStringAsync()).IsEqualTo("4  body");
        await Assert.That(await unknown.Content.ReadAsStringAsync()).IsEqualTo(" chunked body");
    }

    [Test]
    public async Task Proxy_WithoutCredentials_ForwardsAndIsReady()
    {
        await using var upstream = RawUpstream.Answering("HTTP/1.1 204 No Content\r\n\r\n");
        var options = TestProxy.OptionsFor(upstream.Address) with { Sign = false, Service = "", Region = "", UtilityPort = FreePort.Find() };
        await using var proxy = await TestProxy.StartAsync(options, new NoCredentials());

        using var answer = await proxy.Client.GetAsync("/");
        using var ready = await proxy.Client.GetAsync(new Uri(proxy.Host.Addresses[^1] + "/ready"));

        await Assert.That((answer.StatusCode, ready.StatusCode)).IsEqualTo((HttpStatusCode.NoContent, HttpStatusCode.OK));
    }

    private static Task<TestProxy> StartAsync(Uri upstream) =>
        TestProxy.StartAsync(TestProxy.OptionsFor(upstream) with { Sign = false, Service = "", Region = "" });
}
