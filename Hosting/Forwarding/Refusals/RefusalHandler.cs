using System.Net;
using AwsSigV4Proxy.Hosting.Commands;

namespace AwsSigV4Proxy.Hosting.Forwarding.Refusals;

/// <summary>
/// Looks at the answers by which AWS refuses a signature, on their way through. The steps, whose numbers stand again beside the
/// code:
///    (1) Read what the answer says, and put it back                               <see cref="PeekedContent"/>, <see cref="AwsError"/>
///    (2) The time: correct the clock, and sign and send the request once more     <see cref="TimeRefusal"/>, <see cref="SigningClock"/>
///    (3) The signature: log where AWS saw another request than the signed one     <see cref="SignatureMismatch"/>
/// All others pass untouched and unread.
/// </summary>
/// <param name="signer">Signs again.</param>
/// <param name="logger">Told what was found.</param>
/// <param name="inner">Sends.</param>
internal sealed class RefusalHandler(MessageSigner signer, ILogger<RefusalHandler> logger, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <summary>As much of an answer as is read, in bytes. Arbitrary: more than any that repeats a canonical request.</summary>
    private const int MaxPeekedBytes = 64 * 1024;

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var content = request.Content;
        var answer = await base.SendAsync(request, cancellationToken);
        if (!MayBeOfSignature(answer) || !request.Options.TryGetValue(OutgoingRequest.Key, out var outgoing) || outgoing.Credentials is null)
            return answer;

        // (1) Read what the answer says
        var error = await ReadAsync(answer, cancellationToken);

        // (2) The time
        if (TimeRefusal.TimeOf(answer, error, outgoing.SignedAt) is { } time)
        {
            if (!Correct(outgoing, time) || !PrepareAgain(request, content, outgoing))
                return answer;
            answer.Dispose();
            return await base.SendAsync(request, cancellationToken);
        }

        // (3) The signature
        if (error?.CanonicalRequest is not null && MessageSigner.Explain(request, outgoing) is { } explanation)
        {
            var mismatch = SignatureMismatch.Find(explanation, error);
            Log.SignatureMismatch(
                logger, request.Method.Method, TerminalText.Sanitize(outgoing.Target.Path), TerminalText.Sanitize(error.Code),
                mismatch.What, mismatch.Signed, mismatch.Seen, mismatch.Meaning);
        }

        return answer;
    }

    private static bool MayBeOfSignature(HttpResponseMessage answer) =>
        answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;

    private static async ValueTask<AwsError?> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        // No service compresses its errors, and one that did would not be understood.
        if (answer.RequestMessage?.Method == HttpMethod.Head || answer.Content.Headers.ContentEncoding.Count > 0)
            return null;
        var errorType = answer.Headers.NonValidated.TryGetValues("x-amzn-errortype", out var values) ? values.ToString() : null;
        var peeked = await PeekedContent.ReadAsync(answer, MaxPeekedBytes, cancellationToken);
        return AwsError.Read(errorType, peeked.Beginning);
    }

    /// <summary>Takes over the upstream's time.</summary>
    /// <returns>Whether a signature of that time is worth a try.</returns>
    private bool Correct(OutgoingRequest outgoing, DateTimeOffset time)
    {
        var clock = outgoing.Upstream.Clock;
        var offset = clock.OffsetOf(time);
        if (offset.Duration() > SigningClock.MaxOffset)
        {
            Log.ClockTooFarOff(logger, outgoing.Upstream.Target.Host, offset.TotalSeconds);
            return false;
        }

        // Another request may have done it meanwhile.
        if ((offset - clock.Offset).Duration() > TimeSpan.FromSeconds(2))
        {
            clock.Correct(offset);
            Log.ClockCorrected(logger, outgoing.Upstream.Target.Host, offset.TotalSeconds);
        }

        return true;
    }

    /// <summary>Signs a request once more, if its body can be sent again or was not sent yet.</summary>
    private bool PrepareAgain(HttpRequestMessage request, HttpContent? content, OutgoingRequest outgoing)
    {
        request.Content = content;
        if (outgoing is { Body: { IsUntouched: false } body, Payload: var payload })
        {
            if (!payload.IsSpooled || !body.IsGiven)
                return false;
            request.Content = RewoundContent(content!, payload.Body!, outgoing.Deadline);
            // The one of the first attempt is over.
            BodySending.Leave();
        }

        outgoing.Deadline.Await(outgoing.Body is null ? Awaited.AnswerHeaders : Awaited.Connection);
        signer.Sign(request, outgoing);
        return true;
    }

    private static StreamContent RewoundContent(HttpContent first, Stream body, RequestDeadline deadline)
    {
        body.Position = 0;
        var again = new StreamContent(new OutgoingBody(body, sending: null, deadline));
        foreach (var (name, values) in first.Headers.NonValidated)
            again.Headers.TryAddWithoutValidation(name, values);
        return again;
    }
}
