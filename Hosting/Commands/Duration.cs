using System.Globalization;

namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>
/// Durations as the command line writes them: a number with <c>ms</c>, <c>s</c>, <c>m</c> or <c>h</c>; a bare number is
/// seconds. A decimal point is allowed (<c>1.5s</c>).
/// </summary>
internal static class Duration
{
    /// <summary>The longest duration: a day. Arbitrary; well below the 24 days at which .NET's timers end.</summary>
    public static readonly TimeSpan Max = TimeSpan.FromHours(24);

    private const string Hint = "write seconds, or a number with ms, s, m or h: 30, 500ms, 1.5s, 5m, 1h";

    // Longest suffix first: "ms" ends in "s".
    private static readonly (string Suffix, long Ticks)[] Units =
    [
        ("ms", TimeSpan.TicksPerMillisecond),
        ("s", TimeSpan.TicksPerSecond),
        ("m", TimeSpan.TicksPerMinute),
        ("h", TimeSpan.TicksPerHour),
    ];

    /// <summary>Parses a duration of at least a millisecond and at most <see cref="Max"/>.</summary>
    /// <exception cref="UsageException">It is none, or out of range.</exception>
    public static TimeSpan Parse(string text) => Parse(text, TimeSpan.FromMilliseconds(1), Max);

    /// <summary>Parses a duration within a range, both ends included.</summary>
    /// <exception cref="UsageException">It is none, or out of range.</exception>
    public static TimeSpan Parse(string text, TimeSpan min, TimeSpan max)
    {
        var (number, ticksPerUnit) = (text, TimeSpan.TicksPerSecond);
        foreach (var (suffix, ticks) in Units)
        {
            if (!text.EndsWith(suffix, StringComparison.Ordinal))
                continue;
            (number, ticksPerUnit) = (text[..^suffix.Length], ticks);
            break;
        }

        const NumberStyles style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign;
        if (!decimal.TryParse(number, style, CultureInfo.InvariantCulture, out var count))
            throw new UsageException($"{Quote.Value(text)} is not a duration", Hint);

        // Compared before it is multiplied, so that nothing overflows.
        if (count < (decimal)min.Ticks / ticksPerUnit || count > (decimal)max.Ticks / ticksPerUnit)
            throw new UsageException(
                $"{Quote.Value(text)} is out of range", $"write a duration from {Format(min)} to {Format(max)}");
        return TimeSpan.FromTicks((long)(count * ticksPerUnit));
    }

    /// <summary>
    /// Writes a duration so that <see cref="Parse(string)"/> reads it back: in hours or seconds where they are whole, else in
    /// milliseconds.
    /// </summary>
    public static string Format(TimeSpan duration)
    {
        var (suffix, ticks) = duration.Ticks % TimeSpan.TicksPerHour == 0 ? ("h", TimeSpan.TicksPerHour)
            : duration.Ticks % TimeSpan.TicksPerSecond == 0 ? ("s", TimeSpan.TicksPerSecond)
            : ("ms", TimeSpan.TicksPerMillisecond);
        return string.Create(CultureInfo.InvariantCulture, $"{(decimal)duration.Ticks / ticks}{suffix}");
    }
}
