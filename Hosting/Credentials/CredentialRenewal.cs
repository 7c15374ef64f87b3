using AwsSigV4Proxy.Signing.Keys;
using Microsoft.Extensions.Logging;

namespace AwsSigV4Proxy.Hosting.Credentials;

/// <summary>Replaces credentials that AWS has refused as no longer good, without asking their provider for others all the time.</summary>
/// <remarks>Thread-safe.</remarks>
/// <param name="cache">Has the credentials.</param>
/// <param name="logger">Told of the outcome.</param>
/// <param name="time">The clock of the cache.</param>
internal sealed class CredentialRenewal(CredentialCache cache, ILogger logger, TimeProvider time)
{
    // Arbitrary: AWS may refuse every request, whatever is fetched, or a caller may send tokens of its own that have expired.
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    // A refusal may have nothing to do with what a provider that hangs would give: its answer waits no longer for that. Arbitrary.
    private static readonly TimeSpan WaitLimit = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();

    // Guarded by _gate. A timestamp: the clock is just what may have been set.
    private long? _renewedAt;

    /// <summary>
    /// Fetches others at once, unless that was done a moment ago. Other requests are not held up meanwhile, since what AWS refused
    /// may have been a token of the caller's.
    /// </summary>
    /// <param name="refused">What the request was signed with.</param>
    /// <param name="code">What AWS says, for the log.</param>
    /// <param name="cancellationToken">Ends the caller's wait, never the fetch, which begins before this returns.</param>
    /// <returns>Others than the refused, or null where there are none.</returns>
    public async Task<SigningCredentials?> RenewAsync(SigningCredentials refused, string code, CancellationToken cancellationToken)
    {
        Task? fetch;
        bool begins;
        lock (_gate)
        {
            if (Other() is { } renewed)
                return renewed;
            fetch = cache.Join(mayBegin: _renewedAt is not { } last || time.GetElapsedTime(last) >= Pause, out begins);
            // One may have ended since the last look.
            if (fetch is null)
                return Other();
            _renewedAt = time.GetTimestamp();
        }

        try
        {
            await fetch.WaitAsync(WaitLimit, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // The fetch goes on, for requests to come.
        }

        var other = Other();
        if (begins && other is not null)
            Log.CredentialsRenewed(logger, refused.DisplayId, code);
        else if (begins)
            Log.CredentialsRefused(logger, refused.DisplayId, code, cache.Origin);
        return other;

        SigningCredentials? Other() => cache.Current is { } current && !current.HasSameKeysAs(refused) ? current : null;
    }
}
