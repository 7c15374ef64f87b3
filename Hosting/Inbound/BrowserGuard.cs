using System.Net;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Forwarding;
using Microsoft.Extensions.Primitives;

namespace AwsSigV4Proxy.Hosting.Inbound;

/// <summary>
/// Keeps web pages of other sites from using the proxy through the browser of someone who can reach it, and with it that
/// person's AWS credentials. Programs that are no browsers send none of the headers it looks at and pass untouched, without
/// an allocation; so does a person who opens a web application (OpenSearch Dashboards) through the proxy.
/// </summary>
/// <remarks>
/// <para>1. Origin: browsers name the page that made a request in <c>Origin</c> (RFC 6454; on every request but plain GET
/// and HEAD, and on WebSocket handshakes) and its relation in <c>Sec-Fetch-Site</c> (W3C Fetch Metadata). No page can
/// change either. What comes from another site is refused unless <c>--allow-origin</c> names it.</para>
/// <para>2. Host: a page whose name is made to resolve to 127.0.0.1 (DNS rebinding) is same-origin for the browser, but the
/// browser still sends that name as Host. On a loopback address only names are taken that such a page cannot have.</para>
/// <para>3. A browser's own proxy: by host (<c>--forward-by-host</c>) a browser may be set up to use this as its HTTP proxy. Pages
/// of any site can then send it simple requests to AWS's names, and for <c>http://</c> URLs browsers add no
/// <c>Sec-Fetch-Site</c> (it is for trustworthy URLs alone) and no <c>Origin</c> to GET. Such requests are refused unless
/// <c>--allow-origin</c> names the target's own origin.</para>
/// </remarks>
internal sealed class BrowserGuard
{
    private const string FetchSite = "Sec-Fetch-Site";

    private readonly HashSet<WebOrigin> _allowed = [];
    private readonly string[] _hostNames;
    private readonly bool _checksHost;
    private readonly bool _isByHost;

    /// <summary>Takes the allowed origins, the listen address and the target from the options.</summary>
    /// <exception cref="StartupException">An allowed origin is not one.</exception>
    public BrowserGuard(ProxyOptions options)
    {
        foreach (var text in options.AllowOrigins)
        {
            if (!WebOrigin.TryParse(text, out var origin))
            {
                throw new StartupException(
                    $"--allow-origin {text} is not the origin of a web page.",
                    "Write scheme, host and port as the browser does, without a path: https://dashboards.example.com or http://localhost:3000.");
            }

            _allowed.Add(origin);
        }

        // A browser cannot connect to a Unix socket; whatever stands in front of one may pass on any Host. And where the host
        // tells the target, no request with a name that such a page can have goes anywhere (UpstreamByHost).
        _isByHost = options.ForwardTo is null;
        _checksHost = options is { ForwardTo: not null, ListenOn: not ListenAddress.UnixSocket } && options.ListenOn.IsLoopback;
        string[] targets = options.ForwardTo is { } target ? [target.Host, target.SignedHost] : [];
        _hostNames = [.. targets, .. _allowed.Select(origin => origin.Host)];
    }

    /// <summary>Null when the request may go on, else the failure to answer with.</summary>
    public ProxyError? Check(HttpContext context)
    {
        var headers = context.Request.Headers;
        var origin = headers.Origin;
        var site = headers[FetchSite];
        if ((origin.Count > 0 || site.Count > 0) && CheckOrigin(context.Request, origin, site) is { } error)
            return error;

        if (_isByHost && origin.Count == 0 && site.Count == 0)
            return CheckProxiedBrowser(context.Request);
        return _checksHost ? CheckHost(headers.Host) : null;
    }

    /// <summary>Whether the request comes from a page of another origin that <c>--allow-origin</c> names.</summary>
    public bool IsFromAllowedOrigin(HttpContext context)
    {
        var origin = context.Request.Headers.Origin;
        return origin.Count > 0 && _allowed.Count > 0
            && WebOrigin.TryParse(origin.ToString(), out var parsed) && _allowed.Contains(parsed);
    }

