namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>
/// The command line or the environment says something that the proxy refuses. Shown as <c>error: MESSAGE</c> and
/// <c>hint: HINT</c>, with exit status 2, before a port is opened.
/// </summary>
/// <param name="message">What is wrong. It never holds a password, nor text that may be one.</param>
/// <param name="hint">What to write instead.</param>
internal sealed class UsageException(string message, string hint) : Exception(message)
{
    /// <summary>What to write instead.</summary>
    public string Hint { get; } = hint;

    /// <summary>The same complaint with the place that the value came from in front of it.</summary>
    public UsageException From(string origin) => new($"{origin}: {Message}", Hint);
}
