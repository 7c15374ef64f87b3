namespace AwsSigV4Proxy.Hosting.Credentials;

/// <summary>The last refresh failed: why, and when the next one may start, so that a struggling provider is left in peace.</summary>
/// <param name="Reason">The sentence for the log and the 503.</param>
/// <param name="Cause">What was thrown, or null.</param>
/// <param name="RetryAt">Before that nobody asks again.</param>
/// <param name="Count">How many have failed in a row.</param>
internal sealed record RefreshFailure(string Reason, Exception? Cause, DateTimeOffset RetryAt, int Count)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    /// <summary>The pause after so many failures in a row: 1, 2, 4, ... 60 seconds, less up to a fifth of jitter.</summary>
    /// <param name="count">At least 1.</param>
    /// <param name="jitter">0 to 1.</param>
    public static TimeSpan PauseAfter(int count, double jitter)
    {
        var pause = FirstPause * Math.Pow(2, Math.Min(count, 10) - 1);
        return (pause < LongestPause ? pause : LongestPause) * (1 - (0.2 * jitter));
    }

    /// <summary>The error of a request that comes before the next attempt.</summary>
    public CredentialsUnavailableException ToException(DateTimeOffset now) => new(Reason, Cause)
    {
        RetryAfter = RetryAt > now ? RetryAt - now : TimeSpan.Zero,
    };
}
