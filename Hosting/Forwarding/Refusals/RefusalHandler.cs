using System.Net;
using AwsSigV4Proxy.Hosting.Commands;

namespace AwsSigV4Proxy.Hosting.Forwarding.Refusals;

/// <summary>
/// Looks at the answers by which AWS may refuse a signature (400, 401, 403), on their way through. The steps, whose numbers stand
/// again beside the code:
///    (1) Read the beginning of what the answer says, and put it back              <see cref="PeekedContent"/>, <see cref="AwsError"/>
///    (2) The time: correct the clock, and sign and send the request once more     <see cref="TimeRefusal"/>, <see cref="SigningClock"/>
///    (3) The signature: log where AWS saw another request than the signed one     <see cref="SignatureMismatch"/>
/// Answers of any other status pass unread.
/// </summary>
/// <param name="signer">Signs again.</param>
/// <param name="logger">Told what was found.</param>
/// <param name="client">Sends.</param>
internal sealed class RefusalHandler(MessageSigner signer, ILogger<RefusalHandler> logger, HttpMessageInvoker client)
{
    /// <summary>As much of an answer as is read, in bytes. Arbitrary: more than any that repeats a canonical request.</summary>
    private const int MaxPeekedBytes = 64 * 1024;

    /// <summary>
    /// How often a request that does no harm twice is sent again. Twice: the first attempt may meet a connection that the upstream
    /// is just closing after its refusal.
    /// </summary>
    private const int MaxAttempts = 2;

    /// <summary>Sends a message, and gives its answer when the headers are there.</summary>
    /// <param name="request">The message.</param>
    /// <param name="outgoing">What is known of it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, OutgoingRequest outgoing, CancellationToken cancellationToken)
    {
        var content = StreamedContent.StandIn(request.Content, outgoing);
        request.Content = content;
        var answer = await client.SendAsync(request, cancellationToken);
        if (!MayBeOfSignature(answer) || outgoing.Credentials is null)
            return answer;
        try
        {
            // (1) Read what the answer says
            var arrivedAt = outgoing.Upstream.Clock.LocalNow;
            var error = await ReadAsync(answer, cancellationToken);

            // (2) The time
            if (TimeRefusal.TimeOf(answer, error, outgoing.SignedAt) is { } time)
            {
                var second = await SendAgainAsync(request, content, outgoing, time - arrivedAt, isSure: error is not null, cancellationToken);
                if (second is null)
                    return answer;
                answer.Dispose();
                answer = second;
                error = MayBeOfSignature(answer) ? await ReadAsync(answer, cancellationToken) : null;
            }

            // (3) The signature
            if (error?.CanonicalRequest is not null)
                LogMismatch(request, outgoing, error);
            return answer;
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    private static bool MayBeOfSignature(HttpResponseMessage answer) =>
        answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;

    private static async ValueTask<AwsError?> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        // No service compresses its errors, and one that did would not be understood.
        if (answer.RequestMessage?.Method == HttpMethod.Head || answer.Content.Headers.NonValidated.Contains("Content-Encoding"))
            return null;
        var errorType = answer.Headers.NonValidated.TryGetValues("x-amzn-errortype", out var values) ? values.ToString() : null;
        var peeked = await PeekedContent.ReadAsync(answer, MaxPeekedBytes, cancellationToken);
        return AwsError.Read(errorType, peeked.Beginning);
    }

    /// <summary>Takes over the upstream's time, signs for it and sends once more.</summary>
    /// <param name="request">The request that was refused.</param>
    /// <param name="content">The content that it was first sent with.</param>
    /// <param name="outgoing">What is known of it.</param>
    /// <param name="offset">How much later the upstream's clock is than this machine's.</param>
    /// <param name="isSure">Whether the upstream said that it refused the time; otherwise the second answer must show it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The second answer, or null where the first one stands.</returns>
    private async Task<HttpResponseMessage?> SendAgainAsync(
        HttpRequestMessage request, HttpContent? content, OutgoingRequest outgoing, TimeSpan offset, bool isSure,
        CancellationToken cancellationToken)
    {
        var clock = outgoing.Upstream.Clock;
        var host = outgoing.Upstream.Target.Host;
        if (!clock.CanCorrect(offset, out var isNews))
        {
            if (isNews)
                Log.ClockTooFarOff(logger, host, offset.Duration().TotalSeconds, Direction(offset));
            return null;
        }

        var before = clock.Correct(offset);
        if (isSure && isNews)
            Log.ClockCorrected(logger, host, offset.Duration().TotalSeconds, Direction(offset));

        for (var attempt = 1; PrepareAgain(request, content, outgoing); attempt++)
        {
            try
            {
                var answer = await client.SendAsync(request, cancellationToken);
                if (!isSure && MayBeOfSignature(answer))
                    clock.Correct(before);
                else if (!isSure && isNews)
                    Log.ClockCorrected(logger, host, offset.Duration().TotalSeconds, Direction(offset));
                return answer;
            }
            catch (HttpRequestException) when (IsIdempotent(request.Method))
            {
                if (attempt == MaxAttempts)
                    break;
            }
        }

        return null;
    }

    /// <summary>RFC 9110, 9.2.2. Whether another request was carried out cannot be told when its connection breaks.</summary>
    private static bool IsIdempotent(HttpMethod method) =>
        method == HttpMethod.Get || method == HttpMethod.Head || method == HttpMethod.Put || method == HttpMethod.Delete || method == HttpMethod.Options;

    private static string Direction(TimeSpan offset) => offset < TimeSpan.Zero ? "ahead of" : "behind";

    /// <summary>Signs a request once more, if its body can be sent again or was not sent yet.</summary>
    private bool PrepareAgain(HttpRequestMessage request, HttpContent? content, OutgoingRequest outgoing)
    {
        request.Content = content;
        if (outgoing is { Body: { IsUntouched: false } body, Payload: var payload })
        {
            // One that was not given to its end is still being read from: an early refusal over HTTP/2.
            if (!payload.IsSpooled || !body.IsGiven)
                return false;
            request.Content = Rewind(content!, payload, outgoing.Deadline);
        }

        outgoing.Deadline.Await(outgoing.Body is null ? Awaited.AnswerHeaders : Awaited.Connection);
        signer.Sign(request, outgoing);
        return true;
    }

    private static StreamContent Rewind(HttpContent first, Payload payload, RequestDeadline deadline)
    {
        payload.Body!.Position = 0;
        // In this flow alone: the first attempt's sending is over.
        var sending = payload.TakesTime ? BodySending.Open(payload.LengthBytes, callersBody: null) : BodySending.None();
        var again = new StreamContent(new OutgoingBody(payload.Body, sending, deadline));
        foreach (var (name, values) in first.Headers.NonValidated)
            again.Headers.TryAddWithoutValidation(name, values);
        return again;
    }

    private void LogMismatch(HttpRequestMessage request, OutgoingRequest outgoing, AwsError error)
    {
        if (MessageSigner.Explain(request, outgoing) is not { } explanation)
            return;
        var mismatch = SignatureMismatch.Find(explanation, error);
        Log.SignatureMismatch(
            logger, request.Method.Method, TerminalText.Sanitize(outgoing.Target.Path), SignatureMismatch.Fit(error.Code),
            mismatch.What, mismatch.Signed, mismatch.Seen, mismatch.Meaning);
    }
}
