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
    public static readonly TimeSpan MaxOffset = TimeSpan.FromHours(24);

    private long _offsetTicks;

    /// <summary>When to sign.</summary>
    public DateTimeOffset Now => time.GetUtcNow() + Offset;

    /// <summary>How much later the upstream's clock is than this machine's, as far as that is known.</summary>
    public TimeSpan Offset => TimeSpan.FromTicks(Volatile.Read(ref _offsetTicks));

    /// <summary>How much later another clock is than this machine's.</summary>
    /// <param name="theirs">What the other clock shows now.</param>
    public TimeSpan OffsetOf(DateTimeOffset theirs) => theirs - time.GetUtcNow();

    /// <summary>Takes an offset for the upstream's.</summary>
    public void Correct(TimeSpan offset) => Volatile.Write(ref _offsetTicks, offset.Ticks);
}
