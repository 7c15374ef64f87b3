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
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();

    // Guarded by _gate.
    private DateTimeOffset _renewableAt = DateTimeOffset.MinValue;

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
            var now = time.GetUtcNow();
            fetch = cache.Join(mayBegin: now >= _renewableAt, out begins);
            if (fetch is null)
                return null;
            _renewableAt = now + Pause;
        }

        await fetch.WaitAsync(cancellationToken);
        var other = Other();
        if (begins && other is not null)
            Log.CredentialsRenewed(logger, refused.AccessKeyId, code);
        else if (begins)
            Log.CredentialsRefused(logger, refused.AccessKeyId, code, cache.Origin);
        return other;

        SigningCredentials? Other() => cache.Current is { } current && !current.HasSameKeysAs(refused) ? current : null;
    }
}
