using System.Net;
using System.Net.Sockets;
using System.Text;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Tests.Fakes;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding.OddRequests;

/// <summary>Odd requests with HTTP/2 and TLS before the proxy, and behind it.</summary>
public class OddRequestsOverHttp2Tests
{
    [Test]
    [Arguments("s3")]
    [Arguments("es")]
    public async Task Request_OddFromAnHttp2Caller_ArrivesAsPromisedAndVerifies(string service)
    {
        using var certificates = new TestCertificates();
        using var folder = new TestFolder();
        await using var run = await OddRequestRun.StartAsync(service, options => WithCertificate(options, certificates, folder));
        using var caller = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            ActivityHeadersPropagator = null,
            RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
            SslOptions = { CertificateChainPolicy = certificates.TrustingRoot() },
        });

        List<string> failures = [];
        foreach (var request in (OddRequest[])[.. OddTargets.Chosen(), .. OddHeaders.Chosen().Where(IsForHttp2)])
        {
            using var message = Message(request, run.Address);
            using var answer = await caller.SendAsync(message, CancellationToken.None);
            var body = Encoding.Latin1.GetString(await answer.Content.ReadAsByteArrayAsync());
            if (run.Complaint(request, new RawMessage($"HTTP/1.1 {(int)answer.StatusCode} ", body), overHttp2: true) is { } complaint)
                failures.Add($"{request}\n    {complaint}");
        }

        await Assert.That(string.Join('\n', failures)).IsEmpty();
    }

    [Test]
    [Arguments("s3")]
    [Arguments("es")]
    public async Task Request_OddToAnHttp2Upstream_ArrivesAsPromisedAndVerifies(string service)
    {
        using var certificates = new TestCertificates();
        using var certificate = TestCertificates.ForServer(certificates.Issue());
        await using var aws = await FakeAws.StartAsync(listen: listener =>
        {
            listener.Protocols = HttpProtocols.Http2;
            listener.UseHttps(certificate);
        });
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address, service) with { VerifySsl = false });
        using var caller = new TcpClient();
        await caller.ConnectAsync(proxy.Address.Host, proxy.Address.Port);
        var answers = new RawMessageReader(caller.GetStream());

        List<string> failures = [];
        foreach (var request in (OddRequest[])[.. OddTargets.Chosen(), .. OddHeaders.Chosen()])
        {
            await caller.GetStream().WriteAsync(Encoding.Latin1.GetBytes(request.ToWire(proxy.Address.Authority)));
            var answer = await answers.ReadAsync();
            var received = await aws.NextAsync();
            var different = request.ArrivingLines().Select(RawMessage.Field).Where(field => received.Header(field.Key) != field.Value);
            if (answer is null || !answer.StartLine.Contains(" 200 ") || received.RawTarget != request.ArrivingTarget || different.Any())
                failures.Add($"{request}\n    {answer?.StartLine} {answer?.Body} {received.RawTarget} {string.Join(", ", different)}");
        }

        await Assert.That(string.Join('\n', failures)).IsEmpty();
    }

    /// <summary>Whether HTTP/2 has such a request (no fields of one connection) and .NET's client, as a caller, sends it.</summary>
    private static bool IsForHttp2(OddRequest request) => !request.HasLength && request.ArrivingFields == request.Fields;

    private static ProxyOptions WithCertificate(ProxyOptions options, TestCertificates certificates, TestFolder folder)
    {
        using var leaf = certificates.Issue();
        return options with
        {
            CertFile = folder.Write("cert.pem", TestCertificates.Pem(leaf)),
            KeyFile = folder.Write("key.pem", TestCertificates.Pkcs8Pem(leaf)),
        };
    }

    private static HttpRequestMessage Message(OddRequest request, Uri proxy)
    {
        var uri = new Uri(
            $"https://{proxy.Authority}{request.Target}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var message = new HttpRequestMessage(HttpMethod.Get, uri)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        // With what white space there is around values beyond the usual space: HTTP/2 does not take it away.
        foreach (var line in request.Fields.Split("\r\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var value = line.Split(':', 2)[1];
            message.Headers.TryAddWithoutValidation(line.Split(':')[0], value.StartsWith(' ') ? value[1..] : value);
        }

        return message;
    }
}
