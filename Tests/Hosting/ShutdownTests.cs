using System.Net;
using System.Net.Sockets;
using AwsSigV4Proxy.Tests.Fakes;
using Microsoft.AspNetCore.Http;

namespace AwsSigV4Proxy.Tests.Hosting;

/// <summary>Stopping: no new connections, and requests in flight finish, but not for ever.</summary>
public class ShutdownTests
{
    [Test]
    public async Task Stop_WithRequestInFlight_LetsItFinishAndTakesNoOther()
    {
        var (arrived, released) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var aws = await FakeAws.StartAsync(async (context, _) =>
        {
            arrived.SetResult();
            await released.Task;
            await context.Response.WriteAsync("finished");
        });
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address));

        var inFlight = proxy.Client.GetStringAsync("/");
        await arrived.Task;
        var stopping = proxy.Host.StopAsync();
        await RefusesConnectionsAsync(proxy.Address);
        await Assert.That(stopping.IsCompleted).IsFalse();
        released.SetResult();

        await Assert.That(await inFlight).IsEqualTo("finished");
        await stopping;
    }

    [Test]
    public async Task Stop_RequestThatNeverEnds_IsCutAfterTheShutdownTimeout()
    {
        var arrived = new TaskCompletionSource();
        await using var upstream = RawUpstream.Start(async (stream, stop) =>
        {
            await RawUpstream.ReadHeadAsync(stream, stop);
            arrived.SetResult();
            await Task.Delay(Timeout.Infinite, stop);
        });
        await using var proxy = await TestProxy.StartAsync(
            TestProxy.OptionsFor(upstream.Address) with { ShutdownTimeout = TimeSpan.FromMilliseconds(200) });

        var inFlight = proxy.Client.GetAsync("/");
        await arrived.Task;
        await proxy.Host.StopAsync();

        await Assert.That(async () => await inFlight).Throws<HttpRequestException>();
    }

    /// <summary>Connects until the port refuses: listening ends a moment after stopping begins.</summary>
    private static async Task RefusesConnectionsAsync(Uri address)
    {
        while (true)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(IPAddress.Parse(address.Host), address.Port);
            }
            catch (SocketException)
            {
                return;
            }
        }
    }
}
