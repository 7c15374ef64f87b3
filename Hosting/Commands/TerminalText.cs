using System.Globalization;
using System.Text;

namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>Text from elsewhere, made fit for a terminal.</summary>
internal static class TerminalText
{
    /// <summary>
    /// Writes every character that does not show as itself as <c>\u{hex}</c>: controls could move the cursor or set the
    /// window's title, format characters can turn the line's direction, tabs and line ends would look like columns and lines.
    /// </summary>
    public static string Sanitize(string text)
    {
        if (!text.EnumerateRunes().Any(IsInvisible))
            return text;

        var sanitized = new StringBuilder(text.Length + 16);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (IsInvisible(rune))
                sanitized.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
            else
                sanitized.Append(rune);
        }
        return sanitized.ToString();
    }

    /// <summary>
    /// The same for a text whose lines are to stay lines, below another one: each is indented, so that none looks like one of
    /// the log's own.
    /// </summary>
    public static string SanitizeLines(string text) => string.Concat(text.Split('\n').Select(static line => "\n    " + Sanitize(line)));

    private static bool IsInvisible(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned;
}
