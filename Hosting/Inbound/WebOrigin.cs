using System.Globalization;

namespace AwsSigV4Proxy.Hosting.Inbound;

/// <summary>
/// The origin of a web page: scheme, host and port (RFC 6454). Two are equal when all three are, whatever the case and whether
/// or not the default port is written.
/// </summary>
/// <param name="Scheme">In lower case.</param>
/// <param name="Host">In lower case; an IPv6 literal stands in brackets.</param>
/// <param name="Port">The port, the scheme's default where none was written, and 0 for a scheme that has none.</param>
internal readonly record struct WebOrigin(string Scheme, string Host, int Port)
{
    /// <summary>
    /// Parses the value of an <c>Origin</c> header (RFC 6454, 7.1). False for <c>null</c>, for a list, and for anything that
    /// has a path.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out WebOrigin origin)
    {
        origin = default;
        var colon = text.IndexOf("://", StringComparison.Ordinal);
        if (colon <= 0 || !IsScheme(text[..colon]))
            return false;

        if (!TrySplitAuthority(text[(colon + 3)..], out var host, out var port))
            return false;

        var scheme = text[..colon].ToString().ToLowerInvariant();
        origin = new WebOrigin(scheme, host.ToString().ToLowerInvariant(), port ?? DefaultPort(scheme));
        return true;
    }

    /// <summary>Takes the origin out of a <c>Referer</c>, which is a URL with a path or an origin with a slash behind.</summary>
    public static bool TryParseReferer(ReadOnlySpan<char> referer, out WebOrigin origin)
    {
        var colon = referer.IndexOf("://", StringComparison.Ordinal);
        var end = colon < 0 ? -1 : referer[(colon + 3)..].IndexOfAny('/', '?', '#');
        return TryParse(end < 0 ? referer : referer[..(colon + 3 + end)], out origin);
    }

    /// <summary>
    /// Splits the value of a <c>Host</c> header (RFC 9110, 7.2), without allocating. The port is null where none is written.
    /// </summary>
    public static bool TrySplitAuthority(ReadOnlySpan<char> authority, out ReadOnlySpan<char> host, out int? port)
    {
        port = null;
        var bracket = authority.LastIndexOf(']');
        var colon = authority[(bracket + 1)..].IndexOf(':');
        host = colon < 0 ? authority : authority[..(bracket + 1 + colon)];
        if (colon >= 0)
        {
            var digits = authority[(bracket + 2 + colon)..];
            if (!ushort.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                return false;
            port = number;
        }

        return IsHost(host);
    }

    /// <summary>The origin as a browser writes it.</summary>
    public override string ToString() => Port == DefaultPort(Scheme) ? $"{Scheme}://{Host}" : $"{Scheme}://{Host}:{Port}";

    private static int DefaultPort(string scheme) => scheme switch
    {
        "http" => 80,
        "https" => 443,
        _ => 0,
    };

    private static bool IsScheme(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('+' or '-' or '.'))
                return false;
        }

        return true;
    }

    private static bool IsHost(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return false;

        var literal = text[0] == '[' && text[^1] == ']';
        foreach (var c in literal ? text[1..^1] : text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.' or '_') && !(literal && c is ':' or '%'))
                return false;
        }

        return true;
    }
}
