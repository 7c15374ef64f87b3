namespace AwsSigV4Proxy.Hosting.Credentials;

/// <summary>What <c>/ready</c> tells of the credentials.</summary>
/// <param name="IsUsable">Whether a request could be signed now.</param>
/// <param name="Reason">Why the last fetch failed, even if older credentials are still usable; null when all is well.</param>
/// <param name="Expiration">When the current credentials expire; null for never, or when there are none.</param>
internal sealed record CredentialStatus(bool IsUsable, string? Reason, DateTimeOffset? Expiration);
