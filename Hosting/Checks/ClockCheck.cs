using System.Globalization;

namespace AwsSigV4Proxy.Hosting.Checks;

/// <summary>
/// Compares this machine's clock with the <c>Date</c> of the target's answer. AWS refuses what is signed more than five minutes
/// off (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html).
/// </summary>
internal static class ClockCheck
{
    private const string Name = "clock";
    private static readonly TimeSpan Warned = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Refused = TimeSpan.FromMinutes(5);

    /// <summary>Compares.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="arrivedAt">When it arrived, by this machine's clock.</param>
    public static CheckResult Explain(HttpResponseMessage answer, DateTimeOffset arrivedAt)
    {
        // An answer with an age comes from a cache, and is as old as that.
        if (!answer.Headers.NonValidated.TryGetValues("Date", out var value) || answer.Headers.NonValidated.Contains("Age")
            || !DateTimeOffset.TryParseExact(value.ToString(), "r", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            return CheckResult.Skipped(Name, "the answer does not tell the target's time (no Date)");

        var offset = arrivedAt - date;
        var seconds = Math.Round(offset.TotalSeconds).ToString("0", CultureInfo.InvariantCulture);
        var found = $"this machine's clock is {seconds.TrimStart('-')} s {(offset < TimeSpan.Zero ? "behind" : "ahead of")} the target's";
        var result = offset.Duration() > Refused
            ? CheckResult.Failed(
                Name, $"{found}: AWS refuses what is signed more than {Refused.TotalMinutes:0} minutes off", "set this machine's clock (NTP)")
            : offset.Duration() > Warned
                ? CheckResult.Warning(Name, found, "set this machine's clock (NTP), before AWS refuses signatures for it")
                : CheckResult.Ok(Name, found);
        return result with { Values = new Dictionary<string, string> { ["offsetSeconds"] = seconds } };
    }
}
