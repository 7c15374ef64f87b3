using Microsoft.AspNetCore.Http.Features;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>The caller's request target (RFC 9112, 3.2), taken apart and otherwise as it came.</summary>
/// <param name="Authority">The host and port that the target itself names, in absolute-form; null in origin-form.</param>
/// <param name="PathAndQuery">Begins with a slash; percent-encoded by the caller.</param>
internal readonly record struct CallersTarget(string? Authority, string PathAndQuery)
{
    /// <summary>Takes the target of a request.</summary>
    /// <exception cref="ProxyException">It is of a form that cannot be forwarded.</exception>
    public static CallersTarget Of(HttpContext context) => Find(context) ?? throw new ProxyException(ProxyError.BadRequest(
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget == "*"
            ? "The target '*' names no resource that could be signed."
            : "The target must be a path."));

    /// <summary>Takes the target of a request; null when it is of a form that cannot be forwarded.</summary>
    public static CallersTarget? Find(HttpContext context)
    {
        var raw = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;

        // origin-form: what nearly every request has.
        if (raw.StartsWith('/'))
            return new CallersTarget(null, raw);

        // absolute-form: what a client sends that takes this for its HTTP proxy.
        foreach (var scheme in (ReadOnlySpan<string>)["http://", "https://"])
        {
            if (raw.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
                return FromAbsolute(raw[scheme.Length..]);
        }

        return null;
    }

    private static CallersTarget FromAbsolute(string rest)
    {
        var end = rest.AsSpan().IndexOfAny('/', '?');
        return end < 0
            ? new CallersTarget(rest, "/")
            : new CallersTarget(rest[..end], rest[end] == '?' ? "/" + rest[end..] : rest[end..]);
    }
}
