using System.Text.RegularExpressions;

namespace AwsSigV4Proxy.Signing;

/// <summary>
/// What a signature was made of, for the log and for the diagnosis of one that AWS refused. The properties hold the texts
/// themselves, secrets included, to be compared with those that AWS names; to be shown is what <see cref="ToString"/> and
/// <see cref="Redact"/> give.
/// </summary>
/// <param name="canonicalRequest">The canonical request, one character a byte (Latin-1).</param>
/// <param name="stringToSign">The string to sign.</param>
internal sealed partial class SigningExplanation(string canonicalRequest, string stringToSign)
{
    /// <summary>The canonical request, one character a byte (Latin-1). Secret: it holds the session token. Never logged.</summary>
    public string CanonicalRequest { get; } = canonicalRequest;

    /// <summary>The string to sign, which holds no more of the canonical request than its hash.</summary>
    public string StringToSign { get; } = stringToSign;

    /// <summary>
    /// A canonical request without what must not be shown, whose values are replaced by <c>(redacted)</c>: session tokens in
    /// headers and query, signatures, the keys that S3 encrypts objects with for their owner, and an access key id that does not look
    /// like one (<see cref="Keys.SigningCredentials.HasPlausibleId"/>). Also for the text that AWS answers with.
    /// </summary>
    public static string Redact(string canonicalRequest) => SecretPattern().Replace(canonicalRequest, "${name}(redacted)");

    /// <summary>Both texts, the canonical request redacted.</summary>
    public override string ToString() => $"Canonical request:\n{Redact(CanonicalRequest)}\nString to sign:\n{StringToSign}";

    /// <summary>
    /// A header's line to its end, whatever characters its value has; anywhere else, since a service may write the lines of its
    /// answer in one, to the end of the line or of the parameter. Sources:
    /// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html (X-Amz-Security-Token),
    /// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateSession.html (x-amz-s3session-token),
    /// https://docs.aws.amazon.com/AmazonS3/latest/userguide/specifying-s3-c-encryption.html
    /// </summary>
    [GeneratedRegex(
        """
        (?<name>^(?:authorization|x-amz-security-token|x-amz-s3session-token|x-amz-(?:copy-source-)?server-side-encryption-customer-key):)[^\r\n]*
        |(?<name>(?<![\w-])(?:authorization|x-amz-security-token|x-amz-s3session-token|x-amz-(?:copy-source-)?server-side-encryption-customer-key)[ \t]*[:=][ \t]*)[^&\r\n]*
        |(?<name>(?<![\w-])x-amz-credential=)(?![a-z0-9_-]{1,24}%2F\d{8}%2F)[^&\r\n]*
        """,
        RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex SecretPattern();
}
