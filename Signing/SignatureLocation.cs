namespace AwsSigV4Proxy.Signing;

/// <summary>Where a request carries its signature.</summary>
internal enum SignatureLocation
{
    /// <summary>
    /// In the <c>Authorization</c> header.
    /// Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html
    /// </summary>
    Header,

    /// <summary>
    /// In the query, as a presigned URL does: what the WebSocket endpoints of some services want (AWS IoT, Amazon Transcribe).
    /// Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
    /// </summary>
    Query,
}
