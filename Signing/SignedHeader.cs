namespace AwsSigV4Proxy.Signing;

/// <summary>
/// One header that is signed: the lower-case name and the value as it leaves on the wire, one character a byte (Latin-1).
/// A header that is sent with several values in one line has them joined here exactly as they are sent.
/// </summary>
internal readonly record struct SignedHeader(string Name, string Value) : IComparable<SignedHeader>
{
    /// <summary>
    /// Whether a header of the request is signed: <c>host</c>, every <c>x-amz-*</c>, <c>content-type</c> and
    /// <c>content-md5</c>. Nothing else, because anything that a hop may rewrite breaks the signature.
    /// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html (step 1)
    /// </summary>
    public static bool Includes(ReadOnlySpan<char> name) =>
        name.StartsWith(AwsNames.AmzHeaderPrefix, StringComparison.OrdinalIgnoreCase)
        || name.Equals("content-type", StringComparison.OrdinalIgnoreCase)
        || name.Equals("content-md5", StringComparison.OrdinalIgnoreCase)
        || name.Equals(AwsNames.HostHeader, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// The caller's headers that belong to a signature of its own, which the proxy's replaces: they are neither signed nor
    /// sent. A stale token left behind when the proxy's credentials have none makes every request fail.
    /// </summary>
    public static readonly string[] ReplacedNames =
    [
        AwsNames.AuthorizationHeader, AwsNames.DateHeader, AwsNames.SecurityTokenHeader, AwsNames.RegionSetHeader,
        AwsNames.ContentSha256Header,
    ];

    /// <summary>Whether a header is one of <see cref="ReplacedNames"/>.</summary>
    public static bool Replaces(string name) => ReplacedNames.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>By name: the order of the canonical request.</summary>
    public int CompareTo(SignedHeader other) => string.CompareOrdinal(Name, other.Name);
}