    // 1. Origin
    private ProxyError? CheckOrigin(HttpRequest request, StringValues origin, StringValues site)
    {
        if (origin.Count == 0)
            return IsOwnSite(site) || RefererIsAllowed(request) ? null : CrossSite(site);

        var parsed = WebOrigin.TryParse(origin.ToString(), out var page);
        if (parsed && _allowed.Contains(page))
            return null;

        if (parsed && IsSameOrigin(page, request) && IsOwnSite(site))
            return null;

        return parsed ? ForeignOrigin(page) : ProxyError.OriginDenied(
            "A web page without an origin of its own (a file, a sandboxed frame, a redirect from another site) made this request. "
            + "Only pages that are served through the proxy, or that it was started with --allow-origin for, may use it.");
    }

    /// <summary>
    /// <c>none</c> is what the person did: an address typed, a bookmark. <c>same-site</c> is another port or subdomain, which
    /// may belong to anyone.
    /// </summary>
    private static bool IsOwnSite(StringValues site) =>
        site.Count == 0 || (site.Count == 1 && site[0] is "same-origin" or "none");

    private static bool IsSameOrigin(WebOrigin page, HttpRequest request)
    {
        // A load balancer may end TLS in front of the proxy: the page is https then, and what arrives here is not. The other
        // way round is foreign: anyone on the network can make an http page of this host.
        if (!page.Scheme.Equals(request.Scheme, StringComparison.OrdinalIgnoreCase) && page.Scheme != Uri.UriSchemeHttps)
            return false;

        return WebOrigin.TryParse($"{page.Scheme}://{request.Headers.Host}", out var own) && own == page;
    }

    /// <summary>A link or an image of an allowed page carries no Origin, but its Referer, which no other page can send.</summary>
    private bool RefererIsAllowed(HttpRequest request) =>
        _allowed.Count > 0
        && WebOrigin.TryParseReferer(request.Headers.Referer.ToString(), out var page) && _allowed.Contains(page);

    private static ProxyError ForeignOrigin(WebOrigin page) => ProxyError.OriginDenied(
        $"A web page of {page} made this request, and the proxy would sign it with its AWS credentials. "
        + $"If that page may do so, start the proxy with --allow-origin {page}.");

    private static ProxyError CrossSite(StringValues site) => ProxyError.OriginDenied(
        $"A link or a page of another site led here (Sec-Fetch-Site: {(site is ["same-site"] ? "same-site" : "cross-site")}), and the "
        + "proxy would sign the request with its AWS credentials. Type the address or use a bookmark, or start the proxy with "
        + "--allow-origin and that site's origin.");

    // 3. A browser's own proxy
    private ProxyError? CheckProxiedBrowser(HttpRequest request)
    {
        // What every browser's User-Agent begins with; no SDK's does.
        if (!request.Headers.UserAgent.ToString().StartsWith("Mozilla/", StringComparison.Ordinal)
            || (WebOrigin.TryParse($"{request.Scheme}://{request.Headers.Host}", out var own) && _allowed.Contains(own)))
            return null;

        var host = TerminalText.Sanitize(request.Headers.Host.ToString());
        return ProxyError.OriginDenied(
            $"A browser made this request to {host} through the proxy and does not tell which page is behind it: any web page could have. "
            + $"If you trust all pages that this browser opens, start the proxy with --allow-origin {request.Scheme}://{host}; to open one "
            + "application, use --forward-to and the proxy's own address instead of --forward-by-host.");
    }

    // 2. Host
    private ProxyError? CheckHost(StringValues header)
    {
        // No Host is HTTP/1.0, which no browser speaks.
        if (header.Count == 0 || string.IsNullOrEmpty(header[0]))
            return null;

        if (!WebOrigin.TrySplitAuthority(header.ToString(), out var host, out _))
            return ProxyError.HostDenied("The Host header is not a host with an optional port.");

        if (IsLoopbackName(host) || IPAddress.IsValid(host is ['[', .. var literal, ']'] ? literal : host))
            return null;

        foreach (var name in _hostNames)
        {
            if (host.Equals(name, StringComparison.OrdinalIgnoreCase))
                return null;
        }

        return ProxyError.HostDenied(
            $"The proxy listens on a loopback address and was asked for the host {host}, as a web page would that pretends to be it "
            + "(DNS rebinding). Use http://localhost with the proxy's port; if this name is yours, start the proxy with "
            + $"--allow-origin http://{host}, or listen on another address.");
    }

    /// <summary>RFC 6761, 6.3: <c>localhost</c> and every name below it never leave the machine.</summary>
    private static bool IsLoopbackName(ReadOnlySpan<char> host)
    {
        host = host.EndsWith('.') ? host[..^1] : host;
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
    }
}
