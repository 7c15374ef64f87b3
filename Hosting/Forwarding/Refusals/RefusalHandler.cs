using System.Net;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Credentials;
using AwsSigV4Proxy.Hosting.Telemetry;

namespace AwsSigV4Proxy.Hosting.Forwarding.Refusals;

/// <summary>
/// Looks at the answers by which AWS may refuse a signature (400, 401, 403), on their way through. The steps, whose numbers stand
/// again beside the code:
///    (1) Read the beginning of what the answer says, and put it back              <see cref="PeekedContent"/>, <see cref="AwsError"/>
///    (2) The time: correct the clock, and sign and send the request once more     <see cref="TimeRefusal"/>, <see cref="SigningClock"/>
///    (3) The credentials: renew them, and sign and send the request once more     <see cref="CredentialRefusal"/>, <see cref="CredentialRenewal"/>
///    (4) The signature: log where AWS saw another request than the signed one     <see cref="SignatureMismatch"/>
/// Answers of any other status pass unread.
/// </summary>
/// <param name="client">Sends.</param>
/// <param name="secondAttempt">Signs and sends again.</param>
/// <param name="credentials">Renews credentials; null for a proxy that signs nothing.</param>
/// <param name="notes">Counts refusals, and limits lines; null for nobody.</param>
/// <param name="logger">Told what was found.</param>
internal sealed class RefusalHandler(
    HttpMessageInvoker client, SecondAttempt secondAttempt, CredentialRenewal? credentials, ILogger<RefusalHandler> logger, RefusalNotes? notes)
{
    /// <summary>What is logged of signatures that do not match, as one kind: AWS's own codes are many.</summary>
    private const string MismatchKind = "signature_mismatch";

    /// <summary>Sends a message, and gives its answer when the headers are there.</summary>
    /// <param name="request">The message.</param>
    /// <param name="outgoing">What is known of it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, OutgoingRequest outgoing, CancellationToken cancellationToken)
    {
        var content = StreamedContent.StandIn(request.Content, outgoing);
        request.Content = content;
        var answer = await client.SendAsync(request, cancellationToken);
        if (!MayBeOfSignature(answer) || outgoing.Credentials is not { } signedWith)
            return answer;
        try
        {
            // (1) Read what the answer says
            var arrivedAt = outgoing.Upstream.Clock.LocalNow;
            var error = await AwsError.ReadAsync(answer, cancellationToken);

            // (2) The time
            if (TimeRefusal.TimeOf(answer, error, outgoing.SignedAt) is { } time
                && await SendAtAsync(request, content, outgoing, time - arrivedAt, isSure: error is not null && TimeRefusal.IsOfTime(error), cancellationToken) is { } timely)
            {
                (answer, error) = await ReplaceAsync(answer, timely, cancellationToken);
            }

            // (3) The credentials
            if (error is not null && CredentialRefusal.IsOf(answer, error, signedWith)
                && await SendRenewedAsync(request, content, outgoing, error, cancellationToken) is { } renewed)
            {
                (answer, error) = await ReplaceAsync(answer, renewed, cancellationToken);
            }

            // (4) The signature
            if (error is not null && SignatureMismatch.IsOf(error))
                notes?.Metrics.SignatureMismatches.Add(1);
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

    /// <summary>Puts a second answer in the first one's place.</summary>
    private async ValueTask<(HttpResponseMessage Answer, AwsError? Error)> ReplaceAsync(
        HttpResponseMessage first, HttpResponseMessage second, CancellationToken cancellationToken)
    {
        notes?.Metrics.SecondAttempts.Add(1);
        try
        {
            var error = MayBeOfSignature(second) ? await AwsError.ReadAsync(second, cancellationToken) : null;
            first.Dispose();
            return (second, error);
        }
        catch
        {
            second.Dispose();
            throw;
        }
    }

    /// <summary>Takes over the upstream's time, signs for it and sends once more.</summary>
    /// <param name="request">The request that was refused.</param>
    /// <param name="content">The content that it was first sent with.</param>
    /// <param name="outgoing">What is known of it.</param>
    /// <param name="offset">How much later the upstream's clock is than this machine's.</param>
    /// <param name="isSure">Whether the upstream said that it refused the time; otherwise the second answer must show it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The second answer, or null where the first one stands.</returns>
    private async Task<HttpResponseMessage?> SendAtAsync(
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
        notes?.Metrics.SetClockOffset(offset);
        if (isSure && isNews)
            Log.ClockCorrected(logger, host, offset.Duration().TotalSeconds, Direction(offset));

        var answer = await secondAttempt.SendAsync(request, content, outgoing, cancellationToken);
        if (answer is null || isSure)
            return answer;
        if (MayBeOfSignature(answer))
            clock.Correct(before);
        else if (isNews)
            Log.ClockCorrected(logger, host, offset.Duration().TotalSeconds, Direction(offset));
        return answer;
    }

    private static string Direction(TimeSpan offset) => offset < TimeSpan.Zero ? "ahead of" : "behind";

    /// <summary>Has the credentials renewed, and where that brings others, signs with them and sends once more.</summary>
    /// <returns>The second answer, or null where the first one stands.</returns>
    private async Task<HttpResponseMessage?> SendRenewedAsync(
        HttpRequestMessage request, HttpContent? content, OutgoingRequest outgoing, AwsError error, CancellationToken cancellationToken)
    {
        if (credentials is null || outgoing.Credentials is not { } refused)
            return null;
        var why = error.Code.Length > 0 ? error.Code : error.Message;
        if (!SecondAttempt.IsPossible(outgoing))
        {
            // For the requests that come next.
            _ = credentials.RenewAsync(refused, SignatureMismatch.Fit(why), CancellationToken.None);
            return null;
        }

        // The fetch has a limit of its own, as before the first attempt.
        outgoing.Deadline.Await(Awaited.Nothing);
        if (await credentials.RenewAsync(refused, SignatureMismatch.Fit(why), cancellationToken) is not { } renewed)
            return null;
        outgoing.Credentials = renewed;
        return await secondAttempt.SendAsync(request, content, outgoing, cancellationToken);
    }

    private void LogMismatch(HttpRequestMessage request, OutgoingRequest outgoing, AwsError error)
    {
        if (notes?.Repeats.MayLog(MismatchKind) == false || MessageSigner.Explain(request, outgoing) is not { } explanation)
            return;
        var mismatch = SignatureMismatch.Find(explanation, error);
        Log.SignatureMismatch(
            logger, request.Method.Method, TerminalText.Sanitize(outgoing.Target.Path), SignatureMismatch.Fit(error.Code),
            mismatch.What, mismatch.Signed, mismatch.Seen, mismatch.Meaning, outgoing.Record.Id);
    }
}

/// <summary>Who is told of refusals.</summary>
/// <param name="Metrics">Counts them.</param>
/// <param name="Repeats">Keeps a flood of them from flooding the log.</param>
internal sealed record RefusalNotes(ProxyMetrics Metrics, RepeatLimit Repeats);
