using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Telemetry;
using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Signing.Chunked;
using Microsoft.AspNetCore.Http.Features;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>
/// One request's body as it will be sent: what the signature says of it, the stream, its length, and what that changes in the
/// head. <see cref="PayloadPolicy"/> decides; here it is done. Memory for one body never exceeds <c>--buffer-size</c> and a
/// few buffers of fixed size.
/// </summary>
internal sealed class Payload : IAsyncDisposable
{
    private static readonly Payload Empty = new() { Hash = PayloadHash.Empty };
    private static readonly Payload EmptyUnsigned = new() { Hash = PayloadHash.Unsigned };

    /// <summary>
    /// A body that is there already and no longer than this, in bytes, has left before the upstream could say anything to it.
    /// Arbitrary: what a connection takes at once.
    /// </summary>
    private const long AtOnceBytes = 64 * 1024;

    private readonly IAsyncDisposable[] _owned;

    private Payload(params IAsyncDisposable[] owned) => _owned = owned;

    /// <summary>What the signature says of the body.</summary>
    public required PayloadHash Hash { get; init; }

    /// <summary>Whether the caller sent <c>x-amz-content-sha256</c>, so that the upstream expects to see it.</summary>
    public bool CallerSentHash { get; init; }

    /// <summary>The body to send, or null when there is none. Not to be disposed: the payload does that.</summary>
    public Stream? Body { get; init; }

    /// <summary>Whether it was read to its end already; otherwise it is read while it is sent.</summary>
    public bool IsSpooled { get; init; }

    /// <summary>Whether it was too large for memory.</summary>
    public bool IsInFile { get; init; }

    /// <summary>Whether sending it may take so long that the upstream answers, or goes away, meanwhile.</summary>
    public bool TakesTime => Body is not null && !(IsSpooled && LengthBytes <= AtOnceBytes);

    /// <summary>The length to declare, in bytes, or null for a body whose end alone tells.</summary>
    public long? LengthBytes { get; init; }

    /// <summary>What the head must say otherwise than the caller's, because the body that is sent is framed otherwise.</summary>
    public HeaderChanges HeaderChanges { get; init; } = HeaderChanges.None;

    /// <summary>The same body, where its chunks are still to be told how to sign; else null.</summary>
    public AwsChunkedWriter? ChunksToSign { get; init; }

    /// <summary>
    /// Opens a body. Where its hash or its length must be known first, it is read to its end, otherwise left untouched: nothing
    /// is asked of a caller that waits for <c>100 Continue</c> before the request could be sent.
    /// </summary>
    /// <param name="context">The caller's request.</param>
    /// <param name="signer">Signs the request: the service's rules, and how chunks are signed. Null for one that is not signed.</param>
    /// <param name="options">The limits, and what the user wants to be signed.</param>
    /// <param name="deadline">Ends the reading.</param>
    /// <param name="onHashMismatch">Called when a body is not the one that its caller's hash names, but was sent.</param>
    /// <exception cref="ProxyException">The body is too large, or not what the caller says it is.</exception>
    public static ValueTask<Payload> OpenAsync(
        HttpContext context, RequestSigner? signer, ProxyOptions options, RequestDeadline deadline, Action onHashMismatch)
    {
        var request = context.Request;
        var facts = FactsOf(context);
        if ((facts.DecodedLengthBytes ?? facts.LengthBytes) > options.MaxBodySizeBytes
            || facts.LengthBytes > WithFraming(options.MaxBodySizeBytes))
            throw new ProxyException(SpooledBody.TooLarge(options.MaxBodySizeBytes));

        var mode = PayloadPolicy.Choose(facts, signer?.Options, options);
        if (context.Features.Get<RequestRecord>() is { } record)
            record.PayloadMode = mode;
        switch (mode)
        {
            case PayloadMode.None:
                return new(NoBody(facts, signer?.Options, options));
            case PayloadMode.TrustedHash:
                return new(Trusted(facts, Arriving(options.MaxBodySizeBytes), onHashMismatch));
            case PayloadMode.AsItIs or PayloadMode.Unsigned:
                return new(Passing(PayloadHash.Unsigned, facts, Arriving(options.MaxBodySizeBytes)));
            case PayloadMode.UnsignedTrailer:
                return new(Passing(PayloadHash.StreamingUnsignedTrailer, facts, Arriving(WithFraming(options.MaxBodySizeBytes))));
            case PayloadMode.SignedChunks:
                return new(SignedChunks(signer!.Version, request, facts, Arriving(options.MaxBodySizeBytes)));
            case PayloadMode.ResignedChunks or PayloadMode.UnsignedChunks or PayloadMode.DecodedUnsigned:
                return new(Rechunked(mode, signer!.Version, request, facts, Arriving(long.MaxValue)));
            default:
                return SpoolAsync(mode, request, facts, Arriving(long.MaxValue), options, deadline);
        }

        // What is decoded is limited by its data's length, and what is spooled by the one who spools.
        Stream Arriving(long maxBytes)
        {
            var body = new CallerBody(request, maxBytes, deadline);
            // Trailers, which are refused, may follow a body of known length in HTTP/2 alone.
            return request.Protocol == HttpProtocol.Http2 && facts.LengthBytes is { } length ? new CompleteBody(body, length) : body;
        }
    }

