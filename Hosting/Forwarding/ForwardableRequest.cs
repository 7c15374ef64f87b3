using System.Buffers;
using AwsSigV4Proxy.Signing;
using Microsoft.AspNetCore.Http.Features;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>
/// Refuses what the server lets in but what could not be sent on as it is: a request that would arrive as another one, or
/// with something missing, than the one the caller sent and the signature covers.
/// </summary>
internal static class ForwardableRequest
{
    /// <summary>What a field name may hold (RFC 9110, 5.6.2: token).</summary>
    private static readonly SearchValues<char> TokenCharacters = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Checks method, framing and field names, before anything is read or sent.</summary>
    /// <exception cref="ProxyException">The request cannot be forwarded as it is.</exception>
    public static void Check(HttpContext context)
    {
        var request = context.Request;
        if (HttpMethods.IsConnect(request.Method) && !IsWebSocket(context))
            throw Refused("The proxy opens no tunnels (CONNECT): in one it could not sign anything. Let the caller use http:// URLs; the proxy itself speaks TLS to AWS.");

        // The body would arrive without the coding that the field names (RFC 9112, 6.1).
        if (request.Headers.TransferEncoding is { Count: > 0 } coding
            && (!coding.ToString().Equals("chunked", StringComparison.OrdinalIgnoreCase) || request.Protocol == HttpProtocol.Http2))
            throw Refused("The only transfer coding that a request may have is 'chunked', once, in HTTP/1.1.");

        // Two lengths, of which another server might believe the other one: request smuggling (RFC 9112, 6.3). Kestrel has
        // renamed the one that it does not believe.
        if (request.Headers.TransferEncoding.Count > 0 && request.Headers.ContainsKey("X-Content-Length"))
            throw Refused("The request has both Content-Length and Transfer-Encoding.");

        // The server lets in names that are no tokens, HTTP/2's pseudo-headers among them, which stand here too; the client
        // library would drop the others without a word.
        foreach (var (name, _) in request.Headers)
        {
            if (!IsFieldName(name) && !name.StartsWith(':'))
                throw Refused("A header's name holds characters that no header name may have.");
        }
    }

    /// <summary>
    /// Whether the caller asks for a WebSocket: by an upgrade in HTTP/1.1 (RFC 6455, 4.1), or by an extended CONNECT in HTTP/2
    /// (RFC 8441), as browsers do over TLS.
    /// </summary>
    public static bool IsWebSocket(HttpContext context) =>
        context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
            ? context.Request.Headers.Upgrade.ToString().Equals("websocket", StringComparison.OrdinalIgnoreCase)
            : context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: "websocket" };

    /// <summary>Checks the target: printable ASCII, so that what is sent is what is signed (RFC 9112, 3.2; RFC 3986, 2).</summary>
    /// <remarks>
    /// Over HTTP/2 the server takes any byte. A space would end the target early in HTTP/1.1's request line, and the client
    /// library writes characters beyond ASCII as whatever its buffer held before: another caller's data.
    /// </remarks>
    /// <exception cref="ProxyException">It holds a space, a control character, or one beyond ASCII.</exception>
    public static void CheckTarget(RequestTarget target)
    {
        if (target.Path.AsSpan().ContainsAnyExceptInRange('!', '~') || target.Query.AsSpan().ContainsAnyExceptInRange('!', '~'))
            throw Refused("The target holds a space, a control character, or a character beyond ASCII. Percent-encode it.");
    }

    /// <summary>Checks, when the body has ended, that it came without trailers, which are not sent on and may be checksums.</summary>
    /// <exception cref="ProxyException">There are trailers.</exception>
    public static void CheckTrailers(HttpRequest request)
    {
        if (request.SupportsTrailers() && request.CheckTrailersAvailable() && request.HttpContext.Features
            .GetRequiredFeature<IHttpRequestTrailersFeature>().Trailers.Count > 0)
            throw Refused("A request's trailers cannot be sent on. Send these fields as headers.");
    }

    /// <summary>Whether text may be a field name.</summary>
    public static bool IsFieldName(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExcept(TokenCharacters);

    private static ProxyException Refused(string detail) => new(ProxyError.BadRequest(detail));
}
