namespace AwsSigV4Proxy.Hosting.Checks;

/// <summary>What one check of <c>aws-sigv4-proxy check</c> came to.</summary>
internal enum CheckMark
{
    /// <summary>All is well.</summary>
    Ok,

    /// <summary>It works now, or it cannot be told; worth a look.</summary>
    Warning,

    /// <summary>The proxy would not do what it is for.</summary>
    Failed,

    /// <summary>Not tried: an earlier check failed, or the options ask for nothing of the kind.</summary>
    Skipped,
}

/// <summary>One line of the report. No text in it is ever a secret.</summary>
/// <param name="Name">The check, a word that stays the same.</param>
/// <param name="Mark">What it came to.</param>
/// <param name="Found">What was found, for a person.</param>
/// <param name="Next">What to do about it, or null for nothing.</param>
internal sealed record CheckResult(string Name, CheckMark Mark, string Found, string? Next = null)
{
    /// <summary>Why a request was not accepted, a word that stays the same; null where there is no such reason.</summary>
    public string? Cause { get; init; }

    /// <summary>More lines for a person: where the check looked.</summary>
    public IReadOnlyList<string> Details { get; init; } = [];

    /// <summary>What was found, for a program: names that stay the same, times in ISO 8601.</summary>
    public IReadOnlyDictionary<string, string> Values { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether what builds on this check can be tried.</summary>
    public bool LetsGoOn => Mark is CheckMark.Ok or CheckMark.Warning;

    /// <summary>All is well.</summary>
    public static CheckResult Ok(string name, string found) => new(name, CheckMark.Ok, found);

    /// <summary>It works, but.</summary>
    public static CheckResult Warning(string name, string found, string next) => new(name, CheckMark.Warning, found, next);

    /// <summary>It does not work. What was found may say by itself what to do.</summary>
    public static CheckResult Failed(string name, string found, string? next) => new(name, CheckMark.Failed, found, next);

    /// <summary>Not tried.</summary>
    public static CheckResult Skipped(string name, string reason) => new(name, CheckMark.Skipped, reason);
}
