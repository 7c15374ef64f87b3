using System.Net;

namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>
/// Where the proxy listens: an IP address and a TCP port, every address of <c>localhost</c>, or a Unix domain socket.
/// </summary>
internal abstract record ListenAddress
{
    /// <summary>A TCP port on one address, or on all of them (<c>0.0.0.0</c>). Port 0 takes a free one.</summary>
    public sealed record Tcp(IPAddress Address, int Port) : ListenAddress;

    /// <summary>A TCP port on the loopback addresses, IPv4 and IPv6, as <c>localhost:8080</c> asks for.</summary>
    public sealed record Localhost(int Port) : ListenAddress;

    /// <summary>A Unix domain socket, as <c>unix:/path</c> asks for.</summary>
    public sealed record UnixSocket(string Path) : ListenAddress;

    /// <summary>Whether only programs on this machine can connect.</summary>
    public bool IsLoopback => this switch
    {
        Tcp tcp => IPAddress.IsLoopback(tcp.Address),
        _ => true,
    };
}
