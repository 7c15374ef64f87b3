using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>
/// Where the proxy listens: an IP address and a TCP port, every address of <c>localhost</c>, or a Unix domain socket.
/// </summary>
internal abstract record ListenAddress
{
    // sockaddr_un.sun_path holds 108 bytes on Linux (unix(7)) and 104 on macOS, a terminating zero among them.
    private static readonly int MaxSocketPathBytes = OperatingSystem.IsMacOS() ? 103 : 107;

    private const string Hint = "write 8080, 127.0.0.1:8080, [::1]:8080, localhost:8080 or unix:/path; port 0 takes a free one";

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

    /// <summary>The TCP port, 0 for one that is free; null for a Unix domain socket, which has none.</summary>
    public int? TcpPort => this switch
    {
        Tcp tcp => tcp.Port,
        Localhost localhost => localhost.Port,
        _ => null,
    };

    /// <summary>
    /// Parses <c>8080</c>, <c>:8080</c>, <c>127.0.0.1:8080</c>, <c>[::1]:8080</c>, <c>localhost:8080</c> or
    /// <c>unix:/path</c>. A port alone stands for every IPv4 address.
    /// </summary>
    /// <exception cref="UsageException">It is none of these.</exception>
    public static ListenAddress Parse(string text)
    {
        if (text.StartsWith("unix:", StringComparison.Ordinal))
            return ParseUnixSocket(text["unix:".Length..]);
        if (!text.Contains(':') && !text.Contains('.') && !text.Equals("localhost", StringComparison.OrdinalIgnoreCase))
            return new Tcp(IPAddress.Any, ParsePort(text));

        var portStart = text.EndsWith(']') ? -1 : text.LastIndexOf(':');
        var host = portStart < 0 ? text : text[..portStart];
        var address = ParseHost(host);
        if (portStart < 0)
            throw new UsageException($"{Quote.Value(text)} has no port", $"did you mean {text}:8080?");

        var port = ParsePort(text[(portStart + 1)..]);
        return address is null ? new Localhost(port) : new Tcp(address, port);
    }

    /// <summary>The address as <see cref="Parse"/> reads it.</summary>
    public sealed override string ToString() => this switch
    {
        Tcp { Address.AddressFamily: AddressFamily.InterNetworkV6 } tcp => Join($"[{tcp.Address}]", tcp.Port),
        Tcp tcp => Join(tcp.Address.ToString(), tcp.Port),
        Localhost localhost => Join("localhost", localhost.Port),
        UnixSocket socket => $"unix:{socket.Path}",
        _ => "",
    };

    private static string Join(string host, int port) => string.Create(CultureInfo.InvariantCulture, $"{host}:{port}");

    // Null stands for localhost. IPAddress also takes "1", "0x7f.1" and "010.0.0.1"; whoever writes those means something
    // else, so only text that is written back the same way is an IPv4 address here.
    private static IPAddress? ParseHost(string host)
    {
        if (host.Length == 0)
            return IPAddress.Any;
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
            return null;
        if (host[0] != '[' && host.Contains(':'))
            throw new UsageException($"{Quote.Value(host)} is an IPv6 address without brackets", Hint);

        var isV6 = host[0] == '[' && host[^1] == ']';
        if (IPAddress.TryParse(isV6 ? host[1..^1] : host, out var address)
            && (isV6 ? address.AddressFamily == AddressFamily.InterNetworkV6 : address.ToString() == host))
            return address;
        throw new UsageException(
            $"{Quote.Value(host)} is not an IP address",
            "listen on an IP address of this machine: 127.0.0.1 for its own programs, 0.0.0.0 for everyone");
    }

    private static int ParsePort(string text) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? port
            : throw new UsageException($"{Quote.Value(text)} is not a port from 0 to 65535", Hint);

    private static UnixSocket ParseUnixSocket(string path)
    {
        if (!Path.IsPathFullyQualified(path))
            throw new UsageException($"{Quote.Text(path)} is not an absolute path", "write unix:/run/aws-sigv4-proxy.sock");
        if (Encoding.UTF8.GetByteCount(path) > MaxSocketPathBytes)
            throw new UsageException(
                $"{Quote.Text(path)} is too long for a Unix domain socket",
                string.Create(CultureInfo.InvariantCulture, $"use a path of at most {MaxSocketPathBytes} bytes"));
        return new UnixSocket(path);
    }
}
