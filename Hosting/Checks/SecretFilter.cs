using System.Text.RegularExpressions;
using AwsSigV4Proxy.Hosting.Forwarding.Refusals;
using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Hosting.Checks;

/// <summary>Takes out of a text of the target's, which may echo the request, what must not be shown.</summary>
/// <param name="credentials">What the request was signed with, or null.</param>
internal sealed partial class SecretFilter(SigningCredentials? credentials)
{
    private const string Redacted = "(redacted)";

    /// <summary>The text's first line without secrets, cut, and fit for a terminal.</summary>
    public string Clean(string text)
    {
        foreach (var secret in (string?[])
            [credentials?.SecretAccessKey, credentials?.SessionToken, credentials is { HasPlausibleId: false } ? credentials.AccessKeyId : null])
        {
            if (secret is not null)
                text = text.Replace(secret, Redacted, StringComparison.Ordinal).Replace(Uri.EscapeDataString(secret), Redacted, StringComparison.Ordinal);
        }

        text = SignaturePattern().Replace(SigningExplanation.Redact(text), Redacted).Trim();
        var end = text.AsSpan().IndexOfAny('\r', '\n');
        return SignatureMismatch.Fit(end < 0 ? text : text[..end]);
    }

    /// <summary>Signatures of either version, and hashes, which look the same.</summary>
    [GeneratedRegex("[0-9a-fA-F]{64,}", RegexOptions.CultureInvariant)]
    private static partial Regex SignaturePattern();
}
