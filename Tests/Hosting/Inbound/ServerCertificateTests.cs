using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using AwsSigV4Proxy.Hosting;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Files;
using AwsSigV4Proxy.Hosting.Forwarding;
using AwsSigV4Proxy.Hosting.Inbound;
using AwsSigV4Proxy.Tests.Fakes;
using Microsoft.AspNetCore.Http;

namespace AwsSigV4Proxy.Tests.Hosting.Inbound;

/// <summary>The listener's certificate: formats, the chain that is sent, renewal, and errors at start.</summary>
internal sealed class ServerCertificateTests
{
    private readonly CollectingLogger _logger = new();
    private readonly ManualTime _time = new();

    [Test]
    [Arguments("rsa", "pkcs8")]
    [Arguments("rsa", "traditional")]
    [Arguments("ec", "pkcs8")]
    [Arguments("ec", "traditional")]
    [Arguments("ec", "parameters")]
    public async Task Handshake_KeyFormat_IsAcceptedByAClientThatTrustsOnlyTheRoot(string algorithm, string format)
    {
        using var authority = new TestCertificates();
        using var folder = new TestFolder();
        using var upper = authority.IssueAuthority("Upper");
        using var lower = authority.IssueAuthority("Lower", upper);
        using var leaf = algorithm == "rsa" ? authority.IssueRsa(lower) : authority.Issue(lower);
        var key = format switch
        {
            "pkcs8" => TestCertificates.Pkcs8Pem(leaf),
            "traditional" => TestCertificates.TraditionalKeyPem(leaf),
            // As `openssl ecparam -genkey` writes it.
            _ => "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + TestCertificates.TraditionalKeyPem(leaf),
        };
        var certificate = Load(folder, TestCertificates.Pem(leaf, lower, upper), key);
        await using var server = await StartAsync(certificate);

        var (seen, protocol) = await HandshakeAsync(server, authority.Root, [SslApplicationProtocol.Http11]);

        await Assert.That(seen.Thumbprint).IsEqualTo(leaf.Thumbprint);
        await Assert.That(protocol).IsEqualTo(SslApplicationProtocol.Http11);
    }

