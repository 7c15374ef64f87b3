using System.Buffers;
using System.Net.Http.Headers;
using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Signing.Keys;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Yarp.ReverseProxy.Forwarder;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>
/// What <see cref="ProxyEndpoint"/> found out about a request and <see cref="SigningTransformer"/> needs to sign it.
/// </summary>
/// <param name="Upstream">Where it goes and what signs it.</param>
/// <param name="Uri">The URI it goes to.</param>
/// <param name="Target">Path and query of that URI.</param>
/// <param name="Payload">The body.</param>
/// <param name="Credentials">What it is signed with; null where it is not signed.</param>
/// <param name="Deadline">Its time limits.</param>
internal sealed record OutgoingRequest(
    Upstream Upstream, Uri Uri, RequestTarget Target, Payload Payload, SigningCredentials? Credentials, RequestDeadline Deadline)
{
    /// <summary>Whether the upstream's answer has gone to the caller, all of it.</summary>
    public bool IsAnswered { get; set; }
}

/// <summary>
/// Turns the caller's request into the one that is sent: headers copied but for those that end here, and signed. Runs inside
/// YARP's forwarder, after it has made the message and before it sends it, so that what is signed is what leaves.
/// </summary>
internal sealed class SigningTransformer(TimeProvider time) : HttpTransformer
{
    /// <summary>
    /// S3 is asked before a body larger than this is sent (RFC 9110, 10.1.1), in bytes. Arbitrary: well below what a
    /// connection's buffers swallow, well above what a round trip costs more than.
    /// </summary>
    private const long ExpectContinueBytes = 256 * 1024;

    /// <inheritdoc/>
    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        var outgoing = httpContext.Features.GetRequiredFeature<OutgoingRequest>();

        // Copies all headers, but for most of the hop-by-hop ones.
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        // The one end-to-end header that YARP leaves out.
        if (httpContext.Request.Headers.UpgradeInsecureRequests is { Count: > 0 } preference)
            proxyRequest.Headers.TryAddWithoutValidation(HeaderNames.UpgradeInsecureRequests, preference.ToString());
        HopByHopHeaders.Remove(httpContext.Request.Headers, proxyRequest);
        outgoing.Payload.HeaderChanges.Apply(proxyRequest);

        proxyRequest.RequestUri = outgoing.Uri;
        proxyRequest.Headers.Host = null; // the authority of the URI
        if (outgoing.Payload.Body is not null)
            proxyRequest.Content!.Headers.ContentLength = outgoing.Payload.LengthBytes;
        if (!outgoing.Payload.IsSpooled && httpContext.Request.Body is OutgoingBody body)
            proxyRequest.Options.Set(StreamedContent.Handler.BodyKey, body);
        proxyRequest.Headers.ExpectContinue = MustAsk(httpContext.Request, outgoing) ? true : null;

