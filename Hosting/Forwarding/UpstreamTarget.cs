namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>
/// Where signed requests go: the authority that is dialled, signed and sent as Host, and a path prefix. Fixed at start, so
/// that nothing in a request can change it.
/// </summary>
/// <param name="Scheme"><c>http</c> or <c>https</c>.</param>
/// <param name="Host">The host in lower case, ASCII (IDNA); an IPv6 literal stands in brackets.</param>
/// <param name="Port">The TCP port, the scheme's default where the URL gave none.</param>
/// <param name="PathPrefix">
/// Put before every request's path: empty, or it begins with <c>/</c>. One slash at the URL's end is left out.
/// Percent-encoding is kept as it was written.
/// </param>
internal sealed record UpstreamTarget(string Scheme, string Host, int Port, string PathPrefix)
{
    /// <summary>The Host header's value (RFC 9110, 7.2): the port is left out where it is the scheme's default.</summary>
    public string Authority { get; } =
        Port == (Scheme == Uri.UriSchemeHttps ? 443 : 80) ? Host : $"{Host}:{Port}";

    /// <summary>Whether TLS is spoken to it.</summary>
    public bool IsHttps => Scheme == Uri.UriSchemeHttps;

    /// <summary>The URL as a person would write it.</summary>
    public override string ToString() => $"{Scheme}://{Authority}{PathPrefix}";
}
