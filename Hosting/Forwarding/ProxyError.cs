using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using AwsSigV4Proxy.Hosting.Telemetry;
using Microsoft.Net.Http.Headers;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>
/// A failure of the proxy itself: a stable code, a status and a sentence for the person who sees it. Answered as RFC 9457
/// <c>application/problem+json</c> with an <c>x-sigv4-proxy-error</c> header, so that it is never taken for AWS's answer.
/// Details name hosts, ports and causes; they never carry a secret.
/// </summary>
/// <param name="Code">The stable name that callers and alerts match on.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Title">What happened, the same for every failure of this code.</param>
/// <param name="Detail">Why it happened this time, and what to do next.</param>
internal sealed record ProxyError(string Code, int Status, string Title, string Detail)
{
    /// <summary>The header that marks the proxy's own answers; its value is the code.</summary>
    public const string HeaderName = "x-sigv4-proxy-error";

    /// <summary>How the codes of failures to reach the upstream begin.</summary>
    public const string UpstreamPrefix = "upstream_";

    /// <summary>Seconds after which trying again makes sense, or null.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>The challenge of a 401 (RFC 9110, 11.6.1), or null.</summary>
    public string? WwwAuthenticate { get; init; }

    /// <summary>A target or header that cannot be forwarded as it is.</summary>
    public static ProxyError BadRequest(string detail) =>
        new("bad_request", StatusCodes.Status400BadRequest, "The request cannot be forwarded as it is", detail);

    /// <summary>Basic authentication is missing or wrong.</summary>
    public static ProxyError Unauthorized(string detail) =>
        new("unauthorized", StatusCodes.Status401Unauthorized, "The proxy wants a user and a password", detail)
        {
            WwwAuthenticate = "Basic realm=\"aws-sigv4-proxy\", charset=\"UTF-8\"",
        };

    /// <summary>A web page of another site made the request.</summary>
    public static ProxyError OriginDenied(string detail) =>
        new("origin_denied", StatusCodes.Status403Forbidden, "Web pages of other sites may not use the proxy", detail);

    /// <summary>The Host that the caller named is not one that the proxy answers for.</summary>
    public static ProxyError HostDenied(string detail) =>
        new("host_denied", StatusCodes.Status403Forbidden, "The proxy does not answer for this host", detail);

    /// <summary>The host does not tell what to sign for, and the user did not say (<c>--forward-by-host</c>).</summary>
    public static ProxyError UnknownService(string detail) =>
        new("unknown_service", StatusCodes.Status400BadRequest, "It cannot be told what to sign for", detail);

    /// <summary>The body is over <c>--max-body-size</c>.</summary>
    public static ProxyError BodyTooLarge(string detail) =>
        new("body_too_large", StatusCodes.Status413PayloadTooLarge, "The body is too large", detail);

    /// <summary>No connection to the upstream: name resolution, refused, unreachable.</summary>
    public static ProxyError UpstreamUnreachable(string detail) =>
        new("upstream_unreachable", StatusCodes.Status502BadGateway, "The upstream cannot be reached", detail);

    /// <summary>The TLS handshake with the upstream failed.</summary>
    public static ProxyError UpstreamTls(string detail) =>
        new("upstream_tls", StatusCodes.Status502BadGateway, "The upstream's TLS handshake failed", detail);

    /// <summary>The upstream cut the connection before its answer's headers were complete.</summary>
    public static ProxyError UpstreamReset(string detail) =>
        new("upstream_reset", StatusCodes.Status502BadGateway, "The upstream cut the connection", detail);

    /// <summary>No usable credentials.</summary>
    public static ProxyError CredentialsUnavailable(string detail, int retryAfterSeconds) =>
        new("credentials_unavailable", StatusCodes.Status503ServiceUnavailable, "There are no usable AWS credentials", detail)
        {
            RetryAfterSeconds = retryAfterSeconds,
        };

    /// <summary>There is no room, or no folder, for a body that must be read before it is signed.</summary>
    public static ProxyError SpoolUnavailable(string detail) =>
        new("spool_unavailable", StatusCodes.Status503ServiceUnavailable, "The body cannot be kept until it is signed", detail);

    /// <summary>The connect timeout or the request timeout passed.</summary>
    public static ProxyError UpstreamTimeout(string detail) =>
        new("upstream_timeout", StatusCodes.Status504GatewayTimeout, "The upstream took too long", detail);

    /// <summary>A bug; the log has the trace.</summary>
    public static ProxyError Internal() =>
        new("internal", StatusCodes.Status500InternalServerError, "The proxy failed",
            "This is a bug in aws-sigv4-proxy. Its log has the trace at this time; please report it.");

    /// <summary>
    /// Writes this failure as the answer. The answer must not have started. The body of the request may be unread: Kestrel
    /// then drains or closes the connection.
    /// </summary>
    public async Task WriteAsync(HttpContext context)
    {
        var response = context.Response;
        response.Clear();
        response.StatusCode = Status;
        response.Headers[HeaderName] = Code;
        response.Headers[HeaderNames.CacheControl] = "no-store";
        response.ContentType = "application/problem+json";
        if (RetryAfterSeconds is { } seconds)
            response.Headers[HeaderNames.RetryAfter] = seconds.ToString(CultureInfo.InvariantCulture);
        if (WwwAuthenticate is { } challenge)
            response.Headers[HeaderNames.WWWAuthenticate] = challenge;

        var body = JsonSerializer.SerializeToUtf8Bytes(
            new ProblemDetails(Title, Status, Detail, Code), ProblemJsonContext.Readable.ProblemDetails);
        response.ContentLength = body.Length;
        RequestId.GiveBack(context);
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.Body.WriteAsync(body, context.RequestAborted);
    }
}

/// <summary>The members of RFC 9457 (3.1) that the proxy uses, and its extension <c>code</c>.</summary>
internal sealed record ProblemDetails(string Title, int Status, string Detail, string Code);

/// <summary>Source-generated JSON of <see cref="ProblemDetails"/>.</summary>
[JsonSerializable(typeof(ProblemDetails))]
internal sealed partial class ProblemJsonContext : JsonSerializerContext
{
    /// <summary>Leaves quotes and slashes in sentences as they are: the media type is JSON, never HTML.</summary>
    public static ProblemJsonContext Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
