using System.Net;
using AwsSigV4Proxy.Tests.Fakes;
using Microsoft.AspNetCore.Http;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding;

/// <summary>Refusals in the middle of a body where one side speaks HTTP/2.</summary>
public class EarlyAnswerOverHttp2Tests
{
    [Test]
    [Arguments(false)]
    [Arguments(true)]
    public async Task Upstream_RefusesInTheMiddleOfTheBody_ACallerOfHttp2GetsThatAnswer(bool hasLength)
    {
        using var certificates = new TestCertificates();
        using var folder = new TestFolder();
        await using var upstream = TimedUpstream.Start(isTls: false, async call =>
        {
            await call.ReadHeadAsync();
            if (call.Head.StartsWith("PUT", StringComparison.Ordinal))
                await call.ReadBodyAsync(100_000);
            await call.AnswerAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 9\r\n\r\nBadDigest");
            await call.ReadToEndAsync();
        });
        var leaf = certificates.Issue();
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(upstream.Address, "vpc-lattice-svcs") with
        {
            CertFile = folder.Write("cert.pem", TestCertificates.Pem(leaf)),
            KeyFile = folder.Write("key.pem", TestCertificates.Pkcs8Pem(leaf)),
        });
        using var caller = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = { CertificateChainPolicy = certificates.TrustingRoot() },
        })
        {
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(proxy.Address, "/a"))
        {
            Version = HttpVersion.Version20,
            Content = new UnfinishedContent(1_000_000, hasLength ? 20_000_000 : null),
        };
        using var answer = await caller.SendAsync(request);
        using var next = await caller.GetAsync(new Uri(proxy.Address, "/next"));

        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.BadRequest);
        await Assert.That(await answer.Content.ReadAsStringAsync()).IsEqualTo("BadDigest");
        await Assert.That(next.StatusCode).IsEqualTo(HttpStatusCode.BadRequest);
        await upstream.Calls[0].Ended;
        await Assert.That(upstream.Calls[0].IsComplete).IsFalse();
    }

    [Test]
    [Arguments("s3")]
    [Arguments("vpc-lattice-svcs")]
    public async Task Upstream_OfHttp2RefusesInTheMiddleOfTheBody_TheCallerGetsThatAnswer(string service)
    {
        using var certificates = new TestCertificates();
        await using var upstream = await TestServer.StartAsync(
            async context =>
            {
                if (HttpMethods.IsGet(context.Request.Method))
                    return;
                await context.Request.Body.ReadExactlyAsync(new byte[100_000]);
                context.Response.StatusCode = context.Request.Protocol == HttpProtocol.Http2 ? 400 : 500;
                context.Response.ContentLength = 9;
                await context.Response.WriteAsync("BadDigest");
            },
            certificates.Issue());
        var upload = new Upload(service, "", IsTls: true);
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(upstream.Address, service) with { VerifySsl = false });
        await using var caller = await RawConnection.OpenAsync(proxy.Address);

        await upload.SendFirstAsync(caller);

        await Assert.That(await caller.ReadHeadAsync()).StartsWith("HTTP/1.1 400 ");
        await Assert.That(await caller.ReadAsync(9)).IsEqualTo("BadDigest");
        await upload.SendRestAsync(caller);
        await caller.WriteAsync("GET /next HTTP/1.1\r\nHost: localhost\r\n\r\n");
        await Assert.That(await caller.ReadHeadAsync()).StartsWith("HTTP/1.1 200 ");
    }

    /// <summary>A body that begins and never ends.</summary>
    private sealed class UnfinishedContent(int sentBytes, long? lengthBytes) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync(new byte[sentBytes], cancellationToken);
            await stream.FlushAsync(cancellationToken);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = lengthBytes ?? 0;
            return lengthBytes is not null;
        }
    }
}
