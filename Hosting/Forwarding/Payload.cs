using System.Globalization;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Signing;
using Microsoft.AspNetCore.Http.Features;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>
/// How one request's body is hashed, and the stream that will be sent. The one place that decides between reading a body
/// to its end and letting it pass; every further way to sign a body becomes one more case of <see cref="ReadAsync"/>.
/// </summary>
internal sealed class Payload : IAsyncDisposable
{
    private static readonly Payload None = new(PayloadHash.Empty);
    private static readonly Payload NoneUnsigned = new(PayloadHash.Unsigned);

    private readonly SpooledBody? _spooled;

    private Payload(PayloadHash hash, SpooledBody? spooled = null, bool callerSentHash = false, bool hasBody = false) =>
        (Hash, _spooled, CallerSentHash, HasBody) = (hash, spooled, callerSentHash, hasBody);

    /// <summary>What the signature says of the body.</summary>
    public PayloadHash Hash { get; }

    /// <summary>Whether there is a body to send, if only an empty one.</summary>
    public bool HasBody { get; }

    /// <summary>Whether the caller sent <c>x-amz-content-sha256</c>, so that the upstream expects to see it.</summary>
    public bool CallerSentHash { get; }

    /// <summary>The length to declare, in bytes; null to keep what the caller declared.</summary>
    public long? LengthBytes => _spooled?.LengthBytes;

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

        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            if (isUnsigned)
                return NoneUnsigned;
            return declared.Length == 0 ? None : new Payload(PayloadHash.Empty, callerSentHash: true);
        }

        if (request.ContentLength > options.MaxBodySizeBytes)
            throw new ProxyException(SpooledBody.TooLarge(options.MaxBodySizeBytes));

        if (isUnsigned)
            return await PassAsync(context, PayloadHash.Unsigned, options);
        if (signing.IsS3Family && declared == AwsNames.UnsignedPayload)
            return await PassAsync(context, PayloadHash.Unsigned, options);
        if (signing.IsS3Family && declared == AwsNames.StreamingUnsignedPayloadTrailer)
            return await PassAsync(context, PayloadHash.StreamingUnsignedTrailer, options);
        if (declared.StartsWith(AwsNames.StreamingPrefix, StringComparison.Ordinal))
            throw new ProxyException(SignedChunksRefused(declared));

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

    private static ProxyError SignedChunksRefused(string declared) => ProxyError.BadRequest(string.Create(
        CultureInfo.InvariantCulture,
        $"A body signed chunk by chunk ({declared}) cannot be signed again yet. Let the client send it whole: turn its chunked encoding off."));
}
