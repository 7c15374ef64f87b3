namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>How one request's body is hashed, signed and sent. <see cref="PayloadPolicy"/> chooses.</summary>
internal enum PayloadMode
{
    /// <summary>There is no body: the hash of nothing, or <c>UNSIGNED-PAYLOAD</c> where the service wants that.</summary>
    None,

    /// <summary>Streams as it is, and the request is not signed either (<c>--no-sign</c>).</summary>
    AsItIs,

    /// <summary>Streams under the hash that the caller sent in <c>x-amz-content-sha256</c>, and is held against it on the way.</summary>
    TrustedHash,

    /// <summary>Streams as <c>UNSIGNED-PAYLOAD</c>.</summary>
    Unsigned,

    /// <summary>Streams as it is, the caller's chunks and trailer, as <c>STREAMING-UNSIGNED-PAYLOAD-TRAILER</c>.</summary>
    UnsignedTrailer,

    /// <summary>A plain body, streams in chunks that the proxy makes and signs: <c>STREAMING-AWS4-HMAC-SHA256-PAYLOAD</c>.</summary>
    SignedChunks,

    /// <summary>
    /// The caller's chunks are decoded, and made and signed anew on the way, trailers too:
    /// <c>STREAMING-AWS4-HMAC-SHA256-PAYLOAD[-TRAILER]</c>.
    /// </summary>
    ResignedChunks,

    /// <summary>The caller's chunks are decoded and made anew without signatures: <c>STREAMING-UNSIGNED-PAYLOAD-TRAILER</c>.</summary>
    UnsignedChunks,

    /// <summary>The caller's chunks are decoded, their data streams as a plain body: <c>UNSIGNED-PAYLOAD</c>.</summary>
    DecodedUnsigned,

    /// <summary>The caller's chunks are decoded and read to their end, since nothing says how long they are.</summary>
    DecodedSpooled,

    /// <summary>Read to its end first, and hashed.</summary>
    Spooled,

    /// <summary>Read to its end first, since S3 must be told its length, and sent under the literal that is not a hash.</summary>
    SpooledUnsigned,
}