    /// <summary>Gives back memory, temporary file and keys.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var owned in _owned)
            await owned.DisposeAsync();
    }

    /// <summary>
    /// How long a body in aws-chunked pieces may be, in bytes. Arbitrary: twice its data, when chunks are of a few bytes, and
    /// some trailers; it is there so that what passes undecoded has a limit.
    /// </summary>
    private static long WithFraming(long dataBytes) => (2 * dataBytes) + (64 * 1024);

    /// <summary>No body, of a request that says nothing of one.</summary>
    /// <param name="signing">The service's rules, or null for a request that is not signed.</param>
    /// <param name="options">What the user wants to be signed.</param>
    public static Payload OfNothing(SigningOptions? signing, ProxyOptions options) =>
        signing?.PayloadSigning == PayloadSigning.Unsigned || options.Payload == PayloadOption.Unsigned ? EmptyUnsigned : Empty;

    private static PayloadFacts FactsOf(HttpContext context)
    {
        var headers = context.Request.Headers;
        var contentSha256 = headers[AwsNames.ContentSha256Header].ToString();
        var isChunked = contentSha256.StartsWith(AwsNames.StreamingPrefix, StringComparison.Ordinal);
        return new PayloadFacts(
            contentSha256,
            context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: false },
            headers.ContentLength,
            isChunked ? CallersChunks.DecodedLengthBytes(headers) : null,
            isChunked && CallersChunks.AnnouncedTrailers(headers).Length > 0,
            HttpMethods.IsPut(context.Request.Method));
    }

    private static Payload NoBody(PayloadFacts facts, SigningOptions? signing, ProxyOptions options)
    {
        var nothing = OfNothing(signing, options);
        return nothing == EmptyUnsigned || facts.ContentSha256.Length == 0 ? nothing : new Payload { Hash = PayloadHash.Empty, CallerSentHash = true };
    }

    private static Payload Trusted(PayloadFacts facts, Stream arriving, Action onHashMismatch)
    {
        var hash = PayloadHash.FromHex(facts.ContentSha256);
        var body = new HashCheckingBody(arriving, hash, onHashMismatch);
        return new Payload(body) { Hash = hash, CallerSentHash = true, Body = body, LengthBytes = facts.LengthBytes };
    }

    private static Payload Passing(PayloadHash literal, PayloadFacts facts, Stream arriving) =>
        new() { Hash = literal, Body = arriving, LengthBytes = facts.LengthBytes };

    private static Payload SignedChunks(SignatureVersion version, HttpRequest request, PayloadFacts facts, Stream arriving)
    {
        var dataBytes = facts.LengthBytes!.Value;
        var writer = new AwsChunkedWriter(arriving, dataBytes, version);
        return new Payload(writer)
        {
            Hash = version.StreamingPayload(hasTrailers: false),
            Body = writer,
            ChunksToSign = writer,
            LengthBytes = AwsChunkedFraming.LengthBytes(dataBytes, AwsChunkedFraming.ChunkDataBytes, version, []),
            HeaderChanges = CallersChunks.WithChunks(request.Headers, dataBytes),
        };
    }

    private static Payload Rechunked(
        PayloadMode mode, SignatureVersion version, HttpRequest request, PayloadFacts facts, Stream arriving)
    {
        var dataBytes = facts.DecodedLengthBytes!.Value;
        var reader = new AwsChunkedReader(arriving);
        if (mode == PayloadMode.DecodedUnsigned)
        {
            return new Payload(reader)
            {
                Hash = PayloadHash.Unsigned,
                Body = new CompleteBody(reader, dataBytes, () => CallersChunks.Check(reader.Trailers, request.Headers)),
                LengthBytes = dataBytes,
                HeaderChanges = CallersChunks.WithoutChunks(request.Headers, []),
            };
        }

        var signedWith = mode == PayloadMode.ResignedChunks ? version : null;
        var writer = new AwsChunkedWriter(reader, dataBytes, signedWith, () => CallersChunks.Check(reader.Trailers, request.Headers));
        return new Payload(writer, reader)
        {
            Hash = signedWith?.StreamingPayload(facts.HasTrailers) ?? PayloadHash.StreamingUnsignedTrailer,
            Body = writer,
            ChunksToSign = signedWith is null ? null : writer,
            LengthBytes = AwsChunkedFraming.LengthBytes(
                dataBytes, AwsChunkedFraming.ChunkDataBytes, signedWith, CallersChunks.AnnouncedTrailers(request.Headers)),
            HeaderChanges = CallersChunks.WithSortedTrailers(request.Headers),
        };
    }

    private static async ValueTask<Payload> SpoolAsync(
        PayloadMode mode, HttpRequest request, PayloadFacts facts, Stream arriving, ProxyOptions options, RequestDeadline deadline)
    {
        await using var reader = mode == PayloadMode.DecodedSpooled ? new AwsChunkedReader(arriving) : null;
        var spooled = await SpooledBody.ReadAsync(reader ?? arriving, reader is null ? facts.LengthBytes : null, options, deadline.Token);
        try
        {
            if (PayloadHash.IsSha256Hex(facts.ContentSha256) && PayloadHash.FromHex(facts.ContentSha256) != spooled.Hash)
            {
                throw new ProxyException(ProxyError.BadRequest(
                    $"The body is not the one that {AwsNames.ContentSha256Header} names: it was damaged or cut on its way to the proxy."));
            }

            return new Payload(spooled)
            {
                Hash = mode != PayloadMode.SpooledUnsigned ? spooled.Hash
                    : facts.ContentSha256 == AwsNames.StreamingUnsignedPayloadTrailer ? PayloadHash.StreamingUnsignedTrailer : PayloadHash.Unsigned,
                CallerSentHash = facts.ContentSha256.Length > 0,
                Body = spooled.OpenRead(),
                IsSpooled = true,
                IsInFile = spooled.IsInFile,
                LengthBytes = spooled.LengthBytes,
                HeaderChanges = reader is null
                    ? HeaderChanges.None
                    : CallersChunks.WithoutChunks(request.Headers, CallersChunks.Check(reader.Trailers, request.Headers)),
            };
        }
        catch
        {
            await spooled.DisposeAsync();
            throw;
        }
    }
}
