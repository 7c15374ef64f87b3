using System.Net;
using System.Net.Security;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Signing.Endpoints;
using AwsSigV4Proxy.Tests.Fakes;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding;

/// <summary><c>--sign-host</c>: one host is dialled, another one is told that it is meant.</summary>
internal sealed class SignHostTests
{
    private const string SignHost = "abc.execute-api.eu-west-1.amazonaws.com";

    [Test]
    [Arguments(null, SignHost)]
    [Arguments(8443, SignHost + ":8443")]
    public async Task Request_OverHttp_IsSignedAndSentAsThatHost(int? port, string authority)
    {
        await using var aws = await FakeAws.StartAsync();
        var options = TestProxy.OptionsFor(aws.Address);
        await using var proxy = await TestProxy.StartAsync(
            options with { ForwardTo = options.ForwardTo!.SignedAs(new UrlAuthority(SignHost, port)) });

        using var answer = await proxy.Client.GetAsync("/x");

        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.OK);
        await Assert.That((await aws.NextAsync()).Header("host")).IsEqualTo(authority);
    }

    [Test]
    public async Task Request_OverTls_NamesThatHostAndChecksItsCertificate()
    {
        using var authority = new TestCertificates();
        using var folder = new TestFolder();
        using var certificate = authority.Issue(names: SignHost);
        string? named = null;
        await using var aws = await FakeAws.StartAsync(listen: listener => listener.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = context =>
            {
                named = context.ClientHelloInfo.ServerName;
                return new(new SslServerAuthenticationOptions { ServerCertificate = TestCertificates.ForServer(certificate) });
            },
        }));
        var options = TestProxy.OptionsFor(aws.Address) with { CaFile = folder.Write("root.pem", authority.RootPem) };
        await using var proxy = await TestProxy.StartAsync(
            options with { ForwardTo = options.ForwardTo!.SignedAs(new UrlAuthority(SignHost, null)) });

        using var answer = await proxy.Client.GetAsync("/x");

        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.OK);
        await Assert.That(named).IsEqualTo(SignHost);
        await Assert.That((await aws.NextAsync()).Header("host")).IsEqualTo(SignHost);
    }

    [Test]
    public async Task Request_CertificateOfTheDialledHostAlone_IsRefused()
    {
        using var authority = new TestCertificates();
        using var folder = new TestFolder();
        using var certificate = authority.Issue();
        await using var aws = await FakeAws.StartAsync(listen: listener => listener.UseHttps(TestCertificates.ForServer(certificate)));
        var options = TestProxy.OptionsFor(aws.Address) with { CaFile = folder.Write("root.pem", authority.RootPem) };
        await using var proxy = await TestProxy.StartAsync(
            options with { ForwardTo = options.ForwardTo!.SignedAs(new UrlAuthority(SignHost, null)) });

        using var answer = await proxy.Client.GetAsync("/x");

        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.BadGateway);
        await Assert.That(await answer.Content.ReadAsStringAsync()).Contains("\"code\":\"upstream_tls\"").And.Contains("the host in --sign-host");
    }

    [Test]
    public async Task Request_TheDialledHostIsGone_NamesIt()
    {
        var gone = FreePort.Find();
        var options = TestProxy.OptionsFor(new Uri($"http://127.0.0.1:{gone}"));
        await using var proxy = await TestProxy.StartAsync(
            options with { ForwardTo = options.ForwardTo!.SignedAs(new UrlAuthority(SignHost, null)) });

        using var answer = await proxy.Client.GetAsync("/x");

        await Assert.That(await answer.Content.ReadAsStringAsync()).Contains($"No connection to 127.0.0.1:{gone}: connection refused.");
    }

    [Test]
    public async Task Run_SignHost_TellsServiceAndRegion()
    {
        var seen = "";
        var sources = new SigningScopeSources(
            (string host, string path, out EndpointScope scope) =>
            {
                seen = $"{host} {path}";
                scope = new EndpointScope("execute-api", "eu-west-1");
                return EndpointAnswer.Found;
            },
            static _ => null);

        var run = await Commands.CommandLineRun.RunAsync(
            ["-f", "https://vpce-1.example/stage", "--sign-host", SignHost], scopeSources: sources);

        await Assert.That(run.Options!.Service).IsEqualTo("execute-api");
        await Assert.That(seen).IsEqualTo($"{SignHost} /stage");
        await Assert.That(run.Options!.ForwardTo!.Authority).IsEqualTo(SignHost);
    }
}
