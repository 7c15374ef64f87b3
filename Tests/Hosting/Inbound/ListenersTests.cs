using System.Net;
using System.Net.Sockets;
using System.Text;
using AwsSigV4Proxy.Hosting;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Forwarding;
using AwsSigV4Proxy.Hosting.Inbound;
using AwsSigV4Proxy.Tests.Fakes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AwsSigV4Proxy.Tests.Hosting.Inbound;

/// <summary>Where the server listens, what it takes, and how the utility port is told from the proxy's.</summary>
internal sealed class ListenersTests
{
    [Test]
    public async Task Connection_OnTheUtilityPort_IsMarkedAndOthersAreNot()
    {
        await using var server = await TestServer.StartAsync(
            kestrel =>
            {
                Listeners.Configure(kestrel, Options(), null);
                Listeners.ListenForUtility(kestrel, new ListenAddress.Tcp(IPAddress.Loopback, 0));
            },
            context => context.Response.WriteAsync(context.Features.Get<IUtilityConnection>() is null ? "proxy" : "utility"));
        using var client = new HttpClient();

        await Assert.That(await client.GetStringAsync(server.Addresses[0])).IsEqualTo("proxy");
        await Assert.That(await client.GetStringAsync(server.Addresses[1])).IsEqualTo("utility");
    }

    [Test]
    [Arguments("127.0.0.1:8080", 9090, "127.0.0.1:9090")]
    [Arguments("0.0.0.0:8080", 9091, "0.0.0.0:9091")]
    [Arguments("[::1]:8080", 9090, "[::1]:9090")]
    [Arguments("localhost", 9090, "localhost:9090")]
    [Arguments("unix", 9090, "127.0.0.1:9090")]
    [Arguments("127.0.0.1:8080", 0, null)]
    public async Task UtilityAddress_ForAListenAddress_IsOnTheSameInterface(string listenOn, int port, string? expected)
    {
        var address = Listeners.UtilityAddress(Options(listenOn) with { UtilityPort = port });

        await Assert.That(address switch
        {
            ListenAddress.Tcp tcp => new IPEndPoint(tcp.Address, tcp.Port).ToString(),
            ListenAddress.Localhost localhost => $"localhost:{localhost.Port}",
            _ => null,
        }).IsEqualTo(expected);
    }

    [Test]
    public async Task Header_OfLatin1Bytes_ArrivesAndLeavesAsItWas()
    {
        await using var server = await TestServer.StartAsync(
            kestrel => Listeners.Configure(kestrel, Options(), null),
            context =>
            {
                context.Response.Headers["X-Echo"] = context.Request.Headers["X-Name"];
                return context.Response.CompleteAsync();
            });

        var answer = await SendAsync(server, [.. "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Name: caf"u8, 0xE9, 0xFF, .. "\r\n\r\n"u8]);

        await Assert.That(Encoding.Latin1.GetString(answer)).Contains("X-Echo: caf\u00E9\u00FF\r\n").And.DoesNotContain("Server:");
    }

