namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>
/// The time that requests are signed at: this machine's, corrected by what the upstream says of it. AWS takes no signature that
/// is more than five minutes off (S3: fifteen). Thread-safe.
/// </summary>
/// <param name="time">This machine's clock.</param>
internal sealed class SigningClock(TimeProvider time)
{
    /// <summary>
    /// A larger correction is not made: a signature from a farther future would be good for whoever kept it until then. Arbitrary;
    /// a time zone taken for another one is less.
    /// </summary>
    private static readonly TimeSpan MaxOffset = TimeSpan.FromHours(24);

    /// <summary>Two offsets are the same if they differ by less than this: dates are told in seconds, and take time to arrive.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    private long _offsetTicks;
    private long _refusedTicks;

    /// <summary>When to sign.</summary>
    public DateTimeOffset Now => LocalNow + TimeSpan.FromTicks(Volatile.Read(ref _offsetTicks));

    /// <summary>What this machine's clock shows.</summary>
    public DateTimeOffset LocalNow => time.GetUtcNow();

    /// <summary>Whether the upstream's clock can be followed.</summary>
    /// <param name="offset">How much later it is than this machine's.</param>
    /// <param name="isNews">Whether that was not known: several requests find it out at once, and one says so.</param>
    public bool CanCorrect(TimeSpan offset, out bool isNews)
    {
        var can = offset.Duration() <= MaxOffset;
        isNews = (offset - TimeSpan.FromTicks(Volatile.Read(ref can ? ref _offsetTicks : ref _refusedTicks))).Duration() > Tolerance;
        if (!can)
            Volatile.Write(ref _refusedTicks, offset.Ticks);
        return can;
    }

    /// <summary>Follows the upstream's clock.</summary>
    /// <param name="offset">How much later it is than this machine's.</param>
    /// <returns>The offset that was in use before.</returns>
    public TimeSpan Correct(TimeSpan offset) => TimeSpan.FromTicks(Interlocked.Exchange(ref _offsetTicks, offset.Ticks));
}
