using System.Buffers;

namespace AwsSigV4Proxy.Signing.Keys;

/// <summary>
/// One set of AWS credentials: what a signature is made with. Immutable, so that a request signs with one consistent set
/// however often the set is replaced meanwhile. Never printed: <see cref="DisplayId"/> and <see cref="ToString"/> show the access
/// key id alone.
/// </summary>
/// <param name="accessKeyId">The access key id, which is no secret: it stands in every signature's scope.</param>
/// <param name="secretAccessKey">The secret access key.</param>
/// <param name="sessionToken">The session token of temporary credentials, or null. An empty token counts as none.</param>
/// <param name="expiration">When AWS stops accepting them, or null when they do not expire.</param>
internal sealed class SigningCredentials(
    string accessKeyId, string secretAccessKey, string? sessionToken = null, DateTimeOffset? expiration = null)
{
    /// <summary>
    /// AWS's ids have 20 characters, the secrets 40 (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html);
    /// what imitates AWS has shorter ones, too. The room above 20 is arbitrary.
    /// </summary>
    private const int MaxIdLength = 24;

    private static readonly SearchValues<char> IdCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    /// <summary>The access key id.</summary>
    public string AccessKeyId { get; } = accessKeyId;

    /// <summary>Whether the id looks like one. What does not may be the secret, written in the wrong place.</summary>
    public bool HasPlausibleId => AccessKeyId.Length <= MaxIdLength && !AccessKeyId.AsSpan().ContainsAnyExcept(IdCharacters);

    /// <summary>The access key id, for logs and reports: not shown where it may be the secret.</summary>
    public string DisplayId => HasPlausibleId ? AccessKeyId : "(redacted)";

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
        $"{DisplayId} (secret redacted{(SessionToken is null ? "" : ", session token redacted")})";
}
