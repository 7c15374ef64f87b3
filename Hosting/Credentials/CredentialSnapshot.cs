using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Hosting.Credentials;

/// <summary>
/// Credentials with the times at which something is due. Immutable: one reference holds all that a request must see together.
/// </summary>
/// <param name="Credentials">The credentials.</param>
/// <param name="FreshUntil">Until then nobody needs to look at anything else; then a refresh starts in the background.</param>
/// <param name="RequiredAt">From then on a refresh is waited for before signing (<c>--signature-lifetime</c>).</param>
internal sealed record CredentialSnapshot(SigningCredentials Credentials, DateTimeOffset FreshUntil, DateTimeOffset RequiredAt)
{
    // Five minutes cover an outage of a provider and the retries of the refresh; the AWS SDKs use the same.
    private static readonly TimeSpan LongestLead = TimeSpan.FromMinutes(5);

    // Credentials without an expiry come from the environment or a file, which is cheap to read again. A session token
    // among them does expire, only nobody says when: whoever renews the file wants it noticed soon.
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LookAgainAtSession = TimeSpan.FromMinutes(1);

    // Arbitrary, so that sessions of days are still looked at when a profile is edited.
    private static readonly TimeSpan LongestFreshness = TimeSpan.FromHours(12);

    // Providers that cache (IMDS, SSO) give the same credentials until shortly before they expire: do not ask in a loop.
    private static readonly TimeSpan ShortestFreshness = TimeSpan.FromSeconds(5);

    /// <summary>Whether AWS still accepts the credentials.</summary>
    public bool IsUsable(DateTimeOffset now) => Credentials.Expiration is not { } expiration || now < expiration;

    /// <summary>Plans for credentials that were fetched now.</summary>
    /// <param name="credentials">Not yet expired.</param>
    /// <param name="now">The time of the fetch.</param>
    /// <param name="minimumLifetime">Sign only with credentials that live longer, if such are to be had.</param>
    /// <param name="jitter">0 to 1: how far to move the refresh, so that many proxies do not ask at once.</param>
    public static CredentialSnapshot Plan(SigningCredentials credentials, DateTimeOffset now, TimeSpan minimumLifetime, double jitter)
    {
        if (credentials.Expiration is not { } expiration)
        {
            var pause = credentials.SessionToken is null ? LookAgain : LookAgainAtSession;
            return new(credentials, now + (pause * (1 - (0.2 * jitter))), DateTimeOffset.MaxValue);
        }

        // In proportion: a session of 15 minutes is refreshed after 11, not at once and for ever.
        var remaining = expiration - now;
        var lead = Min(LongestLead, remaining / 4) * (1 - (0.2 * jitter));
        var required = expiration - minimumLifetime;
        var earliest = now + Max(remaining / 4, ShortestFreshness);
        var fresh = Min(Max(required - lead, earliest), Min(expiration, now + LongestFreshness));
        return new(credentials, fresh, Max(required, fresh));
    }

    private static T Min<T>(T a, T b)
        where T : IComparable<T> => a.CompareTo(b) <= 0 ? a : b;

    private static T Max<T>(T a, T b)
        where T : IComparable<T> => a.CompareTo(b) >= 0 ? a : b;
}
