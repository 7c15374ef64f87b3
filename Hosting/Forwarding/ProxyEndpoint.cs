using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Credentials;
using AwsSigV4Proxy.Hosting.Inbound;
using AwsSigV4Proxy.Hosting.Telemetry;
using AwsSigV4Proxy.Signing;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Yarp.ReverseProxy.Forwarder;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>
/// Carries one request to AWS, if its caller may use the proxy. The steps, whose numbers stand again beside the code:
///    (1) Take the raw target, never a decoded path, and choose the upstream  <see cref="IUpstreamSelector"/>
///    (2) Get credentials, so that no body is asked for before the request can be signed
///    (3) Open the body: read it to its end, or decide how it streams   <see cref="Payload"/>
///    (4) Sign and send; the answer streams back                        <see cref="SigningTransformer"/>, YARP
///    (5) Name a failure, answer with it if nothing went out yet, log it <see cref="UpstreamFailure"/>
/// </summary>
internal sealed class ProxyEndpoint(
    ProxyOptions options,
    IUpstreamSelector upstreams,
    InboundGuard guard,
    CredentialCache? credentials,
    IHttpForwarder forwarder,
    UpstreamClient client,
    SigningTransformer transformer,
    ProxyMetrics metrics,
    RequestObserver observer,
    RepeatLimit failures,
    ILogger<ProxyEndpoint> logger,
    CancellationToken stopping)
{
    /// <summary>What is logged of a path, a query, a detail at most, in characters. Arbitrary: S3's keys have at most 1024 bytes.</summary>
    private const int MaxLoggedLength = 2048;

    /// <summary>Carries one request; never throws, and always closes it with an answer or a cut connection.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        using var deadline = new RequestDeadline(options);
        var record = observer.Begin(context);
        try
        {
            ExpectedBody.Watch(context);
            if (guard.TryAnswerPreflight(context))
            {
                (record.Origin, record.Status) = (RequestRecord.OfPreflight, context.Response.StatusCode);
                RequestId.GiveBack(context);
                return;
            }

            if (guard.Check(context) is { } refusal)
                await FailAsync(context, refusal);
            else
                await ForwardAsync(context, record, deadline);
        }
        catch (OperationCanceledException) when (deadline.Missed is { } missed)
        {
            await FailAsync(context, missed, deadline);
        }
        catch (Exception e) when (UpstreamFailure.OfBody(e) is { } refusal)
        {
            await FailAsync(context, refusal);
        }
        catch (CredentialsUnavailableException e)
        {
            var wait = e.RetryAfter ?? TimeSpan.FromSeconds(1);
            await FailAsync(context, ProxyError.CredentialsUnavailable(e.Message, (int)Math.Ceiling(wait.TotalSeconds)));
        }
        catch (Exception e) when (IsCallerGone(context, e))
        {
            LogCallerGone(context);
        }
        catch (Exception e)
        {
            await FailAsync(context, ProxyError.Internal(), e);
        }
        finally
        {
            observer.End(context, record);
        }
    }

    private async Task ForwardAsync(HttpContext context, RequestRecord record, RequestDeadline deadline)
    {
        // (1) Take the raw target, choose the upstream
        ForwardableRequest.Check(context);
        var headers = context.Request.Headers;
        // A Date that the caller signed goes stale with its signature; any other is the caller's to send.
        if (options.Sign && headers.Authorization.ToString().StartsWith("AWS4-", StringComparison.Ordinal))
            headers.Remove(HeaderNames.Date);
        options.HeaderRules.Apply(headers);
        var callers = CallersTarget.Of(context);
        var upstream = record.Upstream = upstreams.Select(callers, headers.Host.ToString());
        var target = OutgoingTarget.From(callers, upstream);
        var uri = OutgoingTarget.ToUri(upstream.Target, target);

        // (2) Get credentials
        if (credentials is not null)
            await credentials.GetAsync(context.RequestAborted);

        // (3) Open the body
        await using var payload = await Payload.OpenAsync(context, upstream.Signer, options, deadline, () => LogHashMismatch(context));
        if (payload.IsInFile)
            metrics.SpooledBodies.Add(1);
        deadline.Await(Awaited.Nothing);
        using var sending = payload.TakesTime ? BodySending.Open(payload.LengthBytes, context.Request.BodyReader) : null;
        var body = payload.Body is null ? null : new OutgoingBody(payload.Body, sending, deadline);
        if (body is not null)
            context.Request.Body = body;

        // Asked again: reading may have taken so long that the first ones have expired.
        var usable = credentials is null ? null : credentials.Current ?? await credentials.GetAsync(context.RequestAborted);

        // (4) Sign and send
        deadline.Await(payload.Body is null ? Awaited.AnswerHeaders : Awaited.Connection);
        var outgoing = new OutgoingRequest(upstream, uri, target, payload, body, usable, deadline) { Record = record };
        context.Features.Set(outgoing);
        var config = ForwardableRequest.IsWebSocket(context) ? UpstreamClient.UpgradeConfig : UpstreamClient.RequestConfig;
        var error = await forwarder.SendAsync(context, upstream.Target.Origin, client.For(outgoing), config, transformer, deadline.Token);

        // (5) Name a failure. What becomes of the body's rest is none, once the answer is whole: over HTTP/2 an upstream that
        // has refused a request calls off the body like this (RFC 9113, 8.1).
        if (error != ForwarderError.None && !(outgoing.IsAnswered && IsOfBody(error)))
            await FailAsync(context, error, deadline);
    }

    private async Task FailAsync(HttpContext context, ForwarderError error, RequestDeadline deadline)
    {
        var exception = context.Features.Get<IForwarderErrorFeature>()?.Exception;
        if (deadline.Missed is { } missed)
            await FailAsync(context, missed, deadline);
        else if (UpstreamFailure.IsOfCallersConnection(exception) || (context.RequestAborted.IsCancellationRequested && IsCallersDoing(error)))
            LogCallerGone(context);
        else if (UpstreamFailure.OfBody(exception) is { } refusal)
            await FailAsync(context, refusal);
        else if (error is ForwarderError.RequestCreation && exception is not null)
            await FailAsync(context, ProxyError.Internal(), exception);
        else
            await FailAsync(context, UpstreamFailure.ToProxyError(error, exception, TargetOf(context)!, options));
    }

    /// <summary>Ends a request whose limit has passed. When it is the caller who was silent, nobody waits for an answer.</summary>
    private async Task FailAsync(HttpContext context, Awaited missed, RequestDeadline deadline)
    {
        var limitSeconds = deadline.LimitOf(missed).TotalSeconds;
        switch (missed)
        {
            case Awaited.AnswerTakenByCaller:
                context.Features.GetRequiredFeature<RequestRecord>().Origin = RequestRecord.OfNobody;
                Log.CallerStalled(logger, context.Request.Method, PathOf(context), limitSeconds, IdOf(context));
                context.Abort();
                break;
            case Awaited.Tunnel:
                Log.TunnelSilent(logger, context.Request.Method, PathOf(context), limitSeconds, IdOf(context));
                context.Abort();
                break;
            default:
                await FailAsync(context, UpstreamFailure.Missed(missed, deadline, TargetOf(context)));
                break;
        }
    }

    /// <summary>
    /// A connection that the caller resets shows first as an exception of reading, and only then as an aborted request.
    /// </summary>
    private static bool IsCallerGone(HttpContext context, Exception exception) =>
        UpstreamFailure.IsOfCallersConnection(exception)
        || (context.RequestAborted.IsCancellationRequested && exception is (OperationCanceledException or IOException));

    /// <summary>Whom the request was sent to; null when it did not get that far.</summary>
    private static UpstreamTarget? TargetOf(HttpContext context) => context.Features.Get<OutgoingRequest>()?.Upstream.Target;

    private static bool IsOfBody(ForwarderError error) => error is
        ForwarderError.RequestBodyClient or ForwarderError.RequestBodyCanceled or ForwarderError.RequestBodyDestination;

    private static bool IsCallersDoing(ForwarderError error) => error is
        ForwarderError.RequestCanceled or ForwarderError.RequestBodyClient or ForwarderError.RequestBodyCanceled
        or ForwarderError.ResponseBodyClient or ForwarderError.ResponseBodyCanceled
        or ForwarderError.UpgradeRequestClient or ForwarderError.UpgradeResponseClient
        or ForwarderError.UpgradeRequestCanceled or ForwarderError.UpgradeResponseCanceled;

    /// <summary>Aborted connections are the caller's doing, or, at the end of the shutdown timeout, the proxy's own.</summary>
    private void LogCallerGone(HttpContext context)
    {
        context.Features.GetRequiredFeature<RequestRecord>().Origin = RequestRecord.OfNobody;
        if (stopping.IsCancellationRequested)
            Log.CutByShutdown(logger, context.Request.Method, PathOf(context), IdOf(context));
        else
            Log.CallerGone(logger, context.Request.Method, PathOf(context), IdOf(context));
    }

    private void LogHashMismatch(HttpContext context)
    {
        metrics.HashMismatches.Add(1);
        Log.HashMismatch(logger, context.Request.Method, PathOf(context), IdOf(context));
    }

    /// <summary>
    /// Answers with a failure and logs it. Once the answer's headers have gone out the connection is cut instead, so that a
    /// cut answer never looks whole.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="error">The failure.</param>
    /// <param name="bug">What nobody foresaw, whose trace is logged too; null for any other.</param>
    private async Task FailAsync(HttpContext context, ProxyError error, Exception? bug = null)
    {
        if (failures.MayLog(error.Code))
            LogFailure(context, error, bug);
        // Also of an answer that is cut, whose headers said something else: a failure must not count as a success.
        var record = context.Features.GetRequiredFeature<RequestRecord>();
        (record.Origin, record.Status) = (error.Code, error.Status);
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        ChunkedTrailers.Withdraw(context);
        await error.WriteAsync(context);
    }

    private void LogFailure(HttpContext context, ProxyError error, Exception? bug)
    {
        if (bug is not null)
            Log.InternalError(logger, bug, context.Request.Method, PathOf(context), IdOf(context));
        // Details may hold words of the caller or of the upstream, and a terminal would obey their control characters.
        Log.RequestFailed(
            logger, context.Request.Method, PathOf(context), error.Status, error.Code, Fit(TerminalText.Sanitize(error.Detail)), IdOf(context));
    }

    /// <summary>As much as a line of the log holds: lines wait in memory, and callers must not fill it.</summary>
    internal static string Fit(string text) => text.Length <= MaxLoggedLength ? text : text[..MaxLoggedLength] + "...";

    private static string IdOf(HttpContext context) => context.Features.GetRequiredFeature<RequestRecord>().Id;

    /// <summary>
    /// The caller's path for the log: without its query, and without the authority of an absolute target, which may both hold
    /// secrets, and without control characters, which a terminal would obey.
    /// </summary>
    internal static string PathOf(HttpContext context)
    {
        if (CallersTarget.Find(context)?.PathAndQuery is not { } target)
            return "(no path)";
        var mark = target.IndexOf('?', StringComparison.Ordinal);
        return Fit(TerminalText.Sanitize(mark < 0 ? target : target[..mark]));
    }
}