    [Test]
    [Arguments(60_000, "200")]
    [Arguments(70_000, "414")]
    public async Task RequestLine_OfLength_IsTakenUpTo64KiB(int length, string status)
    {
        await using var server = await TestServer.StartAsync(
            kestrel => Listeners.Configure(kestrel, Options(), null), context => context.Response.CompleteAsync());

        var answer = await SendAsync(
            server, Encoding.ASCII.GetBytes($"GET /?q={new string('a', length)} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));

        await Assert.That(Encoding.Latin1.GetString(answer)).StartsWith($"HTTP/1.1 {status} ");
    }

    [Test]
    public async Task Limits_OfBodies_AreLeftToTheProxy()
    {
        var kestrel = new KestrelServerOptions();

        Listeners.Configure(kestrel, Options(), null);

        await Assert.That(kestrel.Limits.MaxRequestBodySize).IsNull();
        await Assert.That(kestrel.Limits.MinRequestBodyDataRate).IsNull();
        await Assert.That(kestrel.Limits.MinResponseDataRate).IsNull();
    }

    [Test]
    public async Task Localhost_PortZero_TakesAFreePort()
    {
        await using var server = await TestServer.StartAsync(
            kestrel => Listeners.Configure(kestrel, Options("localhost") with { ListenOn = new ListenAddress.Localhost(0) }, null),
            context => context.Response.WriteAsync("here"));
        using var client = new HttpClient();

        await Assert.That(await client.GetStringAsync(server.Address)).IsEqualTo("here");
    }

    [Test]
    public async Task UnixSocket_LeftByADeadProcess_IsReplacedAndServes()
    {
        using var folder = new TestFolder();
        var path = folder["proxy.sock"];
        // What a killed process leaves: a file that nobody listens on. Moved away, it escapes the removal on close.
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            dead.Bind(new UnixDomainSocketEndPoint(folder["dead.sock"]));
            File.Move(folder["dead.sock"], path);
        }

        await using var server = await TestServer.StartAsync(
            kestrel => Listeners.Configure(kestrel, Options() with { ListenOn = new ListenAddress.UnixSocket(path) }, null),
            context => context.Response.WriteAsync("over the socket"));
        using var client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancel) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });

        await Assert.That(await client.GetStringAsync(new Uri("http://anything/"))).IsEqualTo("over the socket");
    }

    [Test]
    public async Task UnixSocket_ThatAProcessListensOn_IsAnErrorAndStays()
    {
        using var folder = new TestFolder();
        var path = folder["proxy.sock"];
        using var live = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        live.Bind(new UnixDomainSocketEndPoint(path));
        live.Listen();

        var exception = await Assert.That(() => UnixSocketFile.RemoveStale(path)).Throws<StartupException>();

        await Assert.That(exception!.Message).Contains("Another process listens").And.Contains(path);
        await Assert.That(Path.Exists(path)).IsTrue();
    }

    [Test]
    public async Task UnixSocket_PathOfAnotherFile_IsAnErrorAndTheFileStays()
    {
        using var folder = new TestFolder();
        var path = folder.Write("notes.txt", "");

        var exception = await Assert.That(() => UnixSocketFile.RemoveStale(path)).Throws<StartupException>();

        await Assert.That(exception!.Message).Contains("not a socket");
        await Assert.That(File.Exists(path)).IsTrue();
        await Assert.That(() => UnixSocketFile.RemoveStale(folder.Path)).Throws<StartupException>();
        await Assert.That(() => UnixSocketFile.RemoveStale("/" + new string('a', 200))).Throws<StartupException>();
    }

    [Test]
    [Arguments("0.0.0.0:8080", false, true)]
    [Arguments("[::]:8080", false, true)]
    [Arguments("10.1.2.3:8080", false, true)]
    [Arguments("0.0.0.0:8080", true, false)]
    [Arguments("127.0.0.1:8080", false, false)]
    [Arguments("[::1]:8080", false, false)]
    [Arguments("localhost", false, false)]
    [Arguments("unix", false, false)]
    public async Task WarnIfOpen_ForAnAddress_WarnsWhenTheNetworkIsNotAskedWhoItIs(string listenOn, bool basicAuth, bool warns)
    {
        var logger = new CollectingLogger();

        Listeners.WarnIfOpen(Options(listenOn) with { BasicAuthFile = basicAuth ? "users" : null }, logger);

        await Assert.That(logger.Lines).Count().IsEqualTo(warns ? 1 : 0);
        if (warns)
            await Assert.That(logger.Lines[0]).StartsWith("Warning: ").And.Contains(listenOn).And.Contains("AWS credentials");
    }

    private static ProxyOptions Options(string listenOn = "127.0.0.1:0") => new()
    {
        ForwardTo = new UpstreamTarget("http", "upstream.example", 80, ""),
        Service = "es",
        Region = "eu-central-1",
        UtilityPort = 0,
        ListenOn = listenOn switch
        {
            "localhost" => new ListenAddress.Localhost(8080),
            "unix" => new ListenAddress.UnixSocket("/run/proxy.sock"),
            _ => IPEndPoint.Parse(listenOn) is var end ? new ListenAddress.Tcp(end.Address, end.Port) : null!,
        },
    };

    private static async Task<byte[]> SendAsync(TestServer server, byte[] request)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, server.Address.Port);
        await socket.SendAsync(request);
        var answer = new List<byte>();
        var buffer = new byte[4096];
        while (true)
        {
            int read;
            try
            {
                read = await socket.ReceiveAsync(buffer);
            }
            catch (SocketException) when (answer.Count > 0)
            {
                // The server closed with some of a refused request unread.
                break;
            }

            if (read == 0)
                break;
            answer.AddRange(buffer.AsSpan(0, read));
        }

        return [.. answer];
    }
}
