using System.Text;
using AwsSigV4Proxy.Hosting.Commands;
using Microsoft.Net.Http.Headers;

namespace AwsSigV4Proxy.Hosting.Utility;

/// <summary>
/// The utility port: <c>/</c> and <c>/health</c> say that the process serves, <c>/ready</c> whether it can sign, <c>/metrics</c> what
/// it has done. No authentication: it tells nothing that a probe need not know.
/// </summary>
/// <param name="readiness">Finds out whether the proxy is ready.</param>
/// <param name="scrape">Answers <c>/metrics</c>; null where there is nobody to ask.</param>
internal sealed class UtilityEndpoint(Func<Readiness> readiness, RequestDelegate? scrape)
{
    private const string Json = "application/json";
    private const string Text = "text/plain";

    /// <summary>What the port answers as (RFC 9110, 10.2.4): whoever asks knows that it is a proxy of this kind.</summary>
    public const string ServerName = ProductInfo.Name;

    /// <summary>Answers one request.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        context.Response.Headers.Server = ServerName;
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            return AnswerAsync(context, StatusCodes.Status405MethodNotAllowed, "only GET and HEAD");
        }

        return context.Request.Path.Value switch
        {
            "/" or "/health" => AnswerAsync(context, StatusCodes.Status200OK, "OK"),
            "/ready" => AnswerReadinessAsync(context),
            "/metrics" when scrape is not null => ScrapeAsync(context, scrape),
            _ => AnswerAsync(context, StatusCodes.Status404NotFound, "not found: try /health, /ready or /metrics"),
        };
    }

    private Task AnswerReadinessAsync(HttpContext context)
    {
        var ready = readiness();
        var status = ready.Ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.Vary = HeaderNames.Accept;
        return PrefersJson(context.Request)
            ? AnswerAsync(context, status, Json, ready.ToJson())
            : AnswerAsync(context, status, ready.ToString());
    }

    /// <summary>
    /// The library writes to all who scrape from one buffer, and waits for the slowest: so it writes to memory, and nobody else waits
    /// for a caller that does not read.
    /// </summary>
    private static async Task ScrapeAsync(HttpContext context, RequestDelegate scrape)
    {
        var response = context.Response;
        var body = response.Body;
        using var text = new MemoryStream();
        response.Body = text;
        try
        {
            await scrape(context);
        }
        finally
        {
            response.Body = body;
        }

        response.ContentLength = text.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await body.WriteAsync(text.GetBuffer().AsMemory(0, (int)text.Length), context.RequestAborted);
    }

    /// <summary>Whether the caller names JSON, and wants it no less than text (RFC 9110, 12.5.1). Text is for the others.</summary>
    private static bool PrefersJson(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted))
            return false;
        return QualityOf(Json) is > 0 and var json && json >= QualityOf(Text);

        double QualityOf(string type) => accepted.Where(range => range.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase))
            .Select(static range => range.Quality ?? 1)
            .DefaultIfEmpty(0)
            .Max();
    }

    private static Task AnswerAsync(HttpContext context, int status, string text) =>
        AnswerAsync(context, status, Text + "; charset=utf-8", Encoding.UTF8.GetBytes(text + "\n"));

    private static Task AnswerAsync(HttpContext context, int status, string type, byte[] body)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = type;
        response.Headers.CacheControl = "no-store";
        response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
