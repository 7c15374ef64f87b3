using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>
/// Finds the host in what a person or a log calls a URL: RFC 3986 with or without a scheme. Not for a host that is dialled:
/// that one comes from a strict parser.
/// </summary>
internal static class UrlHost
{
    private static readonly SearchValues<char> AuthorityEnd = SearchValues.Create("/?#");
    private static readonly SearchValues<char> SchemeCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-.");

    /// <summary>
    /// The host in lower case, without user, port and one trailing dot; an IPv6 address keeps its brackets. Null when the
    /// text is neither a URL with a host nor a host.
    /// </summary>
    public static string? Read(ReadOnlySpan<char> text) => Read(text, out _);

    /// <summary>The host as above, and what follows the authority: path, query and fragment, as they are written.</summary>
    public static string? Read(ReadOnlySpan<char> text, out ReadOnlySpan<char> path)
    {
        ReadOnlySpan<char> rest = text.Trim();
        bool hasScheme = SkipScheme(ref rest);

        int end = rest.IndexOfAny(AuthorityEnd);
        ReadOnlySpan<char> authority = end < 0 ? rest : rest[..end];
        path = end < 0 ? [] : rest[end..];
        // Browsers end the authority here, RFC 3986 does not: https://one.example\@other.example has no host to rely on.
        if (authority.Contains('\\'))
            return null;
        ReadOnlySpan<char> host = authority[(authority.LastIndexOf('@') + 1)..];

        if (!SkipPort(ref host, mayBeEmpty: hasScheme))
            return null;
        if (host.EndsWith('.'))
            host = host[..^1];
        return IsAddress(host) || IsName(host) ? host.ToString().ToLowerInvariant() : null;
    }

    private static bool SkipScheme(ref ReadOnlySpan<char> text)
    {
        const string Delimiter = "//";
        int start = text.IndexOf(Delimiter);
        if (start < 0)
            return false;

        ReadOnlySpan<char> scheme = text[..start];
        bool isScheme = scheme.IsEmpty
            || (scheme.Length > 1 && scheme[^1] == ':' && char.IsAsciiLetter(scheme[0])
                && !scheme[..^1].ContainsAnyExcept(SchemeCharacters));
        if (isScheme)
            text = text[(start + Delimiter.Length)..];
        return isScheme;
    }

    private static bool SkipPort(ref ReadOnlySpan<char> host, bool mayBeEmpty)
    {
        int colon = host.LastIndexOf(':');
        if (colon < 0 || host.EndsWith(']'))
            return true;

        ReadOnlySpan<char> port = host[(colon + 1)..];
        host = host[..colon];
        return port.IsEmpty ? mayBeEmpty : ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out _);
    }

    private static bool IsAddress(ReadOnlySpan<char> host) =>
        host is ['[', .., ']']
        && IPAddress.TryParse(host[1..^1], out IPAddress? address)
        && address.AddressFamily == AddressFamily.InterNetworkV6;

    private static bool IsName(ReadOnlySpan<char> host)
    {
        foreach (char c in host)
        {
            if (!char.IsLetterOrDigit(c) && c is not ('-' or '_' or '.'))
                return false;
        }
        return !host.IsEmpty;
    }
}
