using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Forwarding;

namespace AwsSigV4Proxy.Hosting.Checks;

/// <summary>Resolves the name of the host that is dialled, and opens a TCP connection to it.</summary>
/// <param name="target">The target.</param>
/// <param name="limit">Limit of each of the two (<c>--connect-timeout</c>).</param>
internal sealed class ConnectionCheck(UpstreamTarget target, TimeSpan limit)
{
    private string Host => target.DialledEndPoint.Host;

    private string HostAndPort => $"{target.Host}:{target.Port}";

    private string Limit => $"{Duration.Format(limit)} (--connect-timeout)";

    /// <summary>Resolves the name.</summary>
    public async Task<CheckResult> ResolveAsync()
    {
        const string Name = "dns";
        if (IPAddress.TryParse(Host, out _))
            return CheckResult.Ok(Name, $"{Host} is an address");
        using var source = new CancellationTokenSource(limit);
        try
        {
            var addresses = string.Join(", ", (await Dns.GetHostAddressesAsync(Host, source.Token)).Select(static address => address.ToString()));
            return addresses.Length == 0
                ? CheckResult.Failed(Name, $"{Host} has no addresses", "check --forward-to and this machine's DNS")
                : CheckResult.Ok(Name, $"{Host}: {addresses}") with { Values = new Dictionary<string, string> { ["addresses"] = addresses } };
        }
        catch (SocketException exception)
        {
            return CheckResult.Failed(
                Name, $"the name {Host} cannot be resolved ({exception.SocketErrorCode})",
                "check the host in --forward-to, this machine's DNS, and for a VPC endpoint its private DNS");
        }
        catch (OperationCanceledException)
        {
            return CheckResult.Failed(Name, $"the name {Host} was not resolved within {Limit}", "check this machine's DNS servers");
        }
    }

    /// <summary>Connects. The caller disposes the socket, which is there unless the result is a failure.</summary>
    public async Task<(CheckResult Result, Socket? Socket)> ConnectAsync()
    {
        const string Name = "tcp";
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var source = new CancellationTokenSource(limit);
        var started = Stopwatch.GetTimestamp();
        try
        {
            await socket.ConnectAsync(target.DialledEndPoint, source.Token);
            var milliseconds = Stopwatch.GetElapsedTime(started).TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture);
            var peer = socket.RemoteEndPoint as IPEndPoint;
            var address = peer is { Address.IsIPv4MappedToIPv6: true } ? new IPEndPoint(peer.Address.MapToIPv4(), peer.Port) : peer;
            return (CheckResult.Ok(Name, $"connected to {address} in {milliseconds} ms"), socket);
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            return (Explain(exception.SocketErrorCode), null);
        }
        catch (OperationCanceledException)
        {
            socket.Dispose();
            return (CheckResult.Failed(
                Name, $"no connection to {HostAndPort} within {Limit}",
                "something drops the packets: check security groups, network ACLs, routes and the VPC endpoint"), null);
        }

        CheckResult Explain(SocketError error) => error switch
        {
            SocketError.ConnectionRefused => CheckResult.Failed(
                Name, $"{HostAndPort} refuses connections", "check the port in --forward-to, and that something listens there"),
            SocketError.HostUnreachable or SocketError.NetworkUnreachable => CheckResult.Failed(
                Name, $"there is no route to {HostAndPort}", "check this machine's network, routes and NAT"),
            _ => CheckResult.Failed(Name, $"no connection to {HostAndPort} ({error})", "check the network and --forward-to"),
        };
    }
}
