using Microsoft.Net.Http.Headers;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>
/// The body of a caller that waits to be asked for it (<c>Expect: 100-continue</c>). One that gets its answer without the
/// question may send the body or may not, so its connection ends with the answer (RFC 9110, 10.1.1): what comes next on it could
/// be taken for the body. boto3 moreover takes the answer to an empty body for that to its next request.
/// </summary>
internal sealed class ExpectedBody
{
    private bool _isAskedFor;

    private ExpectedBody()
    {
    }

    /// <summary>Watches over a request, if its caller waits.</summary>
    public static void Watch(HttpContext context)
    {
        if (context.Request.Headers.Expect.Count == 0 || context.Request.Protocol == HttpProtocol.Http2)
            return;
        var body = new ExpectedBody();
        context.Features.Set(body);
        context.Response.OnStarting(() =>
        {
            if (!body._isAskedFor)
                context.Response.Headers[HeaderNames.Connection] = "close";
            return Task.CompletedTask;
        });
    }

    /// <summary>The body is about to be read, which asks for it.</summary>
    public static void AskFor(HttpContext context)
    {
        if (context.Features.Get<ExpectedBody>() is { } body)
            body._isAskedFor = true;
    }
}
