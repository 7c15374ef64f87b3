using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Hosting.Credentials;

/// <summary>
/// One fetch from a source, with a limit, and its outcome: credentials that can sign, or the reason why there are none, fit for
/// the log and for callers.
/// </summary>
/// <param name="Credentials">The credentials, or null.</param>
/// <param name="Reason">Why there are none, in a sentence without secrets; empty where there are some.</param>
/// <param name="Cause">What was thrown, or null.</param>
internal sealed record CredentialFetch(SigningCredentials? Credentials, string Reason = "", Exception? Cause = null)
{
    /// <summary>Its limit: STS and SSO answer within a second or two, a credential process may take some, and retries take their time.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    // Arbitrary; real time, whatever clock the cache has.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Fetches once. Never throws.</summary>
    /// <param name="source">Where from.</param>
    /// <param name="time">Measures the limit, and tells what has expired.</param>
    /// <param name="stopping">Ends it.</param>
    /// <returns>The outcome; null when it was ended.</returns>
    public static async Task<CredentialFetch?> RunAsync(ICredentialSource source, TimeProvider time, CancellationToken stopping)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        try
        {
            var credentials = await EndAsync(source.FetchAsync, either.Token);
            return FindFault(credentials, source, time.GetUtcNow()) is { } fault ? new(null, fault) : new(credentials);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return null;
        }
        catch (OperationCanceledException exception) when (limit.IsCancellationRequested)
        {
            return new(null, $"No AWS credentials: {source.Origin} did not give any within {Limit.TotalSeconds:0} s.", exception);
        }
        catch (CredentialsUnavailableException exception)
        {
            return new(null, exception.Message, exception);
        }
        catch (Exception exception)
        {
            // A bug. Its message is nobody's who took care to keep secrets out of it.
            return new(null, $"No AWS credentials: fetching them failed unexpectedly ({exception.GetType().Name}).", exception);
        }
    }

    /// <summary>
    /// Waits for work until its token ends it, and a moment longer, in which it can clean up: a process that it started must not
    /// outlive the proxy. Work that does not listen to its token, such as the opening of a file on a network that hangs, keeps
    /// nobody waiting for ever.
    /// </summary>
    internal static async Task<T> EndAsync<T>(Func<CancellationToken, Task<T>> start, CancellationToken ends)
    {
        // Apart from the caller: what comes before the first await may block.
        var work = Task.Run(() => start(ends), CancellationToken.None);
        try
        {
            return await work.WaitAsync(ends);
        }
        catch (OperationCanceledException) when (!work.IsCompleted)
        {
            await Task.WhenAny(work, Task.Delay(Patience, CancellationToken.None));
            // How it ends is nobody's any more.
            _ = work.ContinueWith(static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            throw;
        }
    }

    private static string? FindFault(SigningCredentials credentials, ICredentialSource source, DateTimeOffset now)
    {
        if (!credentials.IsWellFormed)
        {
            return $"No AWS credentials: those of {source.Origin} hold a line break, a space or another character that no key has. "
                + "Write them again; `echo -n` and `printf` add no line break.";
        }

        return credentials.Expiration <= now
            ? $"No AWS credentials: those of {source.Origin} have expired at {credentials.Expiration:u}. Renew them, and check the clock."
            : null;
    }
}
