using System.Net;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Forwarding;
using AwsSigV4Proxy.Tests.Fakes;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding;

/// <summary>TLS and HTTP/2 through the whole proxy, on both of its sides.</summary>
public class TlsTests
{
    [Test]
    [Arguments(HttpProtocols.Http1, "1.1")]
    [Arguments(HttpProtocols.Http2, "2")]
    public async Task Upstream_OverTls_IsSpokenToInTheProtocolItChooses(HttpProtocols protocols, string spoken)
    {
        using var certificates = new TestCertificates();
        using var folder = new TestFolder();
        string? protocol = null;
        await using var aws = await StartTlsAsync(certificates, protocols, (context, _) =>
        {
            protocol = context.Request.Protocol;
            return context.Response.WriteAsync("hello");
        });
        await using var proxy = await TestProxy.StartAsync(
            TestProxy.OptionsFor(aws.Address) with { CaFile = folder.Write("ca.pem", certificates.RootPem) });

        using var answer = await proxy.Client.PostAsync("/a%2Fb?c=d", new StringContent("body"));

        await Assert.That(await answer.Content.ReadAsStringAsync()).IsEqualTo("hello");
        await Assert.That(protocol).IsEqualTo($"HTTP/{spoken}");
        await Assert.That((await aws.NextAsync()).RawTarget).IsEqualTo("/a%2Fb?c=d");
    }

    [Test]
    public async Task Upstream_OfUnknownRoot_IsRefused()
    {
        using var certificates = new TestCertificates();
        await using var aws = await StartTlsAsync(certificates, HttpProtocols.Http1AndHttp2);
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address));

        using var answer = await proxy.Client.GetAsync("/");

        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.BadGateway);
        await Assert.That(answer.Headers.GetValues(ProxyError.HeaderName).Single()).IsEqualTo("upstream_tls");
        await Assert.That(aws.WasVisited).IsFalse();
    }

    [Test]
    public async Task Upstream_OfUnknownRootNotVerified_IsSpokenTo()
    {
        using var certificates = new TestCertificates();
        await using var aws = await StartTlsAsync(certificates, HttpProtocols.Http1AndHttp2);
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address) with { VerifySsl = false });

        await Assert.That((await proxy.Client.GetAsync("/")).StatusCode).IsEqualTo(HttpStatusCode.OK);
    }

    [Test]
    public async Task Caller_OverTlsAndHttp2_IsServedAndItsTargetKept()
    {
        using var certificates = new TestCertificates();
        using var folder = new TestFolder();
        await using var aws = await FakeAws.StartAsync((context, request) => context.Response.WriteAsync($"{request.Body.Length}"));
        await using var proxy = await TestProxy.StartAsync(OptionsWithTls(aws.Address, certificates, folder));
        using var caller = CallerTrusting(certificates);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{proxy.Address}a%2Fb?c=%7E")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            // Without a length: HTTP/2 frames the body, and the upstream's HTTP/1.1 must get a length all the same.
            Content = new StreamContent(new NeverSeekable(new byte[100_000])),
        };

        using var answer = await caller.SendAsync(request);

        await Assert.That(answer.Version).IsEqualTo(HttpVersion.Version20);
        await Assert.That(await answer.Content.ReadAsStringAsync()).IsEqualTo("100000");
        var received = await aws.NextAsync();
        await Assert.That(received.Header("content-length")).IsEqualTo("100000");
    }

    [Test]
    [Arguments("2.0")]
    [Arguments("1.1")]
    public async Task Trailers_OfAnHttp2Answer_ReachTheCaller(string callersVersion)
    {
        using var certificates = new TestCertificates();
        using var folder = new TestFolder();
        await using var aws = await StartTlsAsync(certificates, HttpProtocols.Http2, async (context, _) =>
        {
            context.Response.DeclareTrailer("x-amz-checksum-crc32");
            await context.Response.WriteAsync("hello");
            context.Response.AppendTrailer("x-amz-checksum-crc32", "NhCmhg==");
        });
        await TrailersReachAsync(certificates, folder, aws.Address, callersVersion);
    }

    [Test]
    public async Task Trailers_OfAnHttp1Answer_ReachAnHttp2Caller()
    {
        using var certificates = new TestCertificates();
        using var folder = new TestFolder();
        await using var upstream = RawUpstream.Answering(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: x-amz-checksum-crc32\r\n\r\n5\r\nhello\r\n0\r\nx-amz-checksum-crc32: NhCmhg==\r\n\r\n");
        await TrailersReachAsync(certificates, folder, upstream.Address, "2.0");
    }

    private static async Task TrailersReachAsync(TestCertificates certificates, TestFolder folder, Uri upstream, string callersVersion)
    {
        await using var proxy = await TestProxy.StartAsync(
            OptionsWithTls(upstream, certificates, folder) with { CaFile = folder.Write("ca.pem", certificates.RootPem) });
        using var caller = CallerTrusting(certificates);
        using var request = new HttpRequestMessage(HttpMethod.Get, proxy.Address)
        {
            Version = Version.Parse(callersVersion),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        using var answer = await caller.SendAsync(request);

        await Assert.That(await answer.Content.ReadAsStringAsync()).IsEqualTo("hello");
        await Assert.That(answer.TrailingHeaders.GetValues("x-amz-checksum-crc32").Single()).IsEqualTo("NhCmhg==");
    }

    private static ProxyOptions OptionsWithTls(Uri upstream, TestCertificates certificates, TestFolder folder)
    {
        var leaf = certificates.Issue();
        return TestProxy.OptionsFor(upstream) with
        {
            CertFile = folder.Write("cert.pem", TestCertificates.Pem(leaf)),
            KeyFile = folder.Write("key.pem", TestCertificates.Pkcs8Pem(leaf)),
        };
    }

    private static Task<FakeAws> StartTlsAsync(
        TestCertificates certificates, HttpProtocols protocols, Func<HttpContext, AwsSigV4Proxy.Hosting.Demo.ReceivedRequest, Task>? answer = null) =>
        FakeAws.StartAsync(answer, listener =>
        {
            listener.Protocols = protocols;
            listener.UseHttps(TestCertificates.ForServer(certificates.Issue()));
        });

    private static HttpClient CallerTrusting(TestCertificates certificates) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        SslOptions = { CertificateChainPolicy = certificates.TrustingRoot() },
    });

    /// <summary>A body whose length its sender does not know.</summary>
    private sealed class NeverSeekable(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
