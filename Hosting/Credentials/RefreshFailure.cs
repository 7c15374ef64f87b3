namespace AwsSigV4Proxy.Hosting.Credentials;

/// <summary>The last refresh failed: why, and when the next one may start, so that a struggling provider is left in peace.</summary>
/// <param name="Reason">The sentence for the log and the 503.</param>
/// <param name="Cause">What was thrown, or null.</param>
/// <param name="RetryAt">Before that nobody asks again.</param>
/// <param name="Count">How many have failed in a row.</param>
internal sealed record RefreshFailure(string Reason, Exception? Cause, DateTimeOffset RetryAt, int Count)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    // Arbitrary: long enough for a provider to recover, short enough that requests do not fail for long once it has.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    /// <summary>
    /// The pause after so many failures in a row: 1, 2, 4, 8, 15, 15, ... seconds, less up to a fifth of jitter. Shorter when the
    /// credentials in use are about to expire: there must be time for several more attempts before requests fail.
    /// </summary>
    /// <param name="count">At least 1.</param>
    /// <param name="jitter">0 to 1.</param>
    /// <param name="remaining">How long the credentials in use are still good; null when there are none, or they do not expire.</param>
    public static TimeSpan PauseAfter(int count, double jitter, TimeSpan? remaining)
    {
        var pause = FirstPause * Math.Pow(2, Math.Min(count, 10) - 1);
        var longest = remaining / 4 is { } part && part < LongestPause ? part : LongestPause;
        longest = longest > FirstPause ? longest : FirstPause;
        return (pause < longest ? pause : longest) * (1 - (0.2 * jitter));
    }

    /// <summary>The error of a request that comes before the next attempt.</summary>
    public CredentialsUnavailableException ToException(DateTimeOffset now) => new(Reason, Cause)
    {
        // A clock that was set back must not send callers away for longer than the pause; while the next attempt is under way it is
        // worth to come back in a second.
        RetryAfter = TimeSpan.FromSeconds(Math.Clamp((RetryAt - now).TotalSeconds, FirstPause.TotalSeconds, LongestPause.TotalSeconds)),
    };
}
