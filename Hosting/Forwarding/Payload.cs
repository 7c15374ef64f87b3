using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Signing;
using Microsoft.AspNetCore.Http.Features;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>
/// How one request's body is hashed, the stream that will be sent, and what that changes in the head. The one place that
/// decides between reading a body to its end and letting it pass; every further way to sign a body becomes one more case of
/// <see cref="ReadAsync"/>:
///    S3 family, signed chunk by chunk   decoded and read to its end, sent as a plain body    <see cref="AwsChunkedBody"/>
///    none                               the hash of nothing
///    S3 family, unsigned by the caller  passes; the caller's literal is signed
///    VPC Lattice                        passes unsigned
///    any other                          read to its end and hashed                           <see cref="SpooledBody"/>
/// </summary>
internal sealed class Payload : IAsyncDisposable
{
    private static readonly Payload None = new(PayloadHash.Empty);
    private static readonly Payload NoneUnsigned = new(PayloadHash.Unsigned);

    private readonly SpooledBody? _spooled;

    private Payload(PayloadHash hash, SpooledBody? spooled = null, bool callerSentHash = false, bool hasBody = false) =>
        (Hash, _spooled, CallerSentHash, HasBody) = (hash, spooled, callerSentHash, hasBody);

    private Payload(AwsChunkedBody body)
        : this(body.Data.Hash, body.Data, callerSentHash: true, hasBody: true) => HeaderChanges = body.HeaderChanges;

    /// <summary>What the signature says of the body.</summary>
    public PayloadHash Hash { get; }

    /// <summary>Whether there is a body to send, if only an empty one.</summary>
    public bool HasBody { get; }

    /// <summary>Whether the caller sent <c>x-amz-content-sha256</c>, so that the upstream expects to see it.</summary>
    public bool CallerSentHash { get; }

    /// <summary>The length to declare, in bytes; null to keep what the caller declared.</summary>
    public long? LengthBytes => _spooled?.LengthBytes;

    /// <summary>What the head must say otherwise than the caller's, because the body that is sent is framed otherwise.</summary>
    public HeaderChanges HeaderChanges { get; } = HeaderChanges.None;

    /// <summary>Decides how the body is signed and, where its hash must be known first, reads it to its end.</summary>
    /// <param name="context">The caller's request; its body is read here or left untouched.</param>
    /// <param name="signing">The service's rules.</param>
    /// <param name="options">The limits.</param>
    /// <exception cref="ProxyException">The body is too large, or not what the caller says it is.</exception>
    public static async ValueTask<Payload> ReadAsync(HttpContext context, SigningOptions signing, ProxyOptions options)
    {
        var request = context.Request;
        var declared = request.Headers[AwsNames.ContentSha256Header].ToString();
        var isUnsigned = signing.PayloadSigning == PayloadSigning.Unsigned;

        // First, since even a body without data has a last chunk, and since its length on the wire is not that of the data.
        if (signing.IsS3Family && AwsChunkedBody.IsDeclaredBy(declared))
            return new Payload(await AwsChunkedBody.ReadAsync(context, options));

        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            if (isUnsigned)
                return NoneUnsigned;
            return declared.Length == 0 ? None : new Payload(PayloadHash.Empty, callerSentHash: true);
        }

        if (request.ContentLength > options.MaxBodySizeBytes)
            throw new ProxyException(SpooledBody.TooLarge(options.MaxBodySizeBytes));

        if (signing.IsS3Family && declared == AwsNames.UnsignedPayload)
            return await PassAsync(context, PayloadHash.Unsigned, options);
        if (signing.IsS3Family && declared == AwsNames.StreamingUnsignedPayloadTrailer)
            return await PassAsync(context, PayloadHash.StreamingUnsignedTrailer, options);
        if (declared.StartsWith(AwsNames.StreamingPrefix, StringComparison.Ordinal))
            throw new ProxyException(PiecesRefused(declared));
        if (isUnsigned)
            return await PassAsync(context, PayloadHash.Unsigned, options);

        var spooled = await SpoolAsync(context, options);
        if (PayloadHash.IsSha256Hex(declared) && !declared.Equals(spooled.Hash.Value, StringComparison.OrdinalIgnoreCase))
        {
            await spooled.DisposeAsync();
            throw new ProxyException(ProxyError.BadRequest(
                $"The body is not the one that {AwsNames.ContentSha256Header} names: it was damaged or cut on its way to the proxy."));
        }

        return new Payload(spooled.Hash, spooled, callerSentHash: declared.Length > 0, hasBody: true);
    }

    /// <summary>
    /// The stream to send, or null to send the caller's body as it arrives. Not to be disposed: the payload does that.
    /// </summary>
    public Stream? OpenRead() => _spooled?.OpenRead();

    /// <summary>Gives back memory and temporary file.</summary>
    public ValueTask DisposeAsync() => _spooled?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>
    /// The body passes as it arrives. Where its length is unknown it is read first all the same: S3 answers 501 to a plain
    /// <c>transfer-encoding: chunked</c>.
    /// </summary>
    private static async ValueTask<Payload> PassAsync(HttpContext context, PayloadHash literal, ProxyOptions options) =>
        new(literal, context.Request.ContentLength is null ? await SpoolAsync(context, options) : null, hasBody: true);

    private static ValueTask<SpooledBody> SpoolAsync(HttpContext context, ProxyOptions options) =>
        SpooledBody.ReadAsync(context.Request.Body, context.Request.ContentLength, options, context.RequestAborted);

    /// <summary>Sent on as content, the framing of the pieces would be taken for data.</summary>
    private static ProxyError PiecesRefused(string declared) => ProxyError.BadRequest(
        $"A body in pieces ({AwsNames.ContentSha256Header}: {declared}) can be signed for S3 alone, and not every kind. "
        + "Let the client send it whole: turn its chunked encoding off.");
}