    [Test]
    public async Task Request_OverTls_SpeaksHttp2WithHttpsScheme()
    {
        using var authority = new TestCertificates();
        using var folder = new TestFolder();
        using var leaf = authority.Issue();
        await using var server = await StartAsync(Load(folder, TestCertificates.Pem(leaf), TestCertificates.Pkcs8Pem(leaf)));
        using var client = new HttpClient(new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = Trust(authority.Root) } });

        using var request = new HttpRequestMessage(HttpMethod.Get, server.Address)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var response = await client.SendAsync(request);

        await Assert.That(await response.Content.ReadAsStringAsync()).IsEqualTo("https HTTP/2");
    }

    [Test]
    public async Task Handshake_FilesReplaced_ShowsTheNewCertificateAndOldConnectionsLive()
    {
        using var authority = new TestCertificates();
        using var folder = new TestFolder();
        using var first = authority.Issue(subject: "first");
        using var second = authority.IssueRsa();
        await using var server = await StartAsync(Load(folder, TestCertificates.Pem(first), TestCertificates.Pkcs8Pem(first)));
        using var client = new HttpClient(new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = Trust(authority.Root) } });
        await client.GetStringAsync(server.Address);

        Write(folder, TestCertificates.Pem(second), TestCertificates.Pkcs8Pem(second), 2);
        _time.Advance(FileBacked<string>.CheckInterval);
        var (seen, _) = await HandshakeAsync(server, authority.Root, []);

        await Assert.That(seen.Thumbprint).IsEqualTo(second.Thumbprint);
        await Assert.That(await client.GetStringAsync(server.Address)).IsEqualTo("https HTTP/1.1");
    }

    [Test]
    public async Task Handshake_OnlyTheCertificateReplacedYet_ShowsTheOldOneUntilTheKeyFollows()
    {
        using var authority = new TestCertificates();
        using var folder = new TestFolder();
        using var first = authority.Issue();
        using var second = authority.Issue();
        var certificate = Load(folder, TestCertificates.Pem(first), TestCertificates.Pkcs8Pem(first));
        await using var server = await StartAsync(certificate);

        Write(folder, TestCertificates.Pem(second), TestCertificates.Pkcs8Pem(first), 2);
        _time.Advance(FileBacked<string>.CheckInterval);
        var (between, _) = await HandshakeAsync(server, authority.Root, []);
        Write(folder, TestCertificates.Pem(second), TestCertificates.Pkcs8Pem(second), 3);
        _time.Advance(FileBacked<string>.CheckInterval);
        var (after, _) = await HandshakeAsync(server, authority.Root, []);

        await Assert.That(between.Thumbprint).IsEqualTo(first.Thumbprint);
        await Assert.That(after.Thumbprint).IsEqualTo(second.Thumbprint);
        await Assert.That(_logger.Lines).Count().IsEqualTo(2);
    }

    [Test]
    [Arguments("no certificate", "server.crt that --cert names has no certificate in it")]
    [Arguments("broken certificate", "server.crt that --cert names has a certificate that cannot be read")]
    [Arguments("missing certificate", "server.crt that --cert names does not exist")]
    [Arguments("missing key", "server.key that --key names does not exist")]
    [Arguments("no key", "server.key that --key names has no private key in it")]
    [Arguments("encrypted key", "server.key that --key names is encrypted")]
    [Arguments("traditional encrypted key", "server.key that --key names is encrypted")]
    [Arguments("other key", "server.key that --key names does not belong to the certificate CN=localhost")]
    [Arguments("key of another kind", "server.key that --key names does not belong to the certificate CN=localhost")]
    [Arguments("chain before leaf", "server.key that --key names does not belong to the certificate CN=Test intermediate")]
    [Arguments("damaged key", "server.key that --key names does not belong to the certificate CN=localhost, or is damaged")]
    public async Task Load_UnusableFile_SaysWhichAndWhyAndNeverTheKey(string what, string expected)
    {
        using var authority = new TestCertificates();
        using var folder = new TestFolder();
        using var intermediate = authority.IssueAuthority();
        using var leaf = authority.Issue(intermediate);
        using var other = authority.Issue();
        using var rsa = authority.IssueRsa();
        var pem = TestCertificates.Pem(leaf);
        var key = TestCertificates.Pkcs8Pem(leaf);
        (pem, key) = what switch
        {
            "no certificate" => ("hello", key),
            "broken certificate" => (pem + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", key),
            "missing certificate" => (null, key),
            "missing key" => (pem, null),
            "no key" => (pem, pem),
            "encrypted key" => (pem, TestCertificates.EncryptedKeyPem(leaf, "secret")),
            "traditional encrypted key" => (pem, key.Replace("-----\n", "-----\nProc-Type: 4,ENCRYPTED\n", StringComparison.Ordinal)),
            "other key" => (pem, TestCertificates.Pkcs8Pem(other)),
            "key of another kind" => (pem, TestCertificates.TraditionalKeyPem(rsa)),
            "chain before leaf" => (TestCertificates.Pem(intermediate, leaf), key),
            "damaged key" => (pem, key.Replace("MIG", "MIA", StringComparison.Ordinal)),
            _ => throw new ArgumentOutOfRangeException(nameof(what)),
        };

        var exception = await Assert.That(() => Load(folder, pem, key)).Throws<StartupException>();

        await Assert.That(exception!.Message).Contains(expected);
        await Assert.That(exception.Hint).IsNotEmpty();
        var secret = TestCertificates.Pkcs8Pem(leaf).Split('\n')[2];
        await Assert.That(exception.ToString() + exception.Hint).DoesNotContain(secret);
    }

    [Test]
    [Arguments(-3, -2, "expired at")]
    [Arguments(2, 3, "is valid from")]
    [Arguments(-1, 1, null)]
    public async Task Load_OutsideValidity_Warns(int fromDays, int toDays, string? expected)
    {
        using var authority = new TestCertificates();
        using var folder = new TestFolder();
        var now = DateTimeOffset.UtcNow;
        using var leaf = authority.Issue(notBefore: now.AddDays(fromDays), notAfter: now.AddDays(toDays));

        Load(folder, TestCertificates.Pem(leaf), TestCertificates.Pkcs8Pem(leaf));

        if (expected is null)
            await Assert.That(_logger.Lines).IsEmpty();
        else
            await Assert.That(_logger.Lines.Single()).StartsWith("Warning: ").And.Contains(expected);
    }

    private static void Write(TestFolder folder, string? certificate, string? key, int version)
    {
        foreach (var (name, text) in new[] { ("server.crt", certificate), ("server.key", key) })
        {
            if (text is null)
                continue;
            folder.Write(name, text);
            File.SetLastWriteTimeUtc(folder[name], DateTime.UnixEpoch.AddDays(version));
        }
    }

    private ServerCertificate Load(TestFolder folder, string? certificate, string? key)
    {
        Write(folder, certificate, key, 1);
        return new ServerCertificate(folder["server.crt"], folder["server.key"], _logger, _time);
    }

    private static Task<TestServer> StartAsync(ServerCertificate certificate) => TestServer.StartAsync(
        kestrel => Listeners.Configure(
            kestrel,
            new ProxyOptions
            {
                ForwardTo = new UpstreamTarget("http", "upstream.example", 80, ""),
                Service = "es",
                Region = "eu-central-1",
                ListenOn = new ListenAddress.Tcp(IPAddress.Loopback, 0),
                UtilityPort = 0,
            },
            certificate),
        context => context.Response.WriteAsync($"{context.Request.Scheme} {context.Request.Protocol}"));

    private static X509ChainPolicy Trust(X509Certificate2 root) => new()
    {
        RevocationMode = X509RevocationMode.NoCheck,
        DisableCertificateDownloads = true,
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        CustomTrustStore = { root },
    };

    private static async Task<(X509Certificate2 Certificate, SslApplicationProtocol Protocol)> HandshakeAsync(
        TestServer server, X509Certificate2 root, List<SslApplicationProtocol> protocols)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, server.Address.Port);
        await using var tls = new SslStream(new NetworkStream(socket));
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            CertificateChainPolicy = Trust(root),
            ApplicationProtocols = protocols,
        });
        return (new X509Certificate2(tls.RemoteCertificate!), tls.NegotiatedApplicationProtocol);
    }
}
