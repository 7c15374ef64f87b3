using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Credentials;

namespace AwsSigV4Proxy.Hosting.Utility;

/// <summary>
/// The utility port: <c>/</c> and <c>/health</c> say that the process serves, <c>/ready</c> whether it can sign. Plain text,
/// no authentication: it tells nothing that a probe need not know.
/// </summary>
/// <param name="scrape">Answers <c>/metrics</c>.</param>
/// <param name="credentials">Whose status decides whether the proxy is ready; null for one that signs nothing.</param>
internal sealed class UtilityEndpoint(CredentialCache? credentials, RequestDelegate? scrape)
{
    /// <summary>What the port answers as (RFC 9110, 10.2.4): whoever asks knows that it is a proxy of this kind.</summary>
    public const string ServerName = ProductInfo.Name;

    /// <summary>Answers one request.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            return AnswerAsync(context, StatusCodes.Status405MethodNotAllowed, "only GET and HEAD");
        }

        return context.Request.Path.Value switch
        {
            "/" or "/health" => AnswerAsync(context, StatusCodes.Status200OK, "OK"),
            "/ready" => credentials?.Status is { IsUsable: false, Reason: var reason }
                ? AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, $"not ready: {reason}")
                : AnswerAsync(context, StatusCodes.Status200OK, "OK"),
            "/metrics" when scrape is not null => scrape(context),
            _ => AnswerAsync(context, StatusCodes.Status404NotFound, "not found: try /health, /ready or /metrics"),
        };
    }

    private static Task AnswerAsync(HttpContext context, int status, string text)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "text/plain; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.Headers.Server = ServerName;
        var body = System.Text.Encoding.UTF8.GetBytes(text + "\n");
        response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
