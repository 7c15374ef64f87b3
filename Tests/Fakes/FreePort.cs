using System.Net;
using System.Net.Sockets;

namespace AwsSigV4Proxy.Tests.Fakes;

/// <summary>
/// A port for a process that must be told one. Below the range that the system hands out itself, so that nothing else in
/// this test run takes it between the look and the use.
/// </summary>
internal static class FreePort
{
    private static int _next = Random.Shared.Next(10_000, 30_000);

    /// <summary>A loopback port that nothing listens on now, and that this returns once.</summary>
    public static int Find()
    {
        while (true)
        {
            var port = Interlocked.Increment(ref _next);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: try the next.
            }
        }
    }
}
