using System.Net;
using System.Net.Sockets;
using AwsSigV4Proxy.Hosting.Forwarding;
using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Tests.Fakes;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding;

/// <summary>Requests that would arrive as other ones than were sent and signed: refused, and never sent.</summary>
public class ForwardableRequestTests
{
    [Test]
    [Arguments("/a b")]
    [Arguments("/a?b c")]
    [Arguments("/\t")]
    [Arguments("/\u0001")]
    [Arguments("/\u007F")]
    [Arguments("/caf\u00E9")]
    [Arguments("/?q=\u00E9")]
    [Arguments("/\u0080")]
    [Arguments("/日本")]
    public async Task Target_BeyondPrintableAscii_IsRefused(string target) =>
        await Assert.That(() => ForwardableRequest.CheckTarget(RequestTarget.FromCaller(target))).Throws<ProxyException>();

    [Test]
    public async Task Target_PrintableAscii_Passes()
    {
        var all = new string([.. Enumerable.Range('!', '~' - '!' + 1).Select(c => (char)c)]);

        ForwardableRequest.CheckTarget(RequestTarget.FromCaller($"/{all}?{all}"));
        await Assert.That(all.Length).IsEqualTo(94);
    }

    [Test]
    [Arguments("/admin HTTP/1.1 ")]
    [Arguments("/a\tb")]
    public async Task Target_OverHttp2WithWhatHttp1CannotCarry_IsRefused(string target)
    {
        using var certificates = new TestCertificates();
        using var folder = new TestFolder();
        await using var aws = await FakeAws.StartAsync();
        var leaf = certificates.Issue();
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address) with
        {
            CertFile = folder.Write("cert.pem", TestCertificates.Pem(leaf)),
            KeyFile = folder.Write("key.pem", TestCertificates.Pkcs8Pem(leaf)),
        });
        using var caller = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = { CertificateChainPolicy = certificates.TrustingRoot() },
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(
            $"https://{proxy.Address.Authority}{target}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        using var answer = await caller.SendAsync(request);

        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.BadRequest);
        await Assert.That(aws.WasVisited).IsFalse();
    }

    [Test]
    [Arguments("CONNECT /x HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    [Arguments("PUT / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n")]
    [Arguments("PUT / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n")]
    [Arguments("PUT / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n")]
    [Arguments("PUT / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nfffffffff\r\n")]
    [Arguments("PUT / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nTrailer: x-amz-checksum-crc32\r\n\r\n1\r\na\r\n0\r\nx-amz-checksum-crc32: AAAA\r\n\r\n")]
    public async Task Request_ThatWouldArriveAsAnother_IsRefused(string request)
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address));

        var head = await RawCaller.HeadOfAnswerAsync(proxy.Address, request);

        await Assert.That(head).StartsWith("HTTP/1.1 400 ");
        await Assert.That(aws.WasVisited).IsFalse();
    }

    [Test]
    public async Task Credentials_Missing_AreToldBeforeTheBodyIsAskedFor()
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address), new NoCredentials());

        var head = await RawCaller.HeadOfAnswerAsync(proxy.Address,
            "PUT / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");

        await Assert.That(head).StartsWith("HTTP/1.1 503 ");
    }

    [Test]
    public async Task Upload_SlowerThanTheRequestTimeout_IsNotLimitedByIt()
    {
        await using var aws = await FakeAws.StartAsync();
        var timeout = TimeSpan.FromMilliseconds(300);
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address, "s3") with { RequestTimeout = timeout });
        using var caller = new TcpClient();
        await caller.ConnectAsync(proxy.Address.Host, proxy.Address.Port);
        var stream = caller.GetStream();

        // Passes as it arrives, so that the upstream request is under way while the caller takes its time.
        await stream.WriteAsync("PUT /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\nx-amz-content-sha256: UNSIGNED-PAYLOAD\r\n\r\n01234"u8.ToArray());
        await Task.Delay(timeout * 3);
        await stream.WriteAsync("56789"u8.ToArray());

        await Assert.That(await RawUpstream.ReadHeadAsync(stream, CancellationToken.None)).StartsWith("HTTP/1.1 200 ");
    }

    [Test]
    public async Task Upload_AnsweredEarlyByS3_GetsThatAnswer()
    {
        // Says no to the head, and never reads the body: more than any socket buffer would swallow.
        await using var upstream = RawUpstream.Start(async (stream, stop) =>
        {
            await RawUpstream.ReadHeadAsync(stream, stop);
            await stream.WriteAsync("HTTP/1.1 412 Precondition Failed\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), stop);
        });
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(upstream.Address, "s3"));

        using var answer = await proxy.Client.PutAsync("/a", new ByteArrayContent(new byte[20_000_000]));

        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.PreconditionFailed);
    }

    [Test]
    public async Task Cookies_OfTheUpstream_AreNotKept()
    {
        await using var aws = await FakeAws.StartAsync((context, _) =>
        {
            context.Response.Headers.SetCookie = "session=1";
            return Task.CompletedTask;
        });
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address));

        (await proxy.Client.GetAsync("/")).Dispose();
        (await proxy.Client.GetAsync("/")).Dispose();

        await aws.NextAsync();
        await Assert.That((await aws.NextAsync()).Header("cookie")).IsNull();
    }

    [Test]
    [Arguments("HTTP/1.1 204 No Content\r\nTrailer: x\r\n\r\n", "HTTP/1.1 204 ")]
    [Arguments("HTTP/1.1 304 Not Modified\r\nTrailer: x\r\n\r\n", "HTTP/1.1 304 ")]
    public async Task Answer_WithoutBodyThatAnnouncesTrailers_Passes(string upstreams, string status)
    {
        await using var upstream = RawUpstream.Answering(upstreams);
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(upstream.Address));

        await Assert.That(await RawCaller.GetAsync(proxy.Address, "/")).StartsWith(status);
    }
}
