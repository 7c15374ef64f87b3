using System.Globalization;
using Amazon.Runtime.Internal.Util;

namespace AwsSigV4Proxy.Hosting.Credentials.Providers;

/// <summary>One of the two files, in the SDK's reading; a failure names it.</summary>
internal static class SharedConfigFile
{
    /// <summary>The file as it is now, or null where there is none.</summary>
    /// <exception cref="CredentialsUnavailableException">It cannot be read or understood; half a sentence says which.</exception>
    public static IniFile? Read(string path)
    {
        if (!File.Exists(path))
            return null;
        try
        {
            return new IniFile(path);
        }
        catch (InvalidDataException exception)
        {
            // Not its cause: the SDK's message quotes the line, which may hold a key.
            throw new CredentialsUnavailableException(
                $"{path} cannot be understood{Line(exception.Message)}; each line is a [section], name = value, or a # comment: correct it");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CredentialsUnavailableException($"{path} cannot be read ({exception.GetType().Name}); check its permissions", exception);
        }
    }

    /// <summary>
    /// The section of a profile: <c>[name]</c> or <c>[profile name]</c>, in the config file the latter alone but for the default
    /// profile. A name with spaces may stand in quotes; the AWS CLI writes it so.
    /// </summary>
    public static string? FindSection(this IniFile file, string profile, bool isConfig)
    {
        var sections = file.ListSectionNames();
        return (!isConfig || profile == "default") && sections.Contains(profile)
            ? profile
            : sections.FirstOrDefault(section => NameOf(section) is { } name && (name == profile || Unquote(name) == profile));
    }

    /// <summary>The profile's name in its section's, with the quotes that it has there; null where the section is no <c>[profile name]</c>.</summary>
    public static string? NameOf(string section)
    {
        const string Prefix = "profile";
        return section.StartsWith(Prefix, StringComparison.Ordinal) && section.Length > Prefix.Length && section[Prefix.Length] is ' ' or '\t'
            ? section[Prefix.Length..].Trim()
            : null;
    }

    private static string? Unquote(string name) => name.Length > 2 && name[0] is '"' or '\'' && name[^1] == name[0] ? name[1..^1] : null;

    /// <summary>Where in the file, if the SDK says so: "Line 12:&lt;its text&gt; in file ...".</summary>
    private static string Line(string message)
    {
        var text = message.AsSpan();
        return text.StartsWith("Line ") && text.IndexOf(':') is > 5 and var end
            && int.TryParse(text[5..end], NumberStyles.None, CultureInfo.InvariantCulture, out var line)
            ? string.Create(CultureInfo.InvariantCulture, $" at line {line}")
            : "";
    }
}
