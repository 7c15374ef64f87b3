namespace AwsSigV4Proxy.Signing;

/// <summary>
/// What a signed request must carry besides what the caller sent. Signing makes them; another function applies them.
/// </summary>
/// <param name="Authorization">The value of <c>authorization</c>. Secret enough never to be logged.</param>
/// <param name="Date">The value of <c>x-amz-date</c>.</param>
/// <param name="SecurityToken">The value of <c>x-amz-security-token</c>, or null for none. Secret.</param>
/// <param name="ContentSha256">The value of <c>x-amz-content-sha256</c>, or null when it is not sent.</param>
internal readonly record struct SigningInstructions(
    string Authorization, string Date, string? SecurityToken, string? ContentSha256)
{
    /// <summary>Redacted: neither the signature nor the token is ever printed.</summary>
    public override string ToString() => $"signed at {Date}";
}
