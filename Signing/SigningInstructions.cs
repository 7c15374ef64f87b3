namespace AwsSigV4Proxy.Signing;

/// <summary>
/// What a signed request must carry besides what the caller sent. Signing makes them; another function applies them.
/// </summary>
/// <param name="ContentSha256">The value of <c>x-amz-content-sha256</c>, or null when it is not sent.</param>
internal readonly record struct SigningInstructions(string? ContentSha256)
{
    /// <summary>The value of <c>authorization</c>, or null when the query carries the signature. Never logged.</summary>
    public string? Authorization { get; init; }

    /// <summary>The value of <c>x-amz-date</c>, or null when the query carries it.</summary>
    public string? Date { get; init; }

    /// <summary>The value of <c>x-amz-security-token</c>, or null for none. Secret.</summary>
    public string? SecurityToken { get; init; }

    /// <summary>The value of <c>x-amz-region-set</c>, or null for none or when the query carries it.</summary>
    public string? RegionSet { get; init; }

    /// <summary>
    /// What to put behind the query that is there, percent-encoded and joined by <c>&amp;</c>, or null when headers carry the
    /// signature. Secret: it holds the session token.
    /// </summary>
    public string? QueryParameters { get; init; }

    /// <summary>
    /// The signature in <see cref="Authorization"/>, whose end it is: lower-case hexadecimal digits. Never logged.
    /// </summary>
    public ReadOnlySpan<char> HeaderSignature => Authorization.AsSpan(Authorization!.LastIndexOf('=') + 1);

    /// <summary>Redacted: neither the signature nor the token is ever printed.</summary>
    public override string ToString() => QueryParameters is null ? $"signed in headers at {Date}" : "signed in the query";
}
