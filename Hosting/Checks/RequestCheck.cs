using System.Net;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Forwarding;
using AwsSigV4Proxy.Hosting.Forwarding.Refusals;
using AwsSigV4Proxy.Hosting.Telemetry;
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
        using var limit = new CancellationTokenSource();
        using var message = new HttpRequestMessage(HttpMethod.Get, (Uri?)null)
        {
            Version = UpstreamClient.RequestConfig.Version!,
            VersionPolicy = UpstreamClient.RequestConfig.VersionPolicy!.Value,
        };
        try
        {
            var signer = new MessageSigner(options, NullLogger<MessageSigner>.Instance, metrics: null);
            using var client = new UpstreamClient(options, UpstreamTls.CreateOptions(options, NullLogger.Instance), signer, credentials: null, NullLoggerFactory.Instance, notes: null);
            var outgoing = Prepare(message, credentials, deadline);
            signer.Sign(message, outgoing);
            // As in the proxy, that of the connection included.
            limit.CancelAfter(options.RequestTimeout);
            using var answer = await client.Plain.SendAsync(message, limit.Token);
            var arrivedAt = time.GetUtcNow();
            return (AnswerExplanation.Explain(await ReadAsync(answer, message, outgoing)), ClockCheck.Explain(answer, arrivedAt));
        }
        catch (ProxyException exception)
        {
            return Failed(exception.Error.Detail, "check --forward-to");
        }
        catch (StartupException exception)
        {
            // The roots, of which an http target has no need: the proxy does not start without them all the same.
            return Failed(exception.Message, exception.Hint);
        }
        catch (Exception exception) when (exception is HttpRequestException or { InnerException: TimeoutException })
        {
            // The handler's own limit, --connect-timeout, is the one that comes as a cancellation with a cause.
            var error = exception is HttpRequestException ? ForwarderError.Request : ForwarderError.RequestTimedOut;
            return await FailedAsync(UpstreamFailure.ToProxyError(error, exception, target, options));
        }
        catch (OperationCanceledException)
        {
            return await FailedAsync(ProxyError.UpstreamTimeout(
                $"{target.Host}:{target.Port} did not answer within {Duration.Format(options.RequestTimeout)} (--request-timeout)."));
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
            upstream, message.RequestUri, path, Payload.OfNothing(upstream.Signing, options), null, credentials, deadline)
        {
            Record = new RequestRecord("check"),
        };
    }

    /// <summary>Reads what it says, for which <see cref="PeekedContent"/> has a limit of its own.</summary>
    private async Task<SignedAnswer> ReadAsync(HttpResponseMessage answer, HttpRequestMessage message, OutgoingRequest outgoing)
    {
        var error = answer.StatusCode < HttpStatusCode.MultipleChoices ? null : await AwsError.ReadAsync(answer, CancellationToken.None);
        var isSigned = outgoing.Credentials is not null;
        var scope = outgoing.Upstream.Signer?.Scope;
        return new SignedAnswer((int)answer.StatusCode, error)
        {
            Request = TerminalText.Sanitize($"GET {target.PathPrefix}{(target.PathPrefix.Length == 0 ? "/" : "")}"),
            Service = isSigned ? scope?.Service : null,
            Region = isSigned ? scope?.Region : null,
            PlainHost = target.IsHttps ? null : target.SignedHost,
            Location = Header("Location"),
            BucketRegion = Header("x-amz-bucket-region"),
            Line = answer.Content is PeekedContent peeked ? QuotedBody.FirstLine(peeked.Beginning.Span) : null,
            Signed = MessageSigner.Explain(message, outgoing),
            Secrets = new SecretFilter(outgoing.Credentials),
        };

        string? Header(string name) => answer.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;
    }

    private async Task<(CheckResult Request, CheckResult Clock)> FailedAsync(ProxyError error) =>
        Failed(error.Detail, await ConnectionAdvice.FindAsync(error, target));

    private static (CheckResult Request, CheckResult Clock) Failed(string detail, string next) => (
        CheckResult.Failed(AnswerExplanation.Name, detail.TrimEnd('.'), next.TrimEnd('.')) with { Cause = "connection" },
        CheckResult.Skipped("clock", "there is no answer that tells the target's time"));
}
