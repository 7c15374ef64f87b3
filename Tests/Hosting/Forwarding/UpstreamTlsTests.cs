using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using AwsSigV4Proxy.Hosting;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Forwarding;
using AwsSigV4Proxy.Tests.Fakes;
using Microsoft.AspNetCore.Http;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding;

/// <summary>Which upstream certificates are taken, seen from a client that connects with these options.</summary>
internal sealed class UpstreamTlsTests
{
    private readonly CollectingLogger _logger = new();

    [Test]
    public async Task Connect_CaNamesTheRoot_IsTrustedOverAnIntermediate()
    {
        using var authority = new TestCertificates();
        using var folder = new TestFolder();
        using var intermediate = authority.IssueAuthority();
        using var leaf = authority.Issue(intermediate);
        await using var server = await StartAsync(leaf, intermediate);

        await Assert.That(await GetAsync(server, CreateWithCa(folder, authority.RootPem))).IsEqualTo("hello");
    }

    [Test]
    public async Task Connect_CaHasSeveralRoots_TrustsEach()
    {
        using var folder = new TestFolder();
        using var first = new TestCertificates("First");
        using var second = new TestCertificates("Second");
        using var leaf = second.Issue();
        await using var server = await StartAsync(leaf);

        var options = CreateWithCa(folder, "# comment\n" + first.RootPem + "\n\n" + second.RootPem);

        await Assert.That(await GetAsync(server, options)).IsEqualTo("hello");
    }

    [Test]
    [Arguments("other root")]
    [Arguments("expired")]
    [Arguments("not yet valid")]
    [Arguments("not a server's")]
    [Arguments("other name")]
    public async Task Connect_CaButUnfitCertificate_IsRefused(string what)
    {
        using var folder = new TestFolder();
        using var authority = new TestCertificates();
        using var other = new TestCertificates();
        var now = DateTimeOffset.UtcNow;
        using var leaf = what switch
        {
            "other root" => other.Issue(),
            "expired" => authority.Issue(notBefore: now.AddDays(-2), notAfter: now.AddDays(-1)),
            "not yet valid" => authority.Issue(notBefore: now.AddDays(1), notAfter: now.AddDays(2)),
            "not a server's" => authority.Issue(purpose: "1.3.6.1.5.5.7.3.2"),
            _ => authority.Issue(),
        };
        await using var server = await StartAsync(leaf);

        await Assert.That(() => GetAsync(server, CreateWithCa(folder, authority.RootPem), what == "other name" ? "other.example" : "localhost"))
            .Throws<HttpRequestException>().WithInnerException().And.IsTypeOf<AuthenticationException>();
    }

    [Test]
    public async Task Connect_ByDefault_RefusesARootThatTheSystemDoesNotKnow()
    {
        using var authority = new TestCertificates();
        using var leaf = authority.Issue();
        await using var server = await StartAsync(leaf);

        await Assert.That(() => GetAsync(server, UpstreamTls.CreateOptions(Options(), _logger))).Throws<HttpRequestException>();
        await Assert.That(() => GetAsync(server, UpstreamTls.CreateSystemOptions(_logger))).Throws<HttpRequestException>();
    }

    [Test]
    public async Task Connect_WithoutVerification_TakesAnythingAndWarnsAtStart()
    {
        using var authority = new TestCertificates();
        using var leaf = authority.Issue(notBefore: DateTimeOffset.UtcNow.AddDays(-2), notAfter: DateTimeOffset.UtcNow.AddDays(-1));
        await using var server = await StartAsync(leaf);

        var options = UpstreamTls.CreateOptions(Options() with { VerifySsl = false }, _logger);

        await Assert.That(await GetAsync(server, options, "other.example")).IsEqualTo("hello");
        await Assert.That(_logger.Lines.Single()).StartsWith("Warning: --no-verify-ssl").And.Contains("https://upstream.example");
    }

    [Test]
    [Arguments("hello", "has no certificate in it")]
    [Arguments(null, "does not exist")]
    public async Task CreateOptions_UnusableCa_IsAnErrorAtStart(string? content, string expected)
    {
        using var folder = new TestFolder();

        var exception = await Assert.That(() => CreateWithCa(folder, content)).Throws<StartupException>();

        await Assert.That(exception!.Message).Contains(expected).And.Contains(folder["ca.pem"]).And.Contains("--ca");
    }

    [Test]
    public async Task Connect_SystemWithoutRoots_TrustsTheSubstituteOnly()
    {
        using var authority = new TestCertificates();
        using var other = new TestCertificates();
        using var intermediate = authority.IssueAuthority();
        using var leaf = authority.Issue(intermediate);
        using var foreign = other.Issue();
        using var expired = authority.Issue(notBefore: DateTimeOffset.UtcNow.AddDays(-2), notAfter: DateTimeOffset.UtcNow.AddDays(-1));
        await using var server = await StartAsync(leaf, intermediate);
        await using var foreignServer = await StartAsync(foreign);
        await using var expiredServer = await StartAsync(expired);
        var asked = 0;
        var options = WithSubstitute(() =>
        {
            asked++;
            return [authority.Root];
        });

        await Assert.That(await GetAsync(server, options)).IsEqualTo("hello");
        await Assert.That(() => GetAsync(foreignServer, options)).Throws<HttpRequestException>();
        await Assert.That(() => GetAsync(expiredServer, options)).Throws<HttpRequestException>();
        await Assert.That(() => GetAsync(server, options, "other.example")).Throws<HttpRequestException>();
        await Assert.That(asked).IsEqualTo(1);
    }

    [Test]
    public async Task Connect_SystemWithRoots_HasNoSubstitute()
    {
        using var authority = new TestCertificates();
        using var leaf = authority.Issue();
        await using var server = await StartAsync(leaf);

        await Assert.That(() => GetAsync(server, WithSubstitute(() => null))).Throws<HttpRequestException>();
    }

    private static SslClientAuthenticationOptions WithSubstitute(Func<X509Certificate2Collection?> find)
    {
        var trust = new SystemTrust(find);
        return new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = new() { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true },
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) => trust.Accepts(certificate, chain, errors),
        };
    }

    private SslClientAuthenticationOptions CreateWithCa(TestFolder folder, string? content)
    {
        if (content is not null)
            folder.Write("ca.pem", content);
        return UpstreamTls.CreateOptions(Options() with { CaFile = folder["ca.pem"] }, _logger);
    }

    private static ProxyOptions Options() => new()
    {
        ForwardTo = new UpstreamTarget("https", "upstream.example", 443, ""),
        Service = "es",
        Region = "eu-central-1",
    };

    private static Task<TestServer> StartAsync(X509Certificate2 certificate, params X509Certificate2[] chain) =>
        TestServer.StartAsync(context => context.Response.WriteAsync("hello"), certificate, chain);

    private static async Task<string?> GetAsync(TestServer server, SslClientAuthenticationOptions options, string? name = "localhost")
    {
        using var client = new HttpClient(new SocketsHttpHandler { SslOptions = options });
        using var request = new HttpRequestMessage(HttpMethod.Get, server.Address);
        // The name that the certificate is checked against, as the proxy sends the target's authority.
        request.Headers.Host = name;
        using var response = await client.SendAsync(request);
        return await response.Content.ReadAsStringAsync();
    }
}
