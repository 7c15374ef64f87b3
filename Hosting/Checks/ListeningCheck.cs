using System.Net;
using System.Net.Sockets;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Inbound;
using AwsSigV4Proxy.Hosting.Utility;
using Microsoft.Extensions.Logging.Abstractions;

namespace AwsSigV4Proxy.Hosting.Checks;

/// <summary>
/// Reads the files of the listener (certificate, key, passwords) as the proxy does, and tries whether its addresses are free,
/// without listening on one. Where the proxy is running already they are taken, as they should be.
/// </summary>
/// <param name="options">The proxy's options.</param>
/// <param name="time">The clock.</param>
internal sealed class ListeningCheck(ProxyOptions options, TimeProvider time)
{
    private const string Name = "listening";

    /// <summary>Arbitrary: the utility port is this machine's.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private readonly ListenAddress? _utility = Listeners.UtilityAddress(options);

    /// <summary>Tries.</summary>
    public async Task<CheckResult> RunAsync()
    {
        try
        {
            ReadFiles();
        }
        catch (StartupException exception)
        {
            return CheckResult.Failed(Name, exception.Message.TrimEnd('.'), exception.Hint.TrimEnd('.'));
        }

        var taken = Bind(options.ListenOn) ?? (_utility is null ? null : Bind(_utility));
        if (taken is not null)
        {
            return await IsProxyRunningAsync()
                ? CheckResult.Ok(Name, $"{options.ListenOn}: a proxy is running there")
                : CheckResult.Failed(
                    Name, taken, "is the proxy running already? Else free the address, or choose another one with --listen-on or --utility-port");
        }

        var port = _utility is null ? "" : $", utility port {options.UtilityPort}";
        var callers = Listeners.IsOpen(options) ? "; every machine that reaches it may use the credentials (--listen-on, --basic-auth-file)" : "";
        return CheckResult.Ok(Name, $"{options.ListenOn}{port}: free{callers}");
    }

    private void ReadFiles()
    {
        if (options is { CertFile: { } cert, KeyFile: { } key })
            _ = new ServerCertificate(cert, key, NullLogger.Instance, time);
        _ = new InboundGuard(options, NullLogger.Instance, time);
    }

    /// <summary>Null where the address can be listened on, else why not.</summary>
    private static string? Bind(ListenAddress address)
    {
        try
        {
            switch (address)
            {
                case ListenAddress.Tcp tcp:
                    Bind(new IPEndPoint(tcp.Address, tcp.Port));
                    break;
                case ListenAddress.Localhost localhost:
                    Bind(new IPEndPoint(IPAddress.Loopback, localhost.Port));
                    break;
                case ListenAddress.UnixSocket socket:
                    UnixSocketFile.IsStale(socket.Path);
                    break;
            }

            return null;
        }
        catch (StartupException exception)
        {
            return exception.Message.TrimEnd('.');
        }
        catch (SocketException exception)
        {
            return $"{address}: {exception.Message.TrimEnd('.')}";
        }
    }

    /// <summary>Bound but not listening: nobody can connect.</summary>
    private static void Bind(IPEndPoint endPoint)
    {
        using var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (endPoint.AddressFamily == AddressFamily.InterNetworkV6)
            socket.DualMode = endPoint.Address.Equals(IPAddress.IPv6Any);
        socket.Bind(endPoint);
    }

    private async Task<bool> IsProxyRunningAsync()
    {
        if (_utility is null)
            return false;
        var host = _utility switch
        {
            ListenAddress.Tcp { Address: var any } when any.Equals(IPAddress.Any) => IPAddress.Loopback,
            ListenAddress.Tcp { Address: var any } when any.Equals(IPAddress.IPv6Any) => IPAddress.IPv6Loopback,
            ListenAddress.Tcp tcp => tcp.Address,
            _ => IPAddress.Loopback,
        };
        using var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        using var client = new HttpClient(handler) { Timeout = Limit };
        try
        {
            using var answer = await client.GetAsync(new UriBuilder("http", host.ToString(), options.UtilityPort, "/health").Uri);
            return answer.Headers.Server.ToString() == UtilityEndpoint.ServerName;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }
}
