using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>
/// The host and port of a URL (RFC 3986, 3.2), in the one form that is dialled, signed and compared: lower case, ASCII.
/// Messages never repeat the text: it may be half of a password.
/// </summary>
/// <param name="Host">The host; an IPv6 literal stands in brackets.</param>
/// <param name="Port">The port, or null where the URL gives none.</param>
internal readonly record struct UrlAuthority(string Host, int? Port)
{
    // RFC 1035 (2.3.4): 63 octets a label, 253 characters a name as it is written.
    private const int MaxLabelLength = 63;
    private const int MaxNameLength = 253;

    private const string Hint = "write HOST or HOST:PORT where the host stands, an IPv6 address in brackets, as in [::1]";

    // The underscore is no host name character (RFC 1123), but resolves, and Compose and old bucket names have it.
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-._");

    /// <summary>Parses <c>host</c>, <c>host:port</c>, <c>[v6]</c> or <c>[v6]:port</c>. No user info.</summary>
    /// <exception cref="UsageException">It is none of these.</exception>
    public static UrlAuthority Parse(string authority)
    {
        var hostEnd = authority.StartsWith('[') ? authority.IndexOf(']') + 1 : authority.IndexOf(':');
        if (hostEnd < 0)
            hostEnd = authority.Length;
        var (host, rest) = (authority[..hostEnd], authority[hostEnd..]);
        return new UrlAuthority(ParseHost(host), rest.Length == 0 ? null : ParsePort(rest));
    }

    /// <summary>Parses what an option's value is: no more than a host and a port.</summary>
    /// <exception cref="UsageException">It is something else.</exception>
    public static UrlAuthority ParseHostAndPort(string text)
    {
        try
        {
            return text.AsSpan().ContainsAny("/?#@\\")
                ? throw new UsageException("there is more than a host and a port", "write HOST or HOST:PORT, without a scheme and a path")
                : Parse(text);
        }
        catch (UsageException complaint)
        {
            throw complaint.From(Quote.Value(text));
        }
    }

    private static int ParsePort(string colonAndPort) =>
        colonAndPort[0] == ':'
            && ushort.TryParse(colonAndPort.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0
            ? port
            : throw new UsageException("the port is not a number from 1 to 65535", Hint);

    private static string ParseHost(string host)
    {
        if (host.Length == 0)
            throw new UsageException("there is no host", Hint);
        if (host[0] == '[')
            return ParseV6(host);

        var name = ToAscii(host);
        if (name.AsSpan().ContainsAnyExcept(NameCharacters))
            throw new UsageException("the host has a character that no host name has", Hint);
        CheckLabels(name);
        return name;
    }

    // A zone (fe80::1%eth0) has no place in a Host header (RFC 6874, 1).
    private static string ParseV6(string host) =>
        !host.Contains('%') && IPAddress.TryParse(host.AsSpan(1, host.Length - 2), out var address)
            && address.AddressFamily == AddressFamily.InterNetworkV6
            ? $"[{address}]"
            : throw new UsageException("the host in brackets is not an IPv6 address", Hint);

    private static string ToAscii(string host)
    {
        try
        {
            return new IdnMapping().GetAscii(host.ToLowerInvariant());
        }
        catch (ArgumentException)
        {
            throw new UsageException("the host is not a name that DNS can hold", Hint);
        }
    }

    // One dot at the end stays: it marks a name that no search list is tried for.
    private static void CheckLabels(string name)
    {
        var labels = (name.EndsWith('.') ? name[..^1] : name).Split('.');
        if (name.Length > MaxNameLength || labels.Any(static label => label.Length is 0 or > MaxLabelLength))
            throw new UsageException("the host is not a name that DNS can hold", Hint);

        // A last label of digits makes it an IPv4 address (WHATWG URL, 3.5). "127.1" and "0177.0.0.1" mean different
        // addresses to different programs, so only the plain form passes.
        if (labels[^1].All(char.IsAsciiDigit) && !(IPAddress.TryParse(name, out var address) && address.ToString() == name))
            throw new UsageException("the host is neither a name nor an IPv4 address", Hint);
    }
}
