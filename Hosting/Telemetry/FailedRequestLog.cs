using AwsSigV4Proxy.Hosting.Forwarding;
using Microsoft.Extensions.Logging;

namespace AwsSigV4Proxy.Hosting.Telemetry;

/// <summary><c>--log-failed-requests</c>: one line for each request that the upstream answered with an error, when that has ended.</summary>
/// <param name="logger">Where to.</param>
internal sealed class FailedRequestLog(ILogger<FailedRequestLog> logger)
{
    /// <summary>The first status that says that a request failed (RFC 9110, 15.5).</summary>
    public const int MinStatus = StatusCodes.Status400BadRequest;

    /// <summary>Writes the line, if the request is such a one.</summary>
    public void Write(HttpContext context, RequestRecord record)
    {
        if (record.FailedAnswer is not { } answer)
            return;
        var scope = record.Upstream?.Signer?.Scope;
        Log.AnsweredWithFailure(
            logger, context.Request.Method, ProxyEndpoint.PathOf(context), record.UpstreamStatus, scope?.Service ?? "-", scope?.Region ?? "-",
            answer.ToString(), record.Id, record.AwsRequestId ?? "-");
    }
}
