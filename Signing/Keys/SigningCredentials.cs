namespace AwsSigV4Proxy.Signing.Keys;

/// <summary>
/// One set of AWS credentials: what a signature is made with. Immutable, so that a request signs with one consistent set
/// however often the set is replaced meanwhile. Never printed: <see cref="ToString"/> shows the access key id alone.
/// </summary>
/// <param name="accessKeyId">The access key id, which is no secret: it stands in every signature's scope.</param>
/// <param name="secretAccessKey">The secret access key.</param>
/// <param name="sessionToken">The session token of temporary credentials, or null. An empty token counts as none.</param>
/// <param name="expiration">When AWS stops accepting them, or null when they do not expire.</param>
internal sealed class SigningCredentials(
    string accessKeyId, string secretAccessKey, string? sessionToken = null, DateTimeOffset? expiration = null)
{
    /// <summary>The access key id.</summary>
    public string AccessKeyId { get; } = accessKeyId;

    /// <summary>The secret access key. Secret: only key derivation reads it.</summary>
    public string SecretAccessKey { get; } = secretAccessKey;

    /// <summary>The session token, or null. Secret: only <c>x-amz-security-token</c> carries it.</summary>
    public string? SessionToken { get; } = string.IsNullOrEmpty(sessionToken) ? null : sessionToken;

    /// <summary>When AWS stops accepting these credentials, or null when never.</summary>
    public DateTimeOffset? Expiration { get; } = expiration;

    /// <summary>
    /// Whether all of them are printable ASCII without spaces, as AWS's are. A line break that a secret store added would
    /// end a header early: what follows would be a header of its own.
    /// </summary>
    public bool IsWellFormed => IsPrintable(AccessKeyId) && IsPrintable(SecretAccessKey) && (SessionToken is null || IsPrintable(SessionToken));

    /// <summary>Whether AWS takes the two for the same, whatever is said of their expiry.</summary>
    public bool HasSameKeysAs(SigningCredentials other) => ReferenceEquals(this, other)
        || (AccessKeyId == other.AccessKeyId && SecretAccessKey == other.SecretAccessKey && SessionToken == other.SessionToken);

    private static bool IsPrintable(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExceptInRange('!', '~');

    /// <summary>The access key id and the expiry; never the secret or the token.</summary>
    public override string ToString() =>
        $"{AccessKeyId} (secret redacted{(SessionToken is null ? "" : ", session token redacted")})";
}
