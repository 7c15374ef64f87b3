using System.Net;
using AwsSigV4Proxy.Hosting.Demo;
using AwsSigV4Proxy.Tests.Fakes;
using Microsoft.AspNetCore.Http;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding;

/// <summary>
/// Calls shaped as gRPC's (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md), HTTP/2 on both sides: messages go
/// both ways at once, each as soon as it is there, and the answer's status stands in its trailers.
/// </summary>
public class GrpcShapedTests
{
    [Test]
    public async Task Call_WithMessagesBothWaysAtOnce_PassesEachAsItComes()
    {
        // Each side sends its next message only after it has the other's: held back, one of them would wait for ever.
        ReceivedRequest? head = null;
        await using var run = await Run.StartAsync("vpc-lattice-svcs", async context =>
        {
            head = new ReceivedRequest(context.Request.Method, context.Request.Path,
                [.. context.Request.Headers.SelectMany(h => h.Value.Select(v => KeyValuePair.Create(h.Key, v!)))], []);
            context.Response.ContentType = "application/grpc";
            var message = new byte[5];
            for (var i = 0; i < 5; i++)
            {
                await context.Request.Body.ReadExactlyAsync(message);
                message[0] += 100;
                await context.Response.Body.WriteAsync(message);
                await context.Response.Body.FlushAsync();
            }

            context.Response.AppendTrailer("grpc-status", "0");
            context.Response.AppendTrailer("grpc-message", "fine");
        });
        var call = new DuplexContent();

        var sending = run.SendAsync(call);
        var body = await call.Stream;
        await body.WriteAsync(new byte[] { 0, 9, 9, 9, 9 });
        await body.FlushAsync();
        using var answer = await sending;
        await using var answers = await answer.Content.ReadAsStreamAsync();
        var received = new byte[5];
        for (byte i = 0; i < 5; i++)
        {
            await answers.ReadExactlyAsync(received);
            await Assert.That(received[0]).IsEqualTo((byte)(i + 100));
            if (i == 4)
                break;
            await body.WriteAsync(new byte[] { (byte)(i + 1), 9, 9, 9, 9 });
            await body.FlushAsync();
        }

        call.End();
        await Assert.That(await answers.ReadAsync(received)).IsEqualTo(0);
        await Assert.That(answer.Version).IsEqualTo(HttpVersion.Version20);
        await Assert.That(answer.TrailingHeaders.GetValues("grpc-status").Single()).IsEqualTo("0");
        await Assert.That(answer.TrailingHeaders.GetValues("grpc-message").Single()).IsEqualTo("fine");
        await Assert.That(head!.Header("te")).IsEqualTo("trailers");
        await Assert.That(head.Header("x-amz-content-sha256")).IsEqualTo("UNSIGNED-PAYLOAD");
    }

    [Test]
    [Arguments("es")]
    [Arguments("vpc-lattice-svcs")]
    public async Task Call_OfOneMessage_GetsItsAnswerAndItsTrailers(string service)
    {
        await using var run = await Run.StartAsync(service, async context =>
        {
            await context.Request.Body.CopyToAsync(context.Response.Body);
            context.Response.AppendTrailer("grpc-status", "5");
        });

        using var answer = await run.SendAsync(new ByteArrayContent([0, 0, 0, 0, 1, 7]));

        await Assert.That(await answer.Content.ReadAsByteArrayAsync()).IsEquivalentTo(new byte[] { 0, 0, 0, 0, 1, 7 });
        await Assert.That(answer.TrailingHeaders.GetValues("grpc-status").Single()).IsEqualTo("5");
    }

    [Test]
    public async Task Answer_OfTrailersAlone_PassesBeforeTheRequestHasEnded()
    {
        await using var run = await Run.StartAsync("vpc-lattice-svcs", async context =>
        {
            context.Response.ContentType = "application/grpc";
            context.Response.AppendTrailer("grpc-status", "16");
            await context.Response.CompleteAsync();
        });
        var call = new DuplexContent();

        // The request never ends.
        using var answer = await run.SendAsync(call);

        await Assert.That(await answer.Content.ReadAsByteArrayAsync()).IsEmpty();
        await Assert.That(answer.TrailingHeaders.GetValues("grpc-status").Single()).IsEqualTo("16");
        call.End();
    }

