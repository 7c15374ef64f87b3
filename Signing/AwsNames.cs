namespace AwsSigV4Proxy.Signing;

/// <summary>
/// The fixed names of Signature Version 4 and 4A: the algorithms, the headers, the query parameters, the payload literals.
/// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html
/// </summary>
internal static class AwsNames
{
    /// <summary>The algorithm of Signature Version 4, as it stands in the string to sign and in <c>Authorization</c>.</summary>
    public const string Sigv4Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>What the string to sign of a chunk begins with, in place of the algorithm.</summary>
    public const string Sigv4PayloadAlgorithm = "AWS4-HMAC-SHA256-PAYLOAD";

    /// <summary>What the string to sign of an aws-chunked body's trailers begins with.</summary>
    public const string Sigv4TrailerAlgorithm = "AWS4-HMAC-SHA256-TRAILER";

    /// <summary>The algorithm of Signature Version 4A, as it stands in the string to sign and in <c>Authorization</c>.</summary>
    public const string Sigv4aAlgorithm = "AWS4-ECDSA-P256-SHA256";

    /// <summary>What the string to sign of a chunk begins with in Signature Version 4A.</summary>
    public const string Sigv4aPayloadAlgorithm = "AWS4-ECDSA-P256-SHA256-PAYLOAD";

    /// <summary>What the string to sign of an aws-chunked body's trailers begins with in Signature Version 4A.</summary>
    public const string Sigv4aTrailerAlgorithm = "AWS4-ECDSA-P256-SHA256-TRAILER";

    /// <summary>The last part of every credential scope.</summary>
    public const string ScopeTerminator = "aws4_request";

    /// <summary>Carries algorithm, credential scope, signed headers and signature.</summary>
    public const string AuthorizationHeader = "authorization";

    /// <summary>The Host header, signed always (RFC 9110, 7.2).</summary>
    public const string HostHeader = "host";

    /// <summary>When the request was signed, as <c>yyyyMMdd'T'HHmmss'Z'</c>.</summary>
    public const string DateHeader = "x-amz-date";

    /// <summary>The session token of temporary credentials.</summary>
    public const string SecurityTokenHeader = "x-amz-security-token";

    /// <summary>The regions that a signature of Signature Version 4A is good for.</summary>
    public const string RegionSetHeader = "x-amz-region-set";

    /// <summary>The payload hash that was signed, or a literal that says how the payload is signed.</summary>
    public const string ContentSha256Header = "x-amz-content-sha256";

    /// <summary>What the names of all headers that AWS defines for requests begin with.</summary>
    public const string AmzHeaderPrefix = "x-amz-";

    /// <summary>Content hash that says: the payload is not part of the signature.</summary>
    public const string UnsignedPayload = "UNSIGNED-PAYLOAD";

    /// <summary>Content hash that says: an unsigned aws-chunked body whose trailer carries a checksum.</summary>
    public const string StreamingUnsignedPayloadTrailer = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";

    /// <summary>What the content hash of every body that is sent in signed or checksummed pieces begins with.</summary>
    public const string StreamingPrefix = "STREAMING-";

    /// <summary>Content hash that says: an aws-chunked body whose chunks are each signed with HMAC-SHA256.</summary>
    public const string StreamingHmacPayload = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";

    /// <summary>Content hash that says: the same, with a signed trailer behind the last chunk.</summary>
    public const string StreamingHmacPayloadTrailer = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";

    /// <summary>Content hash that says: an aws-chunked body whose chunks are each signed with ECDSA (Signature Version 4A).</summary>
    public const string StreamingEcdsaPayload = "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD";

    /// <summary>Content hash that says: the same, with a signed trailer behind the last chunk.</summary>
    public const string StreamingEcdsaPayloadTrailer = "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER";

    /// <summary>
    /// The content coding of a body in such chunks.
    /// Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
    /// </summary>
    public const string AwsChunkedCoding = "aws-chunked";

    /// <summary>How long the data in an aws-chunked body is, in bytes, without its framing.</summary>
    public const string DecodedContentLengthHeader = "x-amz-decoded-content-length";

    /// <summary>Names the trailers that come behind the last chunk of an aws-chunked body.</summary>
    public const string TrailerHeader = "x-amz-trailer";

    /// <summary>
    /// The query parameters of a presigned URL. They belong to the caller's own signature, which the proxy's replaces. AWS's
    /// JavaScript SDK puts the content hash among them.
    /// Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
    /// </summary>
    public static readonly string[] PresignParameters =
    [
        "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires",
        "X-Amz-Region-Set", "X-Amz-SignedHeaders", "X-Amz-Signature", "X-Amz-Security-Token", "X-Amz-Content-Sha256",
    ];
}
