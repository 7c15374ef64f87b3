using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace AwsSigV4Proxy.Hosting.Checks;

/// <summary>What to quote of an answer that names no reason: of a page its title, of anything else that is text the first line.</summary>
internal static partial class AnswerBody
{
    /// <summary>The line, with whatever secrets it echoes; null where there is none that a person could read.</summary>
    public static string? FirstLine(ReadOnlySpan<byte> body)
    {
        body = body.Trim(" \t\r\n"u8);
        // Of a long body the end may be a part of a character.
        var end = body.IndexOfAny((byte)'\r', (byte)'\n');
        var line = end < 0 ? body : body[..end];
        if (line.IsEmpty || !Utf8.IsValid(line) || line.ContainsAnyInRange((byte)0, (byte)8))
            return null;
        return line[0] != '<' ? Encoding.UTF8.GetString(line)
            : TitlePattern().Match(Encoding.UTF8.GetString(body)) is { Success: true } title ? WebUtility.HtmlDecode(title.Groups["title"].Value).Trim()
            : Encoding.UTF8.GetString(line);
    }

    [GeneratedRegex("<title[^>]*>(?<title>[^<]*[^<\\s][^<]*)</title>", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex TitlePattern();
}
