using System.Diagnostics;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Forwarding;

namespace AwsSigV4Proxy.Hosting.Telemetry;

/// <summary>
/// A span for each request, in the trace that its caller began, if it sent a <c>traceparent</c>
/// (https://www.w3.org/TR/trace-context/). Attributes are those of https://opentelemetry.io/docs/specs/semconv/http/http-spans/.
/// </summary>
internal sealed class RequestSpans : IDisposable
{
    /// <summary>The name of the source.</summary>
    public const string SourceName = ProductInfo.Name;

    /// <summary>The header that carries a trace's and a span's id.</summary>
    public const string ParentHeader = "traceparent";

    /// <summary>The header that carries what tracing systems add.</summary>
    public const string StateHeader = "tracestate";

    private readonly ActivitySource _source = new(SourceName, ProductInfo.Version);

    /// <summary>Begins the span of a request; null where it is not sampled at all.</summary>
    public Activity? Start(HttpContext context)
    {
        var headers = context.Request.Headers;
        ActivityContext.TryParse(headers[ParentHeader], headers[StateHeader], isRemote: true, out var parent);
        var method = ProxyMetrics.NameOfMethod(context.Request.Method);
        var span = _source.StartActivity(method == ProxyMetrics.OtherMethod ? "HTTP" : method, ActivityKind.Server, parent);
        span?.SetTag("http.request.method", method == ProxyMetrics.OtherMethod ? "_OTHER" : method);
        return span;
    }

    /// <summary>Puts the span into the request that is sent on, in the place of the caller's. Neither header is ever signed.</summary>
    public static void PassOn(Activity span, HttpRequestMessage message)
    {
        message.Headers.Remove(ParentHeader);
        message.Headers.Remove(StateHeader);
        message.Headers.TryAddWithoutValidation(ParentHeader, span.Id);
        if (!string.IsNullOrEmpty(span.TraceStateString))
            message.Headers.TryAddWithoutValidation(StateHeader, span.TraceStateString);
    }

    /// <summary>Ends it.</summary>
    public static void End(Activity span, HttpContext context, RequestRecord record)
    {
        if (span.IsAllDataRequested)
            Describe(span, context, record);
        span.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();

    private static void Describe(Activity span, HttpContext context, RequestRecord record)
    {
        span.SetTag("url.path", ProxyEndpoint.PathOf(context));
        span.SetTag("aws_sigv4_proxy.request_id", record.Id);
        if (record.Status > 0)
            span.SetTag("http.response.status_code", record.Status);
        if (record.Origin != RequestRecord.OfUpstream && record.Origin != RequestRecord.OfPreflight)
            span.SetTag("error.type", record.Origin);
        else if (record.Status >= StatusCodes.Status500InternalServerError)
            span.SetTag("error.type", $"{record.Status}");
        if (record.Status is 0 or >= StatusCodes.Status500InternalServerError || record.Origin == RequestRecord.OfNobody)
            span.SetStatus(ActivityStatusCode.Error);
        if (record.AwsRequestId is { } id)
            span.SetTag("aws.request_id", id);
        if (record.Upstream is not { Target: var target } upstream)
            return;
        span.SetTag("server.address", target.Host);
        span.SetTag("server.port", target.Port);
        if (upstream.Signer is { Scope: var scope })
        {
            span.SetTag("aws_sigv4_proxy.service", scope.Service);
            span.SetTag("aws_sigv4_proxy.region", scope.Region);
        }
    }
}
