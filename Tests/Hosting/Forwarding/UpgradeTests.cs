using System.Net.WebSockets;
using System.Text;
using AwsSigV4Proxy.Hosting.Demo;
using AwsSigV4Proxy.Tests.Fakes;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding;

/// <summary>A WebSocket through the proxy: its handshake is signed, its messages pass both ways.</summary>
public class UpgradeTests
{
    [Test]
    public async Task WebSocket_Handshake_IsSignedAndMessagesPassBothWays()
    {
        string? refusal = "never asked";
        await using var upstream = RawUpstream.Start(async (stream, stop) =>
        {
            var head = (await RawUpstream.ReadHeadAsync(stream, stop))!.Split("\r\n");
            var headers = head.Skip(1).Where(line => line.Length > 0).Select(line => line.Split(": ", 2))
                .Select(parts => KeyValuePair.Create(parts[0], parts[1])).ToArray();
            var request = new ReceivedRequest(head[0].Split(' ')[0], head[0].Split(' ')[1], headers, []);
            refusal = new SignatureVerifier(
                TestProxy.Credentials.AccessKeyId, TestProxy.Credentials.SecretAccessKey, TestProxy.Credentials.SessionToken,
                TimeProvider.System).Refusal(request);
#pragma warning disable CA5350 // RFC 6455, 4.2.2 prescribes SHA-1 for this.
            var accept = Convert.ToBase64String(System.Security.Cryptography.SHA1.HashData(
                Encoding.ASCII.GetBytes(request.Header("sec-websocket-key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
            await stream.WriteAsync(Encoding.ASCII.GetBytes(
                $"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"), stop);
            using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
            var buffer = new byte[100];
            var message = await socket.ReceiveAsync(buffer, stop);
            await socket.SendAsync(buffer.AsMemory(0, message.Count), WebSocketMessageType.Text, true, stop);
            await socket.ReceiveAsync(buffer, stop);
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, stop);
        });
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(upstream.Address));
        using var caller = new ClientWebSocket();

        await caller.ConnectAsync(new Uri($"ws://{proxy.Address.Authority}/socket?a=b"), CancellationToken.None);
        await caller.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, CancellationToken.None);
        var received = new byte[100];
        var echo = await caller.ReceiveAsync(received, CancellationToken.None);
        await caller.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);

        await Assert.That(refusal).IsNull();
        await Assert.That(Encoding.UTF8.GetString(received, 0, echo.Count)).IsEqualTo("hello");
    }
}