    [Test]
    public async Task Call_ThatItsCallerCancels_EndsUpstream()
    {
        var (begun, ended) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var run = await Run.StartAsync("vpc-lattice-svcs", async context =>
        {
            context.RequestAborted.Register(ended.SetResult);
            begun.SetResult();
            await ended.Task;
        });
        using var cancel = new CancellationTokenSource();

        var sending = run.SendAsync(new DuplexContent(), cancel.Token);
        await begun.Task;
        await cancel.CancelAsync();

        await ended.Task;
        await Assert.That(async () => await sending).Throws<OperationCanceledException>();
    }

    [Test]
    public async Task Call_ThatTheUpstreamResets_IsResetForTheCaller()
    {
        var callerHasHeaders = new TaskCompletionSource();
        await using var run = await Run.StartAsync("vpc-lattice-svcs", async context =>
        {
            await context.Response.Body.WriteAsync(new byte[] { 1 });
            await context.Response.Body.FlushAsync();
            await callerHasHeaders.Task;
            context.Abort();
        });
        var call = new DuplexContent();

        using var answer = await run.SendAsync(call);
        callerHasHeaders.SetResult();

        await Assert.That(async () => await answer.Content.ReadAsByteArrayAsync()).Throws<HttpRequestException>();
        call.End();
    }

    /// <summary>A caller, the proxy and an upstream, HTTP/2 over TLS in between.</summary>
    private sealed class Run : IAsyncDisposable
    {
        private readonly TestCertificates _certificates = new();
        private readonly TestFolder _folder = new();
        private TestServer _upstream = null!;
        private TestProxy _proxy = null!;
        private HttpClient _caller = null!;

        public static async Task<Run> StartAsync(string service, RequestDelegate answer)
        {
            var run = new Run();
            run._upstream = await TestServer.StartAsync(answer, run._certificates.Issue());
            var leaf = run._certificates.Issue();
            run._proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(run._upstream.Address, service) with
            {
                CaFile = run._folder.Write("ca.pem", run._certificates.RootPem),
                CertFile = run._folder.Write("cert.pem", TestCertificates.Pem(leaf)),
                KeyFile = run._folder.Write("key.pem", TestCertificates.Pkcs8Pem(leaf)),
            });
            run._caller = new HttpClient(new SocketsHttpHandler
            {
                UseProxy = false,
                SslOptions = { CertificateChainPolicy = run._certificates.TrustingRoot() },
            });
            return run;
        }

        public async Task<HttpResponseMessage> SendAsync(HttpContent content, CancellationToken cancellationToken = default)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"https://{_proxy.Address.Authority}/pkg.Service/Method")
            {
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                Content = content,
            };
            content.Headers.ContentType = new("application/grpc");
            request.Headers.Add("te", "trailers");
            return await _caller.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            _caller.Dispose();
            await _proxy.DisposeAsync();
            await _upstream.DisposeAsync();
            _folder.Dispose();
            _certificates.Dispose();
        }
    }

    /// <summary>A body that the test writes when it likes.</summary>
    private sealed class DuplexContent : HttpContent
    {
        private readonly TaskCompletionSource<Stream> _stream = new();
        private readonly TaskCompletionSource _end = new();

        /// <summary>Where to write it, once the request is under way.</summary>
        public Task<Stream> Stream => _stream.Task;

        /// <summary>Ends it.</summary>
        public void End() => _end.TrySetResult();

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            // The client keeps the head back until there is something behind it.
            await stream.FlushAsync(cancellationToken);
            _stream.SetResult(stream);
            await _end.Task.WaitAsync(cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
