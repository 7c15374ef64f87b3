using System.Diagnostics;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Forwarding;

namespace AwsSigV4Proxy.Hosting.Telemetry;

/// <summary>Sees each request begin and end, and lets metrics, logs and spans know.</summary>
/// <param name="metrics">Counts all of them.</param>
/// <param name="upstream">Remembers how the upstream answered.</param>
/// <param name="accessLog">Logs all of them; null where that is not asked for.</param>
/// <param name="failedRequests">Logs those that the upstream answers with an error; null where that is not asked for.</param>
/// <param name="spans">Makes a span of each; null where nobody collects them.</param>
internal sealed class RequestObserver(
    ProxyMetrics metrics, UpstreamStatus upstream, AccessLog? accessLog, FailedRequestLog? failedRequests, RequestSpans? spans)
{
    /// <summary>A request's headers are here.</summary>
    public RequestRecord Begin(HttpContext context)
    {
        var record = new RequestRecord(RequestId.Of(context.Request));
        context.Features.Set(record);
        metrics.BeginRequest();
        record.Span = spans?.Start(context);
        return record;
    }

    /// <summary>A request has ended, one way or the other.</summary>
    public void End(HttpContext context, RequestRecord record)
    {
        var duration = record.Elapsed;
        metrics.EndRequest(record, context.Request.Method, duration);
        upstream.Note(record);
        failedRequests?.Write(context, record);
        accessLog?.Write(context, record, duration);
        if (record.Span is { } span)
            RequestSpans.End(span, context, record);
    }
}
