using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace AwsSigV4Proxy.Hosting.Inbound;

/// <summary>
/// What a browser needs in an answer before it lets a page of another origin read it (Fetch standard, "CORS protocol"). Only
/// for origins that <c>--allow-origin</c> names: those are trusted as much as a page that the proxy serves itself.
/// </summary>
internal static class CrossOriginAnswer
{
    // Not in HeaderNames yet. https://wicg.github.io/private-network-access/
    private const string RequestPrivateNetwork = "Access-Control-Request-Private-Network";
    private const string AllowPrivateNetwork = "Access-Control-Allow-Private-Network";

    /// <summary>How long a browser may remember the answer to its question: 10 minutes (arbitrary; Chrome takes at most 2 hours).</summary>
    private const string MaxAgeSeconds = "600";

    /// <summary>Whether this is a browser's question in advance, which carries no credentials and is not meant for AWS.</summary>
    public static bool IsPreflight(HttpRequest request) =>
        HttpMethods.IsOptions(request.Method)
        && request.Headers.Origin.Count > 0 && request.Headers.AccessControlRequestMethod.Count > 0;

    /// <summary>Answers the question in advance with yes: 204, whatever method and headers it names.</summary>
    public static void AllowPreflight(HttpContext context)
    {
        var asked = context.Request.Headers;
        var response = context.Response;
        response.StatusCode = StatusCodes.Status204NoContent;
        Allow(response.Headers, asked.Origin);
        response.Headers.AccessControlAllowMethods = asked.AccessControlRequestMethod;
        if (asked.AccessControlRequestHeaders.Count > 0)
            response.Headers.AccessControlAllowHeaders = asked.AccessControlRequestHeaders;
        if (asked.ContainsKey(RequestPrivateNetwork))
            response.Headers[AllowPrivateNetwork] = "true";
        response.Headers.AccessControlMaxAge = MaxAgeSeconds;
    }

    /// <summary>
    /// Lets the page read the answer to come, the proxy's own errors too. An upstream that answers for itself which origins
    /// may read (an S3 bucket's CORS rules, a Lambda function URL's) is left to it.
    /// </summary>
    public static void AllowReading(HttpContext context) => context.Response.OnStarting(
        static state =>
        {
            var (response, origin) = ((HttpResponse, StringValues))state;
            var headers = response.Headers;
            if (headers.AccessControlAllowOrigin.Count == 0)
            {
                // With credentials a browser takes `*` for a header of that name, so they are named.
                headers.AccessControlExposeHeaders = string.Join(", ", headers.Keys);
                Allow(headers, origin);
            }

            return Task.CompletedTask;
        },
        // The page's, whatever becomes of the header on its way upstream.
        (context.Response, context.Request.Headers.Origin));

    private static void Allow(IHeaderDictionary answer, StringValues origin)
    {
        answer.AccessControlAllowOrigin = origin;
        answer.AccessControlAllowCredentials = "true";
        answer.Append(HeaderNames.Vary, HeaderNames.Origin);
    }
}
