using System.Buffers;

namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>
/// Reads what <c>--assume-role</c> may say about the session: each value within the limits of STS, so that a bad one is
/// refused at start and not by every refresh
/// (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html).
/// </summary>
internal static class RoleSession
{
    /// <summary>The shortest session that STS gives.</summary>
    public static readonly TimeSpan MinDuration = TimeSpan.FromSeconds(900);

    /// <summary>The longest session that a role can be set to allow.</summary>
    public static readonly TimeSpan MaxDuration = TimeSpan.FromHours(12);

    /// <summary>The longest session of a role that was assumed with another role's credentials ("role chaining").</summary>
    public static readonly TimeSpan MaxChainedDuration = TimeSpan.FromHours(1);

    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+=,.@-";

    // Both are STS's patterns, of which \w means ASCII.
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create(Letters);
    private static readonly SearchValues<char> ExternalIdCharacters = SearchValues.Create(Letters + ":/");

    /// <summary>Checks a session's name, <c>[\w+=,.@-]{2,64}</c>, and returns it as it is.</summary>
    /// <exception cref="UsageException">It cannot be one.</exception>
    public static string ParseName(string text) =>
        text.Length is >= 2 and <= 64 && !text.AsSpan().ContainsAnyExcept(NameCharacters)
            ? text
            : throw new UsageException(
                $"{Quote.Text(text)} is not the name of a role's session", "write 2 to 64 letters, digits or characters of _+=,.@-");

    /// <summary>Checks an external ID, <c>[\w+=,.@:\/-]{2,1224}</c>, and returns it as it is. Some take it for a secret: no error shows it.</summary>
    /// <exception cref="UsageException">It cannot be one.</exception>
    public static string ParseExternalId(string text) =>
        text.Length is >= 2 and <= 1224 && !text.AsSpan().ContainsAnyExcept(ExternalIdCharacters)
            ? text
            : throw new UsageException(
                "the value is not an external ID", "write 2 to 1224 letters, digits or characters of _+=,.@:/-");

    /// <summary>Checks a session's duration, which STS counts in seconds.</summary>
    /// <exception cref="UsageException">It is none, out of range, or no whole number of seconds.</exception>
    public static TimeSpan ParseDuration(string text)
    {
        var duration = Duration.Parse(text, MinDuration, MaxDuration);
        return duration.Ticks % TimeSpan.TicksPerSecond == 0
            ? duration
            : throw new UsageException($"{Quote.Value(text)} is not a whole number of seconds", "STS counts in seconds");
    }
}
