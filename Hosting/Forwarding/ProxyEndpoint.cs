using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Credentials;
using AwsSigV4Proxy.Hosting.Inbound;
using AwsSigV4Proxy.Signing;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>
/// Carries one request to AWS, if its caller may use the proxy. The steps, whose numbers stand again beside the code:
///    (1) Take the raw target, never a decoded path
///    (2) Get credentials, so that no body is asked for before the request can be signed
///    (3) Read the body, or decide how it passes                        <see cref="Payload"/>
///    (4) Sign and send; the answer streams back                        <see cref="SigningTransformer"/>, YARP
///    (5) Name a failure, answer with it if nothing went out yet, log it <see cref="UpstreamFailure"/>
/// </summary>
internal sealed class ProxyEndpoint(
    ProxyOptions options,
    SigningOptions signing,
    InboundGuard guard,
    CredentialCache credentials,
    IHttpForwarder forwarder,
    HttpMessageInvoker client,
    SigningTransformer transformer,
    ILogger<ProxyEndpoint> logger)
{
    private readonly ForwarderRequestConfig _config = UpstreamClient.CreateRequestConfig(options);
    private readonly ForwarderRequestConfig _upgradeConfig = UpstreamClient.CreateUpgradeConfig(options);
    private readonly string _prefix = $"{options.ForwardTo.Scheme}://{options.ForwardTo.Authority}";

    /// <summary>Carries one request; never throws, and always closes it with an answer or a cut connection.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            if (guard.TryAnswerPreflight(context))
                return;
            if (guard.Check(context) is { } refusal)
                await FailAsync(context, refusal);
            else
                await ForwardAsync(context);
        }
        catch (ProxyException e)
        {
            await FailAsync(context, e.Error);
        }
        catch (CredentialsUnavailableException e)
        {
            var wait = e.RetryAfter ?? TimeSpan.FromSeconds(1);
            await FailAsync(context, ProxyError.CredentialsUnavailable(e.Message, (int)Math.Ceiling(wait.TotalSeconds)));
        }
        catch (BadHttpRequestException e)
        {
            await FailAsync(context, ProxyError.BadRequest($"{e.Message.TrimEnd('.')}."));
        }
        catch (Exception e) when (e is OperationCanceledException or ConnectionResetException or IOException
            && context.RequestAborted.IsCancellationRequested)
        {
            Log.CallerGone(logger, context.Request.Method, PathOf(context));
        }
        catch (Exception e)
        {
            await FailInternallyAsync(context, e);
        }
    }

    private async Task ForwardAsync(HttpContext context)
    {
        // (1) Take the raw target
        var target = OutgoingTarget.From(context, options.ForwardTo);
        var uri = OutgoingTarget.ToUri(_prefix, target);

        // (2) Get credentials
        await credentials.GetAsync(context.RequestAborted);

        // (3) Read the body, or decide how it passes
        await using var payload = await Payload.ReadAsync(context, signing, options);
        EndNotifyingStream? body = null;
        if (payload.HasBody)
            context.Request.Body = body = new EndNotifyingStream(payload.OpenRead() ?? context.Request.Body);

        // Asked again: reading may have taken so long that the first ones have expired.
        var usable = await credentials.GetAsync(context.RequestAborted);

        // (4) Sign and send
        context.Features.Set(new OutgoingRequest(uri, target, payload, body, usable));
        var config = context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } ? _upgradeConfig : _config;
        var error = await forwarder.SendAsync(context, _prefix, client, config, transformer, context.RequestAborted);

        // (5) Name a failure
        if (error != ForwarderError.None)
            await FailAsync(context, error);
    }

    private async Task FailAsync(HttpContext context, ForwarderError error)
    {
        var exception = context.Features.Get<IForwarderErrorFeature>()?.Exception;
        if (context.RequestAborted.IsCancellationRequested && IsCallersDoing(error))
            Log.CallerGone(logger, context.Request.Method, PathOf(context));
        else if (error is ForwarderError.RequestCreation && exception is not null)
            await FailInternallyAsync(context, exception);
        else
            await FailAsync(context, UpstreamFailure.ToProxyError(error, exception, options));
    }

    private static bool IsCallersDoing(ForwarderError error) => error is
        ForwarderError.RequestCanceled or ForwarderError.RequestBodyClient or ForwarderError.RequestBodyCanceled
        or ForwarderError.ResponseBodyClient or ForwarderError.ResponseBodyCanceled
        or ForwarderError.UpgradeRequestClient or ForwarderError.UpgradeResponseClient
        or ForwarderError.UpgradeRequestCanceled or ForwarderError.UpgradeResponseCanceled;

    private Task FailInternallyAsync(HttpContext context, Exception exception)
    {
        Log.InternalError(logger, exception, context.Request.Method, PathOf(context));
        return FailAsync(context, ProxyError.Internal());
    }

    /// <summary>
    /// Answers with a failure and logs it. Once the answer's headers have gone out the connection is cut instead, so that a
    /// cut answer never looks whole.
    /// </summary>
    private async Task FailAsync(HttpContext context, ProxyError error)
    {
        Log.RequestFailed(logger, context.Request.Method, PathOf(context), error.Status, error.Code, error.Detail);
        if (context.Response.HasStarted)
            context.Abort();
        else
            await error.WriteAsync(context);
    }

    /// <summary>The caller's path without its query, which may hold secrets.</summary>
    private static string PathOf(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var mark = target.IndexOf('?', StringComparison.Ordinal);
        return mark < 0 ? target : target[..mark];
    }
}
