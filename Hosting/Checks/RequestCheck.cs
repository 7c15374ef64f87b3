using System.Net;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Forwarding;
using AwsSigV4Proxy.Hosting.Forwarding.Refusals;
using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Signing.Keys;
using Microsoft.Extensions.Logging.Abstractions;
using Yarp.ReverseProxy.Forwarder;

namespace AwsSigV4Proxy.Hosting.Checks;

/// <summary>
/// Sends one GET to the target, signed and sent by what signs and sends the proxy's requests, and explains the answer. A refusal
/// stands as it is: the second attempt that the proxy makes after a refusal for its time would hide that the clock is wrong.
/// </summary>
/// <param name="options">The proxy's options.</param>
/// <param name="target">The target.</param>
/// <param name="time">The clock.</param>
internal sealed class RequestCheck(ProxyOptions options, UpstreamTarget target, TimeProvider time)
{
    /// <summary>Sends; gives what the answer means and what it says of the clock.</summary>
    /// <param name="credentials">What to sign with, or null for an unsigned request.</param>
    public async Task<(CheckResult Request, CheckResult Clock)> RunAsync(SigningCredentials? credentials)
    {
        using var deadline = new RequestDeadline(options);
        using var limit = new CancellationTokenSource(options.ConnectTimeout + options.RequestTimeout);
        using var message = new HttpRequestMessage(HttpMethod.Get, (Uri?)null)
        {
            Version = UpstreamClient.RequestConfig.Version!,
            VersionPolicy = UpstreamClient.RequestConfig.VersionPolicy!.Value,
        };
        try
        {
            var signer = new MessageSigner(options, NullLogger<MessageSigner>.Instance);
            using var client = new UpstreamClient(options, UpstreamTls.CreateOptions(options, NullLogger.Instance), signer, credentials: null, NullLoggerFactory.Instance);
            var outgoing = Prepare(message, credentials, deadline);
            signer.Sign(message, outgoing);
            using var answer = await client.Plain.SendAsync(message, limit.Token);
            var arrivedAt = time.GetUtcNow();
            return (AnswerExplanation.Explain(await ReadAsync(answer, message, outgoing, limit.Token)), ClockCheck.Explain(answer, arrivedAt));
        }
        catch (ProxyException exception)
        {
            return Failed(exception.Error.Detail);
        }
        catch (StartupException exception)
        {
            // The roots, of which an http target has no need: the proxy does not start without them all the same.
            var (failed, clock) = Failed(exception.Message);
            return (failed with { Next = exception.Hint }, clock);
        }
        catch (Exception exception) when (exception is HttpRequestException or { InnerException: TimeoutException })
        {
            // The handler's own limit, --connect-timeout, is the one that comes as a cancellation with a cause.
            var error = exception is HttpRequestException ? ForwarderError.Request : ForwarderError.RequestTimedOut;
            return Failed(UpstreamFailure.ToProxyError(error, exception, target, options).Detail);
        }
        catch (OperationCanceledException)
        {
            return Failed($"{target.Host}:{target.Port} did not answer within {Duration.Format(options.RequestTimeout)} (--request-timeout).");
        }
    }

    private OutgoingRequest Prepare(HttpRequestMessage message, SigningCredentials? credentials, RequestDeadline deadline)
    {
        var callers = new CallersTarget(null, target.PathPrefix.Length == 0 ? "/" : "");
        var upstream = new FixedUpstream(options, time).Select(callers, "");
        IHeaderDictionary headers = new HeaderDictionary();
        headers.UserAgent = $"{ProductInfo.Name}/{ProductInfo.Version}";
        options.HeaderRules.Apply(headers);
        foreach (var (name, values) in headers)
            message.Headers.TryAddWithoutValidation(name, values.ToString());

        var path = OutgoingTarget.From(callers, upstream);
        message.RequestUri = OutgoingTarget.ToUri(target, path);
        return new OutgoingRequest(
            upstream, message.RequestUri, path, Payload.OfNothing(upstream.Signing, options), null, credentials, deadline);
    }

    private async Task<SignedAnswer> ReadAsync(
        HttpResponseMessage answer, HttpRequestMessage message, OutgoingRequest outgoing, CancellationToken cancellationToken)
    {
        var error = answer.StatusCode < HttpStatusCode.MultipleChoices ? null : await AwsError.ReadAsync(answer, cancellationToken);
        var isSigned = outgoing.Credentials is not null;
        var scope = outgoing.Upstream.Signer?.Scope;
        return new SignedAnswer((int)answer.StatusCode, error)
        {
            Request = TerminalText.Sanitize($"GET {target.PathPrefix}{(target.PathPrefix.Length == 0 ? "/" : "")}"),
            Service = isSigned ? scope?.Service : null,
            Region = isSigned ? scope?.Region : null,
            Signed = MessageSigner.Explain(message, outgoing),
            Secrets = new SecretFilter(outgoing.Credentials),
        };
    }

    private static (CheckResult Request, CheckResult Clock) Failed(string detail) => (
        CheckResult.Failed(AnswerExplanation.Name, detail, "the proxy would answer its callers with this failure") with { Cause = "connection" },
        CheckResult.Skipped("clock", "there is no answer that tells the target's time"));
}
