namespace AwsSigV4Proxy.Signing;

/// <summary>Which version of the signature a request carries.</summary>
internal enum SigningAlgorithm
{
    /// <summary>
    /// Signature Version 4: HMAC-SHA256, good for one region.
    /// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
    /// </summary>
    SigV4,

    /// <summary>
    /// Signature Version 4A: ECDSA over P-256, good for a set of regions.
    /// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html (how AWS SigV4 works, SigV4a)
    /// </summary>
    SigV4a,
}
