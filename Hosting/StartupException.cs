namespace AwsSigV4Proxy.Hosting;

/// <summary>
/// The proxy cannot start as it was told to: a file that cannot be used, an address that cannot be bound. The command prints
/// both sentences after <c>error:</c> and <c>hint:</c> and exits with status 1. Neither ever holds a secret.
/// </summary>
/// <param name="message">What is wrong and where: names the file, the line or the address, never their secret content.</param>
/// <param name="hint">What to do about it.</param>
/// <param name="innerException">The cause, for the log's trace level; it is not printed.</param>
internal sealed class StartupException(string message, string hint, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>What to do about it.</summary>
    public string Hint { get; } = hint;
}
