namespace AwsSigV4Proxy.Signing.Canonical;

/// <summary>
/// The canonical request: the text that caller and service must build alike, byte for byte.
/// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html (step 1)
/// </summary>
internal static class CanonicalRequest
{
    /// <summary>Appends the canonical request.</summary>
    /// <param name="writer">Where it goes, as UTF-8.</param>
    /// <param name="method">The HTTP method as it is sent.</param>
    /// <param name="target">Path and query as they are sent.</param>
    /// <param name="headers">The headers that are signed, sorted by name, each name once.</param>
    /// <param name="payloadHash">The content hash.</param>
    /// <param name="options">The service's rules.</param>
    public static void Write(
        ref ByteWriter writer, ReadOnlySpan<char> method, RequestTarget target, ReadOnlySpan<SignedHeader> headers,
        PayloadHash payloadHash, SigningOptions options)
    {
        // HTTPMethod \n
        writer.WriteLatin1(method);
        writer.Write((byte)'\n');

        // CanonicalURI \n
        CanonicalPath.Write(ref writer, target.Path, options);
        writer.Write((byte)'\n');

        // CanonicalQueryString \n
        CanonicalQuery.Write(ref writer, target.Query);
        writer.Write((byte)'\n');

        // CanonicalHeaders \n
        CanonicalHeaders.Write(ref writer, headers);
        writer.Write((byte)'\n');

        // SignedHeaders \n
        CanonicalHeaders.WriteNames(ref writer, headers);
        writer.Write((byte)'\n');

        // HashedPayload
        writer.WriteLatin1(payloadHash.Value);
    }
}
