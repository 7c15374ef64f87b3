namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>Reads the name of <c>--profile</c>. Whether there is such a profile is seen when it is read, each time anew.</summary>
internal static class ProfileName
{
    /// <summary>Checks a profile's name and returns it as it is.</summary>
    /// <exception cref="UsageException">No section of a config file can have that name.</exception>
    public static string Parse(string text) =>
        text.AsSpan().ContainsAny('[', ']') || text.Any(char.IsControl) || text.Trim().Length is 0 || text != text.Trim()
            ? throw new UsageException(
                $"{Quote.Text(text)} is not the name of a profile", "`aws configure list-profiles` lists them; write the name without brackets")
            : text;
}
