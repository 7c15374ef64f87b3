using System.Net;
using AwsSigV4Proxy.Hosting.Commands;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>
/// Where requests go: the host that is dialled, the authority that is signed and sent as Host, and a path prefix. Checked when
/// it is made, so that nothing in a request can change it afterwards.
/// </summary>
/// <param name="Scheme"><c>http</c> or <c>https</c>.</param>
/// <param name="Host">The host in lower case, ASCII (IDNA); an IPv6 literal stands in brackets.</param>
/// <param name="Port">The TCP port, the scheme's default where the URL gave none.</param>
/// <param name="PathPrefix">
/// Put before every request's path: empty, or it begins with <c>/</c>. One slash at the URL's end is left out.
/// Percent-encoding is kept as it was written.
/// </param>
/// <param name="SignHost">
/// Who the upstream is told that it is: signed, sent as Host, and named in the TLS handshake (RFC 6066, 3) in place of the host
/// that is dialled; null where the two are the same.
/// </param>
internal sealed record UpstreamTarget(string Scheme, string Host, int Port, string PathPrefix, UrlAuthority? SignHost = null)
{
    /// <summary>Where the two differ, the host that is signed. Not to be changed by <c>with</c>: see <see cref="SignedAs"/>.</summary>
    public UrlAuthority? SignHost { get; } = SignHost;

    /// <summary>The host that is signed, without a port.</summary>
    public string SignedHost { get; } = SignHost?.Host ?? Host;

    /// <summary>The Host header's value (RFC 9110, 7.2): the port is left out where it is the scheme's default.</summary>
    public string Authority { get; } = Write(SignHost, Scheme, Host, Port);

    /// <summary>What stands in front of the path in the URIs that requests are sent to: scheme and <see cref="Authority"/>.</summary>
    public string Origin { get; } = $"{Scheme}://{Write(SignHost, Scheme, Host, Port)}";

    /// <summary>What is dialled: an address without the brackets that it has in a URL.</summary>
    public DnsEndPoint DialledEndPoint => new(Host.Trim('[', ']'), Port);

    /// <summary>The name that TLS is told (SNI), and that the certificate must have: no brackets, and no dot of the root at its end.</summary>
    public string TlsName => SignedHost.Trim('[', ']').TrimEnd('.');

    /// <summary>Whether TLS is spoken to it.</summary>
    public bool IsHttps => Scheme == Uri.UriSchemeHttps;

    /// <summary>The same target, signed as another host. A dot at its end has no place in a TLS handshake (RFC 6066, 3).</summary>
    public UpstreamTarget SignedAs(UrlAuthority signHost) =>
        new(Scheme, Host, Port, PathPrefix, signHost with { Host = signHost.Host.TrimEnd('.') });

    /// <summary>The port of a scheme where a URL has none (RFC 9110, 4.2).</summary>
    public static int DefaultPortOf(string scheme) => scheme == Uri.UriSchemeHttps ? 443 : 80;

    /// <summary>The URL that is dialled, as a person would write it.</summary>
    public override string ToString() => $"{Scheme}://{Write(Host, Port, Scheme)}{PathPrefix}";

    private static string Write(UrlAuthority? signHost, string scheme, string host, int port) => signHost is { } sign
        ? Write(sign.Host, sign.Port ?? DefaultPortOf(scheme), scheme)
        : Write(host, port, scheme);

    private static string Write(string host, int port, string scheme) => port == DefaultPortOf(scheme) ? host : $"{host}:{port}";
}
