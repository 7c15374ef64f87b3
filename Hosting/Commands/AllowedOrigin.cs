namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>Reads the origins of <c>--allow-origin</c> into the form that browsers send (RFC 6454, 6.2).</summary>
internal static class AllowedOrigin
{
    private const string Hint = "write scheme://HOST or scheme://HOST:PORT, as in https://dashboards.example.com";

    /// <summary>Parses <c>scheme://host[:port]</c>; the scheme's default port is left out of what it returns.</summary>
    /// <exception cref="UsageException">It is no origin.</exception>
    public static string Parse(string text)
    {
        if (text is "*" or "null")
            throw new UsageException(
                $"{Quote.Value(text)} would let any web page use these credentials", "name the origins that may, one by one");

        var end = text.IndexOf("://", StringComparison.Ordinal);
        if (end <= 0 || !char.IsAsciiLetter(text[0]) || !text[..end].All(IsSchemeCharacter))
            throw new UsageException($"{Quote.Value(text)} is not an origin", Hint);

        var (scheme, authority) = (text[..end].ToLowerInvariant(), text[(end + 3)..]);
        if (authority.AsSpan().ContainsAny("/?#@\\"))
            throw new UsageException($"{Quote.Value(text)} has more than a scheme, a host and a port", Hint);
        try
        {
            var (host, port) = UrlAuthority.Parse(authority);
            return port is null || (scheme, port) is ("https", 443) or ("http", 80) ? $"{scheme}://{host}" : $"{scheme}://{host}:{port}";
        }
        catch (UsageException complaint)
        {
            throw complaint.From(Quote.Value(text));
        }
    }

    // RFC 3986, 3.1.
    private static bool IsSchemeCharacter(char character) => char.IsAsciiLetterOrDigit(character) || character is '+' or '-' or '.';
}
