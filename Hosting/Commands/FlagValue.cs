namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>Reads the value of a flag, where it has one: behind an <c>=</c>, or in an environment variable.</summary>
internal static class FlagValue
{
    private static readonly string[] On = ["true", "1", "yes", "on"];
    private static readonly string[] Off = ["false", "0", "no", "off"];

    /// <summary>Reads <c>true</c>, <c>1</c>, <c>yes</c>, <c>on</c> and their opposites, in any case.</summary>
    /// <exception cref="UsageException">It is none of these.</exception>
    public static bool Parse(string text) =>
        On.Contains(text, StringComparer.OrdinalIgnoreCase)
        || (Off.Contains(text, StringComparer.OrdinalIgnoreCase)
            ? false
            : throw new UsageException($"{Quote.Value(text)} is neither true nor false", "write true or false"));
}
