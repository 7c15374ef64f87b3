using System.Text.Json;
using System.Text.RegularExpressions;
using AwsSigV4Proxy.Hosting.Forwarding.Refusals;
using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>Takes out of a text of the target's, which may echo the request, what must not be shown.</summary>
/// <param name="credentials">What the request was signed with, or null.</param>
internal sealed partial class SecretFilter(SigningCredentials? credentials)
{
    private const string Redacted = "(redacted)";

    /// <summary>The text's first line without secrets, cut, and fit for a terminal.</summary>
    public string Clean(string text)
    {
        text = Redact(text).Trim();
        var end = text.AsSpan().IndexOfAny('\r', '\n');
        return SignatureMismatch.Fit(end < 0 ? text : text[..end]);
    }

    /// <summary>The text without secrets.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isCut">Whether it goes on: its last word may be the beginning of a secret, which cannot be told.</param>
    public string Redact(string text, bool isCut = false)
    {
        if (isCut)
            text = LastWordPattern().Replace(text, "");
        foreach (var secret in (string?[])
            [credentials?.SecretAccessKey, credentials?.SessionToken, credentials is { HasPlausibleId: false } ? credentials.AccessKeyId : null])
        {
            if (string.IsNullOrEmpty(secret))
                continue;
            foreach (var spelling in Spellings(secret))
                text = text.Replace(spelling, Redacted, StringComparison.OrdinalIgnoreCase);
        }

        text = FieldPattern().Replace(SigningExplanation.Redact(text), "${name}\"" + Redacted + "\"");
        return SignaturePattern().Replace(text, Redacted);
    }

    /// <summary>As it is, in a query, and in JSON, where "/" and "+" may be written in two ways (RFC 8259, 7).</summary>
    private static string[] Spellings(string secret) =>
        [secret, Uri.EscapeDataString(secret), JsonEncodedText.Encode(secret).Value, secret.Replace("/", "\\/", StringComparison.Ordinal)];

    /// <summary>Signatures of either version, and hashes, which look the same.</summary>
    [GeneratedRegex("[0-9a-fA-F]{64,}", RegexOptions.CultureInvariant)]
    private static partial Regex SignaturePattern();

    /// <summary>Headers that a program behind an API echoes as JSON.</summary>
    [GeneratedRegex(
        """(?<name>"(?:authorization|proxy-authorization|cookie|x-amz-security-token|x-amz-signature|x-amz-s3session-token)"\s*:\s*\[?\s*)"(?:[^"\\]|\\.)*"?""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex FieldPattern();

    /// <summary>Characters of keys, tokens and signatures, in any of their spellings.</summary>
    [GeneratedRegex(@"[\w+/=%\\.-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex LastWordPattern();
}
