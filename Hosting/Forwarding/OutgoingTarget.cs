using AwsSigV4Proxy.Signing;
using Microsoft.AspNetCore.Http.Features;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>
/// From the caller's request target (RFC 9112, 3.2) to the one that is sent. The authority is fixed at start: whatever form
/// the caller uses, it never changes where the request goes.
/// </summary>
internal static class OutgoingTarget
{
    /// <summary>
    /// Keeps the bytes of path and query as they are: .NET would turn <c>/a/%2e%2e/b</c> into <c>/b</c> and <c>%7E</c> into
    /// <c>~</c>, which is another request than the one that is signed.
    /// </summary>
    private static readonly UriCreationOptions AsItIs = new() { DangerousDisablePathAndQueryCanonicalization = true };

    /// <summary>The target to send, behind the prefix of <c>--forward-to</c>.</summary>
    /// <exception cref="ProxyException">The target is of a form that cannot be forwarded.</exception>
    public static RequestTarget From(HttpContext context, UpstreamTarget upstream)
    {
        var raw = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;

        // origin-form: what nearly every request has.
        if (raw.StartsWith('/'))
            return RequestTarget.FromCaller(upstream.PathPrefix + raw);

        // absolute-form: what a client sends that takes this for its HTTP proxy.
        foreach (var scheme in (ReadOnlySpan<string>)["http://", "https://"])
        {
            if (raw.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
                return FromAbsolute(raw[scheme.Length..], upstream);
        }

        throw new ProxyException(ProxyError.BadRequest(raw == "*"
            ? "The target '*' names no resource that could be signed."
            : "The target must be a path."));
    }

    /// <summary>The URI to send to, with the target's bytes as they are.</summary>
    /// <param name="prefix">Scheme and authority.</param>
    /// <param name="target">Path and query.</param>
    /// <exception cref="ProxyException">The target has characters that cannot be sent as they are.</exception>
    public static Uri ToUri(string prefix, RequestTarget target)
    {
        ForwardableRequest.CheckTarget(target);
        return Uri.TryCreate(prefix + target, AsItIs, out var uri)
            ? uri
            : throw new ProxyException(ProxyError.BadRequest("The target is no URI path."));
    }

    private static RequestTarget FromAbsolute(string rest, UpstreamTarget upstream)
    {
        var end = rest.AsSpan().IndexOfAny('/', '?');
        var authority = end < 0 ? rest : rest[..end];
        if (!authority.Equals(upstream.Authority, StringComparison.OrdinalIgnoreCase))
        {
            throw new ProxyException(ProxyError.HostDenied(
                $"The request is for another host than {upstream.Authority}, the only one this proxy signs for."));
        }

        var target = end < 0 ? "/" : rest[end] == '?' ? "/" + rest[end..] : rest[end..];
        return RequestTarget.FromCaller(upstream.PathPrefix + target);
    }
}
