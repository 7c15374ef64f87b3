namespace AwsSigV4Proxy.Hosting.Credentials;

/// <summary>
/// No provider gave credentials. The message is a sentence for the person who reads the log or the 503: each provider that
/// was tried, why it failed, and what to do. It never holds a secret.
/// </summary>
internal sealed class CredentialsUnavailableException(string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>The time until the next attempt, the answer's <c>Retry-After</c>; null where nobody knows yet.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
