using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace AwsSigV4Proxy.Hosting.Checks;

/// <summary>
/// What to quote of an answer that names no reason: the first line; of a page its title, or what it says without its tags.
/// </summary>
internal static partial class QuotedBody
{
    /// <summary>The line, with whatever secrets it echoes; null where there is none that a person could read.</summary>
    public static string? FirstLine(ReadOnlySpan<byte> body)
    {
        // Of a long body the end may be a part of a character.
        var text = Encoding.UTF8.GetString(body).Trim();
        if (text.StartsWith('<'))
        {
            var title = TitlePattern().Match(text).Groups["title"].Value;
            text = WebUtility.HtmlDecode(title.Length > 0 ? title : TagPattern().Replace(text, " ")).Trim();
        }

        var end = text.AsSpan().IndexOfAny('\r', '\n');
        var line = end < 0 ? text : text[..end].TrimEnd();
        return line.Length == 0 || line.AsSpan().ContainsAny('\0', '\uFFFD') ? null : line;
    }

    [GeneratedRegex(@"<title[^>]*>\s*(?<title>[^<]*)</title>", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex TitlePattern();

    /// <summary>What is in styles and scripts is no text, either.</summary>
    [GeneratedRegex("<(?:style|script)\\b.*?</(?:style|script)>|<[^>]*>", RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex TagPattern();
}
