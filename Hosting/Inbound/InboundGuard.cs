using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Forwarding;
using Microsoft.Extensions.Logging;

namespace AwsSigV4Proxy.Hosting.Inbound;

/// <summary>
/// Whether this caller may use the proxy: the browser guard first, then basic authentication. For each request,
/// <see cref="TryAnswerPreflight"/>, then <see cref="Check"/>, before anything else is done with it.
/// </summary>
internal sealed class InboundGuard
{
    private readonly BrowserGuard _browsers;
    private readonly BasicAuth? _basicAuth;

    /// <summary>Reads the files that the options name.</summary>
    /// <exception cref="StartupException">A file cannot be used.</exception>
    public InboundGuard(ProxyOptions options, ILogger logger, TimeProvider time)
    {
        _browsers = new BrowserGuard(options);
        _basicAuth = options.BasicAuthFile is { } path ? new BasicAuth(path, logger, time) : null;
    }

    /// <summary>
    /// Answers an allowed page's browser that asks in advance whether it may send a request (CORS preflight). True when the
    /// answer stands in the response, complete and without a body. Browsers ask without credentials, so this comes before
    /// they are checked.
    /// </summary>
    public bool TryAnswerPreflight(HttpContext context)
    {
        if (!CrossOriginAnswer.IsPreflight(context.Request)
            || !_browsers.IsFromAllowedOrigin(context) || _browsers.Check(context) is not null)
        {
            return false;
        }

        CrossOriginAnswer.AllowPreflight(context);
        return true;
    }

    /// <summary>
    /// Null when the request may go on, else the failure to answer with. The credentials of basic authentication are taken
    /// out of the request: they are the proxy's and must not travel on. An answer to an allowed page of another origin, a
    /// failure too, is made readable to it.
    /// </summary>
    public ProxyError? Check(HttpContext context)
    {
        if (_browsers.Check(context) is { } denied)
            return denied;

        if (_browsers.IsFromAllowedOrigin(context))
            CrossOriginAnswer.AllowReading(context);

        if (_basicAuth is null)
            return null;

        if (_basicAuth.Check(context) is { } unauthorized)
            return unauthorized;

        context.Request.Headers.Authorization = default;
        return null;
    }
}
