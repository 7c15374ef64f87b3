using System.Buffers;
using AwsSigV4Proxy.Hosting.Forwarding;

namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>
/// Reads the URL of <c>--forward-to</c>. Not with <see cref="Uri"/>, which decodes, encodes and shortens paths: the prefix's
/// bytes are kept as they were written.
/// </summary>
internal static class UpstreamUrl
{
    private const string Hint = "write https://HOST, with :PORT and /PATH where they are needed";

    // What may stand in a request target unencoded, more or less: visible ASCII but the characters that servers and
    // log readers take for delimiters. The query and the fragment are gone when this is asked.
    private static readonly SearchValues<char> PathCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@/%[]^`{|}");

    /// <summary>Parses an <c>http</c> or <c>https</c> URL without user info, query and fragment.</summary>
    /// <exception cref="UsageException">
    /// It is none. The message leaves out what may be a password or a signature.
    /// </exception>
    public static UpstreamTarget Parse(string url)
    {
        var (scheme, rest) = SplitScheme(url);
        var authorityEnd = rest.IndexOfAny(['/', '?', '#', '\\']);
        var (authority, tail) = authorityEnd < 0 ? (rest, "") : (rest[..authorityEnd], rest[authorityEnd..]);

        RefuseUserInfo(authority);
        RefuseQuery(tail);

        try
        {
            var (host, port) = UrlAuthority.Parse(authority);
            return new UpstreamTarget(scheme, host, port ?? UpstreamTarget.DefaultPortOf(scheme), ParsePath(tail));
        }
        catch (UsageException complaint)
        {
            throw complaint.From(Quote.Value(url));
        }
    }

    private static (string Scheme, string Remainder) SplitScheme(string url)
    {
        var end = url.IndexOf("://", StringComparison.Ordinal);
        if (end < 0)
        {
            RefuseUserInfo(url);
            RefuseQuery(url);
            throw new UsageException($"{Quote.Value(url)} has no scheme", SuggestHttps(url));
        }

        var scheme = url[..end].ToLowerInvariant();
        return scheme == Uri.UriSchemeHttp || scheme == Uri.UriSchemeHttps
            ? (scheme, url[(end + 3)..])
            : throw new UsageException($"{Quote.Value(scheme)} is not a scheme that the proxy speaks", "write https:// or http://");
    }

    private static string SuggestHttps(string url)
    {
        try
        {
            Parse("https://" + url);
            return $"did you mean https://{url}?";
        }
        catch (UsageException)
        {
            return Hint;
        }
    }

    private static void RefuseUserInfo(string authority)
    {
        if (authority.Contains('@'))
            throw new UsageException(
                "the URL has a user or a password", "leave them out: AWS credentials come from the AWS default chain");
    }

    private static void RefuseQuery(string text)
    {
        if (text.AsSpan().ContainsAny('?', '#'))
            throw new UsageException(
                "the URL has a query or a fragment", "leave out '?', '#' and what follows; callers add their own query");
    }

    private static string ParsePath(string path)
    {
        if (path.AsSpan().ContainsAnyExcept(PathCharacters))
            throw new UsageException("the path has a character that must be percent-encoded", "write it as %XX, a space as %20");
        for (var i = path.IndexOf('%'); i >= 0; i = path.IndexOf('%', i + 1))
        {
            if (i + 2 >= path.Length || !char.IsAsciiHexDigit(path[i + 1]) || !char.IsAsciiHexDigit(path[i + 2]))
                throw new UsageException("the path has a '%' without two hexadecimal digits", "write a percent sign as %25");
        }
        return path.EndsWith('/') ? path[..^1] : path;
    }
}
