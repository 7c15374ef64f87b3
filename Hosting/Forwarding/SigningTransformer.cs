using AwsSigV4Proxy.Hosting.Telemetry;
using AwsSigV4Proxy.Signing;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Yarp.ReverseProxy.Forwarder;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>
/// Turns the caller's request into the one that is sent: headers copied but for those that end here, and signed. Runs inside
/// YARP's forwarder, after it has made the message and before it sends it, so that what is signed is what leaves.
/// </summary>
/// <param name="signer">Signs.</param>
/// <param name="rules">What the user wants in the headers; applied already.</param>
/// <param name="keepFailures">Whether what the upstream says is kept for the log where it answers with an error.</param>
internal sealed class SigningTransformer(MessageSigner signer, HeaderRules rules, bool keepFailures) : HttpTransformer
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
        HopByHopHeaders.Remove(httpContext.Request.Headers, proxyRequest, rules);
        outgoing.Payload.HeaderChanges.Apply(proxyRequest);

        proxyRequest.RequestUri = outgoing.Uri;
        proxyRequest.Headers.Host = null; // the authority of the URI
        if (outgoing.Body is not null)
            proxyRequest.Content!.Headers.ContentLength = outgoing.Payload.LengthBytes;
        proxyRequest.Headers.ExpectContinue = MustAsk(httpContext.Request, outgoing) ? true : null;

        if (outgoing.Record.Span is { } span)
            RequestSpans.PassOn(span, proxyRequest);
        signer.Sign(proxyRequest, outgoing);
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
            var outgoing = httpContext.Features.GetRequiredFeature<OutgoingRequest>();
            Note(proxyResponse, outgoing);
            RequestId.GiveBack(httpContext);
            AnswerContent.Replace(proxyResponse, httpContext.Response, outgoing);
        }

        return copyBody;
    }

    private void Note(HttpResponseMessage answer, OutgoingRequest outgoing)
    {
        var record = outgoing.Record;
        record.Origin = RequestRecord.OfUpstream;
        record.Status = record.UpstreamStatus = (int)answer.StatusCode;
        record.FirstByteTime = outgoing.Deadline.SinceSent;
        record.AwsRequestId = AwsRequestId.Find(answer);
        if (keepFailures && record.Status >= FailedRequestLog.MinStatus)
            record.FailedAnswer = new FailedAnswer(answer.Content.Headers, new SecretFilter(outgoing.Credentials));
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
}
