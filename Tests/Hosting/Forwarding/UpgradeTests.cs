using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Demo;
using AwsSigV4Proxy.Tests.Fakes;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding;

/// <summary>A WebSocket through the proxy: its handshake is signed, its messages pass both ways, its end is passed on.</summary>
public class UpgradeTests
{
    [Test]
    [Arguments("1.1", "header", "execute-api")]
    [Arguments("1.1", "query", "execute-api")]
    [Arguments("1.1", "query", "iotdevicegateway")]
    [Arguments("2.0", "header", "execute-api")]
    [Arguments("2.0", "query", "transcribe")]
    public async Task WebSocket_Handshake_IsSignedAndMessagesPassBothWays(string callersHttp, string location, string service)
    {
        using var tls = new CallersTls();
        await using var upstream = new SocketUpstream(async (socket, stop) =>
        {
            var message = await ReceiveAsync(socket, stop);
            await socket.SendAsync(message, WebSocketMessageType.Text, true, stop);
            await ReceiveAsync(socket, stop);
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", stop);
        });
        await using var proxy = await TestProxy.StartAsync(tls.Serve(TestProxy.OptionsFor(upstream.Address, service) with
        {
            SignLocation = NamedValues.SignLocation.Parse(location),
        }));
        using var caller = await tls.ConnectAsync(proxy, "/socket?a=b", new Version(callersHttp));

        await caller.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, CancellationToken.None);
        var echo = await ReceiveAsync(caller, CancellationToken.None);
        await caller.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);

        await Assert.That(upstream.Refusal).IsNull();
        await Assert.That(Encoding.UTF8.GetString(echo)).IsEqualTo("hello");
        await Assert.That(caller.CloseStatusDescription).IsEqualTo("bye");
    }

    [Test]
    public async Task WebSocket_LargeMessages_PassWholeBothWays()
    {
        var message = RandomNumberGenerator.GetBytes(3_000_000);
        await using var upstream = new SocketUpstream(async (socket, stop) =>
            await socket.SendAsync(await ReceiveAsync(socket, stop), WebSocketMessageType.Binary, true, stop));
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(upstream.Address));
        using var caller = new ClientWebSocket();
        await caller.ConnectAsync(new Uri($"ws://{proxy.Address.Authority}/"), CancellationToken.None);

        await caller.SendAsync(message, WebSocketMessageType.Binary, true, CancellationToken.None);

        await Assert.That((await ReceiveAsync(caller, CancellationToken.None)).AsSpan().SequenceEqual(message)).IsTrue();
    }

    [Test]
    public async Task WebSocket_CallerGoesAway_TheUpstreamsConnectionEnds()
    {
        var ended = new TaskCompletionSource();
        await using var upstream = new SocketUpstream(async (socket, stop) =>
        {
            try
            {
                await ReceiveAsync(socket, stop);
            }
            catch (WebSocketException)
            {
                ended.SetResult();
            }
        });
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(upstream.Address));
        using (var caller = new ClientWebSocket())
        {
            await caller.ConnectAsync(new Uri($"ws://{proxy.Address.Authority}/"), CancellationToken.None);
            caller.Abort();
        }

        await ended.Task;
    }

    [Test]
    public async Task WebSocket_UpstreamGoesAway_TheCallersConnectionEnds()
    {
        await using var upstream = new SocketUpstream((_, _) => Task.CompletedTask);
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(upstream.Address));
        using var caller = new ClientWebSocket();
        await caller.ConnectAsync(new Uri($"ws://{proxy.Address.Authority}/"), CancellationToken.None);

        await Assert.That(async () => await ReceiveAsync(caller, CancellationToken.None)).Throws<WebSocketException>();
    }

    [Test]
    public async Task WebSocket_InWhichNothingIsSaid_IsCutAfterTheIdleTimeout()
    {
        await using var upstream = new SocketUpstream((_, stop) => Task.Delay(Timeout.Infinite, stop));
        await using var proxy = await TestProxy.StartAsync(
            TestProxy.OptionsFor(upstream.Address) with { IdleTimeout = TimeSpan.FromMilliseconds(300) });
        using var caller = new ClientWebSocket();
        caller.Options.KeepAliveInterval = TimeSpan.Zero;
        await caller.ConnectAsync(new Uri($"ws://{proxy.Address.Authority}/"), CancellationToken.None);

        await Assert.That(async () => await ReceiveAsync(caller, CancellationToken.None)).Throws<WebSocketException>();
    }

    [Test]
    public async Task Upgrade_ThatTheUpstreamRefuses_GivesItsAnswer()
    {
        await using var upstream = RawUpstream.Answering("HTTP/1.1 403 Forbidden\r\nContent-Length: 9\r\n\r\nForbidden");
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(upstream.Address));

        await using var caller = await RawConnection.OpenAsync(proxy.Address);

        await caller.WriteAsync(
            "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");

        await Assert.That(await caller.ReadHeadAsync()).StartsWith("HTTP/1.1 403 ");
        await Assert.That(await caller.ReadAsync(9)).IsEqualTo("Forbidden");
    }

    [Test]
    public async Task Upgrade_ToAnotherProtocol_IsAnOrdinaryRequest()
    {
        // What Java's HttpClient asks of every server without TLS.
        string? head = null;
        await using var upstream = RawUpstream.Answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", h => head = h);
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(upstream.Address));

        var answer = await RawCaller.HeadOfAnswerAsync(proxy.Address,
            "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA\r\n\r\n");

        await Assert.That(answer).StartsWith("HTTP/1.1 200 ");
        await Assert.That(head).DoesNotContain("Upgrade").And.DoesNotContain("HTTP2-Settings");
    }

    /// <summary>One message, whole; empty at the other side's close.</summary>
    private static async Task<byte[]> ReceiveAsync(WebSocket socket, CancellationToken stop)
    {
        var (message, buffer) = (new MemoryStream(), new byte[65_536]);
        ValueWebSocketReceiveResult part;
        do
        {
            part = await socket.ReceiveAsync(buffer.AsMemory(), stop);
            message.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        return message.ToArray();
    }

    /// <summary>An upstream that takes WebSockets (RFC 6455, 4.2.2), and keeps what is wrong with the signature of the last one.</summary>
    private sealed class SocketUpstream : IAsyncDisposable
    {
        private static readonly SignatureVerifier Verifier = new(
            TestProxy.Credentials.AccessKeyId, TestProxy.Credentials.SecretAccessKey, TestProxy.Credentials.SessionToken, TimeProvider.System);

        private readonly RawUpstream _upstream;

        public SocketUpstream(Func<WebSocket, CancellationToken, Task> serve)
        {
            _upstream = RawUpstream.Start(async (stream, stop) =>
            {
                var head = (await RawUpstream.ReadHeadAsync(stream, stop))!.Split("\r\n");
                var headers = head.Skip(1).Where(line => line.Length > 0).Select(line => line.Split(": ", 2))
                    .Select(parts => KeyValuePair.Create(parts[0], parts[1])).ToArray();
                var request = new ReceivedRequest(head[0].Split(' ')[0], head[0].Split(' ')[1], headers, []);
                Refusal = Verifier.Refusal(request);
#pragma warning disable CA5350 // RFC 6455, 4.2.2 prescribes SHA-1 for this.
                var accept = Convert.ToBase64String(SHA1.HashData(
                    Encoding.ASCII.GetBytes(request.Header("sec-websocket-key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
                await stream.WriteAsync(Encoding.ASCII.GetBytes(
                    $"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"), stop);
                using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
                await serve(socket, stop);
            });
        }

        public Uri Address => _upstream.Address;

        public string? Refusal { get; private set; } = "never asked";

        public ValueTask DisposeAsync() => _upstream.DisposeAsync();
    }

    /// <summary>TLS between caller and proxy, which HTTP/2 needs.</summary>
    private sealed class CallersTls : IDisposable
    {
        private readonly TestCertificates _certificates = new();
        private readonly TestFolder _folder = new();

        public ProxyOptions Serve(ProxyOptions options)
        {
            var leaf = _certificates.Issue();
            return options with
            {
                CertFile = _folder.Write("cert.pem", TestCertificates.Pem(leaf)),
                KeyFile = _folder.Write("key.pem", TestCertificates.Pkcs8Pem(leaf)),
            };
        }

        public async Task<ClientWebSocket> ConnectAsync(TestProxy proxy, string target, Version http)
        {
            var socket = new ClientWebSocket();
            socket.Options.HttpVersion = http;
            socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
            using var handler = new SocketsHttpHandler { UseProxy = false, SslOptions = { CertificateChainPolicy = _certificates.TrustingRoot() } };
            var invoker = new HttpMessageInvoker(handler, disposeHandler: false);
            await socket.ConnectAsync(new Uri($"wss://{proxy.Address.Authority}{target}"), invoker, CancellationToken.None);
            return socket;
        }

        public void Dispose()
        {
            _folder.Dispose();
            _certificates.Dispose();
        }
    }
}
