namespace AwsSigV4Proxy.Signing;

/// <summary>
/// What the two versions of the signature are called on the wire, and how long a signature is there: all that differs
/// between them but for the key, which their signers know. Source for chunks:
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html, sigv4-streaming-trailers.html
/// </summary>
/// <param name="Algorithm">What stands in the string to sign, in <c>Authorization</c> and in <c>X-Amz-Algorithm</c>.</param>
/// <param name="ChunkAlgorithm">What the string to sign of a chunk begins with.</param>
/// <param name="TrailerAlgorithm">What the string to sign of an aws-chunked body's trailers begins with.</param>
/// <param name="ChunkSignatureBytes">How long a signature of a chunk or of trailers is as it is written, in bytes.</param>
internal sealed record SignatureVersion(string Algorithm, string ChunkAlgorithm, string TrailerAlgorithm, int ChunkSignatureBytes)
{
    /// <summary>
    /// Signature Version 4: HMAC-SHA256, good for one region. A signature is 32 bytes as hexadecimal digits.
    /// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
    /// </summary>
    public static SignatureVersion V4 { get; } = new(
        AwsNames.Sigv4Algorithm, AwsNames.Sigv4PayloadAlgorithm, AwsNames.Sigv4TrailerAlgorithm, ChunkSignatureBytes: 2 * 32);

    /// <summary>
    /// Signature Version 4A: ECDSA over P-256, good for a set of regions. A signature is up to 72 bytes of DER (RFC 3279, 2.2.3)
    /// as hexadecimal digits, those of chunks and trailers filled up with <c>*</c>, so that the body's length is known before.
    /// Source: https://github.com/awslabs/aws-c-auth, source/aws_signing.c
    /// </summary>
    public static SignatureVersion V4a { get; } = new(
        AwsNames.Sigv4aAlgorithm, AwsNames.Sigv4aPayloadAlgorithm, AwsNames.Sigv4aTrailerAlgorithm, ChunkSignatureBytes: 2 * 72);

    /// <summary>The content hash that says: an aws-chunked body whose chunks are each signed.</summary>
    /// <param name="hasTrailers">Whether trailers, signed too, follow the last chunk.</param>
    public PayloadHash StreamingPayload(bool hasTrailers) => (this == V4a, hasTrailers) switch
    {
        (false, false) => PayloadHash.StreamingHmac,
        (false, true) => PayloadHash.StreamingHmacTrailer,
        (true, false) => PayloadHash.StreamingEcdsa,
        (true, true) => PayloadHash.StreamingEcdsaTrailer,
    };
}
