using System.Buffers;
using AwsSigV4Proxy.Hosting.Forwarding;

namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>
/// A host that requests may go to though it is no endpoint of AWS (<c>--allow-host</c>): one name, or all names below one. TLS is
/// spoken to it unless it was written with <c>http://</c>.
/// </summary>
/// <param name="Scheme"><c>https</c> or <c>http</c>.</param>
/// <param name="Host">The host, or what stands behind <c>*.</c>, in lower case.</param>
/// <param name="IsWildcard">Whether it stands for all names below <paramref name="Host"/>, but not for that itself.</param>
/// <param name="Port">The port that a caller must name, or null for the scheme's default.</param>
internal sealed record AllowedHost(string Scheme, string Host, bool IsWildcard, int? Port)
{
    private const string Hint = "write HOST, HOST:PORT, *.DOMAIN, or http://HOST:PORT for one without TLS";
    private const string WildcardMark = "*.";

    private static readonly SearchValues<char> Forbidden = SearchValues.Create("/?#@\\*");

    /// <summary>Parses <c>[http://|https://][*.]HOST[:PORT]</c>.</summary>
    /// <exception cref="UsageException">It is no such pattern.</exception>
    public static AllowedHost Parse(string text)
    {
        var (scheme, authority) = SplitScheme(text);
        var isWildcard = authority.StartsWith(WildcardMark, StringComparison.Ordinal);
        if (isWildcard)
            authority = authority[WildcardMark.Length..];
        if (authority is "*" or "")
            throw new UsageException($"{Quote.Value(text)} names no host: the proxy would sign for any", Hint);
        if (authority.AsSpan().ContainsAny(Forbidden))
            throw new UsageException($"{Quote.Value(text)} has more than a host and a port, or a '*' that is no first label", Hint);
        try
        {
            var (host, port) = UrlAuthority.Parse(authority);
            if (isWildcard && (host[0] == '[' || char.IsAsciiDigit(host[^1])))
                throw new UsageException("no names stand below an IP address", Hint);
            return new AllowedHost(scheme, host.TrimEnd('.'), isWildcard, port == UpstreamTarget.DefaultPortOf(scheme) ? null : port);
        }
        catch (UsageException complaint)
        {
            throw complaint.From(Quote.Value(text));
        }
    }

    /// <summary>The target that a caller names, if it is meant.</summary>
    /// <param name="host">In lower case, without a dot at the end.</param>
    /// <param name="port">Null where the caller names none.</param>
    public UpstreamTarget? Match(string host, int? port)
    {
        var isMeant = IsWildcard
            ? host.Length > Host.Length + 1 && host.EndsWith(Host, StringComparison.Ordinal) && host[^(Host.Length + 1)] == '.'
            : host == Host;
        // Callers speak HTTP to the proxy, and name that scheme's port or none, whatever is spoken behind it.
        var isPort = Port is null ? port is null or 80 || port == UpstreamTarget.DefaultPortOf(Scheme) : port == Port;
        return isMeant && isPort ? new UpstreamTarget(Scheme, host, Port ?? UpstreamTarget.DefaultPortOf(Scheme), "") : null;
    }

    /// <summary>As it is written on the command line.</summary>
    public override string ToString() =>
        $"{(Scheme == Uri.UriSchemeHttp ? "http://" : "")}{(IsWildcard ? WildcardMark : "")}{Host}{(Port is { } port ? $":{port}" : "")}";

    private static (string Scheme, string Authority) SplitScheme(string text)
    {
        foreach (var scheme in (ReadOnlySpan<string>)[Uri.UriSchemeHttps, Uri.UriSchemeHttp])
        {
            if (text.StartsWith(scheme + "://", StringComparison.OrdinalIgnoreCase))
                return (scheme, text[(scheme.Length + 3)..]);
        }

        return (Uri.UriSchemeHttps, text);
    }
}
