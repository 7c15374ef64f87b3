using System.Globalization;
using System.Text;

namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>
/// Writes what the user gave into an error message: in quotes, without control characters (which could drive the terminal),
/// and not longer than a line.
/// </summary>
internal static class Quote
{
    // Arbitrary: enough to recognise a value by.
    private const int MaxLength = 120;

    /// <summary>
    /// A value that may be a URL. Everything before its last <c>@</c> may be a user and a password, and is left out.
    /// </summary>
    public static string Value(string value)
    {
        var at = value.LastIndexOf('@');
        return at < 0 ? Text(value) : Text("***" + value[at..]);
    }

    /// <summary>A value that cannot hold a secret, such as the name of a file.</summary>
    public static string Text(string value)
    {
        var quoted = new StringBuilder("'");
        foreach (var character in value.Length > MaxLength ? value[..MaxLength] : value)
        {
            if (char.IsControl(character) || char.IsSurrogate(character) || char.GetUnicodeCategory(character) is UnicodeCategory.Format)
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}");
            else
                quoted.Append(character);
        }
        return quoted.Append(value.Length > MaxLength ? "...'" : "'").ToString();
    }
}