        if (outgoing is not { Upstream.Signer: { } signer, Credentials: { } credentials })
            return;
        RemoveReplaced(httpContext.Request.Headers, proxyRequest.Headers);
        Sign(proxyRequest, outgoing, signer, credentials);
    }

    /// <inheritdoc/>
    public override async ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        var copyBody = await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        if (proxyResponse is not null)
        {
            HopByHopHeaders.Remove(proxyResponse, httpContext.Response.Headers);
            ChunkedTrailers.Announce(httpContext, proxyResponse);
            AnswerContent.Replace(proxyResponse, httpContext.Response, httpContext.Features.GetRequiredFeature<OutgoingRequest>().Deadline);
        }

        return copyBody;
    }

    /// <inheritdoc/>
    public override async ValueTask TransformResponseTrailersAsync(
        HttpContext httpContext, HttpResponseMessage proxyResponse, CancellationToken cancellationToken)
    {
        if (!await ChunkedTrailers.TryWriteAsync(httpContext, proxyResponse.TrailingHeaders, cancellationToken))
            await base.TransformResponseTrailersAsync(httpContext, proxyResponse, cancellationToken);
        httpContext.Features.GetRequiredFeature<OutgoingRequest>().IsAnswered = true;
    }

    /// <summary>
    /// Whether the upstream is asked before the body is sent. S3 is, for every large body: its refusals come early, and then
    /// nothing was sent in vain. Any other is where the caller asked and was not answered yet.
    /// </summary>
    private static bool MustAsk(HttpRequest request, OutgoingRequest outgoing) => outgoing.Upstream.Signing is { IsS3Family: true }
        ? outgoing.Payload is { Body: not null, LengthBytes: null or > ExpectContinueBytes }
        : outgoing.Payload is { Body: not null, IsSpooled: false } && request.Headers.Expect.Count > 0;

    /// <summary>Removes the caller's own signature (<see cref="SignedHeader.Replaces"/>).</summary>
    private static void RemoveReplaced(IHeaderDictionary callers, HttpRequestHeaders headers)
    {
        // A Date that the caller signed went stale with its signature; any other is the caller's to send.
        if (callers.Authorization.ToString().StartsWith("AWS4-", StringComparison.Ordinal))
            headers.Remove(HeaderNames.Date);

        foreach (var name in SignedHeader.ReplacedNames)
            headers.Remove(name);
    }

    private void Sign(HttpRequestMessage request, OutgoingRequest outgoing, RequestSigner signer, SigningCredentials credentials)
    {
        var upstream = outgoing.Upstream.Target;
        var now = time.GetUtcNow();
        var signed = ArrayPool<SignedHeader>.Shared.Rent(
            request.Headers.NonValidated.Count + (request.Content?.Headers.NonValidated.Count ?? 0));
        try
        {
            var count = Collect(request.Headers, signed, 0);
            if (request.Content is { } content)
                count = Collect(content.Headers, signed, count);

            var instructions = signer.Sign(
                request.Method.Method, outgoing.Target, upstream.Authority, signed.AsSpan(0, count),
                outgoing.Payload.Hash, outgoing.Payload.CallerSentHash, credentials, now);
            Apply(instructions, request.Headers);
            if (instructions.QueryParameters is { } parameters)
                request.RequestUri = OutgoingTarget.ToUri(upstream, outgoing.Target.WithParameters(parameters));
            outgoing.Payload.ChunksToSign?.SignWith(signer.SignChunks(instructions, credentials, now));
        }
        finally
        {
            ArrayPool<SignedHeader>.Shared.Return(signed, clearArray: true);
        }
    }

    /// <summary>
    /// Collects the headers that are signed. One that came in several lines is sent as one, joined by a comma (RFC 9110,
    /// 5.3), since the handler would join the lines with a comma and a space, which is not what callers sign or store.
    /// </summary>
    private static int Collect(HttpHeaders headers, SignedHeader[] signed, int count)
    {
        var first = count;
        var joined = false;
        foreach (var (name, values) in headers.NonValidated)
        {
            if (!SignedHeader.Includes(name))
                continue;
            joined |= values.Count > 1;
            signed[count++] = new SignedHeader(
                name.ToLowerInvariant(), values.Count > 1 ? string.Join(',', values) : values.ToString());
        }

        for (var i = first; joined && i < count; i++)
        {
            headers.Remove(signed[i].Name);
            headers.TryAddWithoutValidation(signed[i].Name, signed[i].Value);
        }

        return count;
    }

    private static void Apply(SigningInstructions instructions, HttpRequestHeaders headers)
    {
        if (instructions.Date is { } date)
            headers.TryAddWithoutValidation(AwsNames.DateHeader, date);
        if (instructions.SecurityToken is { } token)
            headers.TryAddWithoutValidation(AwsNames.SecurityTokenHeader, token);
        if (instructions.RegionSet is { } regionSet)
            headers.TryAddWithoutValidation(AwsNames.RegionSetHeader, regionSet);
        if (instructions.ContentSha256 is { } hash)
            headers.TryAddWithoutValidation(AwsNames.ContentSha256Header, hash);
        if (instructions.Authorization is { } authorization)
            headers.TryAddWithoutValidation(AwsNames.AuthorizationHeader, authorization);
    }
}
