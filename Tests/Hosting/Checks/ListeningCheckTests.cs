using System.Net;
using System.Net.Sockets;
using AwsSigV4Proxy.Hosting.Checks;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Tests.Fakes;

namespace AwsSigV4Proxy.Tests.Hosting.Checks;

internal sealed class ListeningCheckTests
{
    private static readonly ProxyOptions Options = TestProxy.OptionsFor(new Uri("http://127.0.0.1:9"));

    [Test]
    public async Task Run_AddressesFree_NamesThemAndLeavesThemFree()
    {
        using var folder = new TestFolder();
        var (port, utility) = (FreePort.Find(), FreePort.Find());
        ListenAddress[] addresses =
        [
            new ListenAddress.Tcp(IPAddress.Loopback, port), new ListenAddress.Tcp(IPAddress.Any, port),
            new ListenAddress.Localhost(port), new ListenAddress.UnixSocket(Path.Combine(folder.Path, "socket")),
        ];
        foreach (var address in addresses)
        {
            for (var run = 1; run <= 2; run++)
            {
                var result = await RunAsync(Options with { ListenOn = address, UtilityPort = utility });

                await Assert.That(result.Mark).IsEqualTo(CheckMark.Ok);
                await Assert.That(result.Found).StartsWith($"{address}, utility port {utility}: free");
                await Assert.That(result.Found.Contains("every machine", StringComparison.Ordinal)).IsEqualTo(!address.IsLoopback);
            }
        }

        await Assert.That(Directory.EnumerateFileSystemEntries(folder.Path)).IsEmpty();
    }

    [Test]
    public async Task Run_PortTakenBySomethingElse_Fails()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var taken = ((IPEndPoint)other.LocalEndpoint).Port;
        var address = new ListenAddress.Tcp(IPAddress.Loopback, taken);

        var asProxy = await RunAsync(Options with { ListenOn = address, UtilityPort = 0 });
        var asUtility = await RunAsync(Options with { ListenOn = new ListenAddress.Tcp(IPAddress.Loopback, 0), UtilityPort = taken });

        await Assert.That((asProxy.Mark, asUtility.Mark)).IsEqualTo((CheckMark.Failed, CheckMark.Failed));
        await Assert.That(asProxy.Found).StartsWith($"127.0.0.1:{taken}: ");
        await Assert.That(asUtility.Found).StartsWith($"127.0.0.1:{taken}: ");
    }

    [Test]
    public async Task Run_AddressOfAnotherMachine_Fails()
    {
        var result = await RunAsync(Options with { ListenOn = new ListenAddress.Tcp(IPAddress.Parse("203.0.113.1"), 0), UtilityPort = 0 });

        await Assert.That(result.Mark).IsEqualTo(CheckMark.Failed);
    }

    [Test]
    public async Task Run_ProxyIsRunningThere_IsWell()
    {
        await using var upstream = await RecordingUpstream.StartAsync();
        var options = Options with { ListenOn = new ListenAddress.Tcp(IPAddress.Loopback, FreePort.Find()), UtilityPort = FreePort.Find() };
        await using var proxy = await TestProxy.StartAsync(options);

        var result = await RunAsync(options);

        await Assert.That(result.Mark).IsEqualTo(CheckMark.Ok);
        await Assert.That(result.Found).IsEqualTo($"{options.ListenOn}: a proxy is running there");
    }

    [Test]
    public async Task Run_SocketOfAnotherProcess_Fails()
    {
        using var folder = new TestFolder();
        var path = Path.Combine(folder.Path, "socket");
        using var other = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        other.Bind(new UnixDomainSocketEndPoint(path));
        other.Listen();

        var result = await RunAsync(Options with { ListenOn = new ListenAddress.UnixSocket(path), UtilityPort = 0 });

        await Assert.That(result.Mark).IsEqualTo(CheckMark.Failed);
        await Assert.That(result.Found).Contains(path);
    }

    [Test]
    public async Task Run_FilesThatCannotBeUsed_Fail()
    {
        using var certificates = new TestCertificates();
        using var folder = new TestFolder();
        var nothing = folder.Write("nothing", "nothing");

        var certificate = await RunAsync(Options with { CertFile = nothing, KeyFile = nothing });
        var passwords = await RunAsync(Options with { BasicAuthFile = nothing });

        await Assert.That((certificate.Mark, passwords.Mark)).IsEqualTo((CheckMark.Failed, CheckMark.Failed));
        await Assert.That(certificate.Found).Contains(nothing);
        await Assert.That(passwords.Found).Contains(nothing);
        await Assert.That(certificate.Next).IsNotNull();
    }

    private static Task<CheckResult> RunAsync(ProxyOptions options) => new ListeningCheck(options, TimeProvider.System).RunAsync();
}
