using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Signing;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>What the head of a request says of its body.</summary>
/// <param name="ContentSha256">The caller's <c>x-amz-content-sha256</c>, or empty.</param>
/// <param name="HasBody">Whether a body may follow, if only an empty one.</param>
/// <param name="LengthBytes">Its declared length, or null where the end alone will tell.</param>
/// <param name="DecodedLengthBytes">The length of the data in aws-chunked pieces, or null where the caller does not say.</param>
/// <param name="HasTrailers">Whether <c>x-amz-trailer</c> announces any.</param>
/// <param name="IsPut">Whether the method is PUT.</param>
internal readonly record struct PayloadFacts(
    string ContentSha256, bool HasBody, long? LengthBytes, long? DecodedLengthBytes, bool HasTrailers, bool IsPut);

/// <summary>
/// Decides how a body is signed: the one place that does. The first row that fits (S3 stands for its family):
///    <c>--no-sign</c>                           streams as it is                  <see cref="PayloadMode.AsItIs"/>
///    signed chunk by chunk by the caller, S3    decoded, signed anew              <see cref="PayloadMode.ResignedChunks"/>
///    none                                       the hash of nothing               <see cref="PayloadMode.None"/>
///    unsigned aws-chunked by the caller, S3     streams as it is                  <see cref="PayloadMode.UnsignedTrailer"/>
///    <c>UNSIGNED-PAYLOAD</c> by the caller, S3  streams                           <see cref="PayloadMode.Unsigned"/>
///    VPC Lattice; <c>--payload unsigned</c>     streams                           <see cref="PayloadMode.Unsigned"/>
///    under a hash of the caller's               streams, checked on the way       <see cref="PayloadMode.TrustedHash"/>
///    a large PUT, S3                            streams, signed chunk by chunk    <see cref="PayloadMode.SignedChunks"/>
///    any other                                  read to its end, hashed           <see cref="PayloadMode.Spooled"/>
/// What streams to S3 must say how long it is; where the caller does not, it is read to its end as well. For other services a
/// body of unknown length streams only if it need not be hashed first.
/// </summary>
internal static class PayloadPolicy
{
    /// <summary>Chooses for one request.</summary>
    /// <param name="facts">What its head says.</param>
    /// <param name="signing">The service's rules, or null for a request that is not signed.</param>
    /// <param name="options">What the user wants: <c>--payload</c>, <c>--sign-location</c>, <c>--buffer-size</c>.</param>
    /// <exception cref="ProxyException">The body is in pieces that the service does not take.</exception>
    public static PayloadMode Choose(in PayloadFacts facts, SigningOptions? signing, ProxyOptions options)
    {
        if (signing is null)
            return facts.HasBody ? PayloadMode.AsItIs : PayloadMode.None;
        if (signing.IsS3Family && CallersChunks.AreSigned(facts.ContentSha256))
            return ChooseForSignedChunks(facts, WantsUnsigned(signing, options));
        if (!facts.HasBody)
            return PayloadMode.None;
        if (signing.IsS3Family && facts.ContentSha256 == AwsNames.StreamingUnsignedPayloadTrailer)
            return ChooseForUnsignedTrailer(facts, options);
        if (facts.ContentSha256.StartsWith(AwsNames.StreamingPrefix, StringComparison.Ordinal))
            throw new ProxyException(PiecesRefused(facts.ContentSha256));

        if (signing.PayloadSigning == PayloadSigning.Unsigned || options.Payload == PayloadOption.Unsigned)
            return Unsigned(facts, signing);
        if (PayloadHash.IsSha256Hex(facts.ContentSha256))
            return facts.LengthBytes is null ? PayloadMode.Spooled : PayloadMode.TrustedHash;
        if (signing.IsS3Family && options.Payload != PayloadOption.Signed && facts.ContentSha256 == AwsNames.UnsignedPayload)
            return Unsigned(facts, signing);
        // S3 takes no chunks under a signature in the query, and a presigned URL leaves the body out.
        if (signing.IsS3Family && options.SignLocation == SignatureLocation.Query)
            return Unsigned(facts, signing);
        // Chunks are for PutObject and UploadPart alone: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
        return signing.IsS3Family && facts.IsPut && facts.LengthBytes > options.BufferSizeBytes
            ? PayloadMode.SignedChunks
            : PayloadMode.Spooled;
    }

    /// <summary>Whether bodies are left out of the signature, whatever the caller says of them.</summary>
    private static bool WantsUnsigned(SigningOptions signing, ProxyOptions options) =>
        options.Payload == PayloadOption.Unsigned || (signing.IsS3Family && options.SignLocation == SignatureLocation.Query);

    private static PayloadMode ChooseForSignedChunks(in PayloadFacts facts, bool wantsUnsigned) => facts switch
    {
        // Without a body even the last chunk is missing, which is found out when it is read.
        { HasBody: false } or { DecodedLengthBytes: null } => PayloadMode.DecodedSpooled,
        { HasTrailers: true } when wantsUnsigned => PayloadMode.UnsignedChunks,
        _ => wantsUnsigned ? PayloadMode.DecodedUnsigned : PayloadMode.ResignedChunks,
    };

    private static PayloadMode ChooseForUnsignedTrailer(in PayloadFacts facts, ProxyOptions options)
    {
        if (options.Payload == PayloadOption.Signed)
            return facts.DecodedLengthBytes is null ? PayloadMode.DecodedSpooled : PayloadMode.ResignedChunks;
        // S3 takes the length of the data for that of the body.
        return facts.LengthBytes is null && facts.DecodedLengthBytes is null ? PayloadMode.SpooledUnsigned : PayloadMode.UnsignedTrailer;
    }

    private static PayloadMode Unsigned(in PayloadFacts facts, SigningOptions signing) =>
        signing.IsS3Family && facts.LengthBytes is null ? PayloadMode.SpooledUnsigned : PayloadMode.Unsigned;

    /// <summary>Sent on as content, the framing of the pieces would be taken for data.</summary>
    private static ProxyError PiecesRefused(string declared) => ProxyError.BadRequest(
        $"A body in pieces ({AwsNames.ContentSha256Header}: {declared}) can be signed for S3 alone, and not every kind. "
        + "Let the client send it whole: turn its chunked encoding off.");
}
