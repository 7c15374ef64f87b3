namespace AwsSigV4Proxy.Signing.Chunked;

/// <summary>
/// An aws-chunked body is not framed as it must be. The message is a sentence that names what is wrong and where; it never
/// repeats bytes of the body.
/// </summary>
internal sealed class AwsChunkedFormatException(string message) : FormatException(message);
