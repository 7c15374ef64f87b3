using AwsSigV4Proxy.Signing;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>From the target that the caller sent to the one that is sent: the same path and query, behind the upstream's prefix.</summary>
internal static class OutgoingTarget
{
    /// <summary>
    /// Keeps the bytes of path and query as they are: .NET would turn <c>/a/%2e%2e/b</c> into <c>/b</c> and <c>%7E</c> into
    /// <c>~</c>, which is another request than the one that is signed.
    /// </summary>
    private static readonly UriCreationOptions AsItIs = new() { DangerousDisablePathAndQueryCanonicalization = true };

    /// <summary>The target to send.</summary>
    /// <param name="callers">What the caller sent.</param>
    /// <param name="upstream">Whom it goes to. Without a signer nothing is taken out of the query, nor changed there.</param>
    public static RequestTarget From(CallersTarget callers, Upstream upstream)
    {
        var target = upstream.Target.PathPrefix + callers.PathAndQuery;
        return upstream.Signer is null ? RequestTarget.AsItIs(target) : RequestTarget.FromCaller(target);
    }

    /// <summary>The URI to send to, with the target's bytes as they are.</summary>
    /// <param name="upstream">Scheme and authority.</param>
    /// <param name="target">Path and query.</param>
    /// <exception cref="ProxyException">The target has characters that cannot be sent as they are.</exception>
    public static Uri ToUri(UpstreamTarget upstream, RequestTarget target)
    {
        ForwardableRequest.CheckTarget(target);
        return Uri.TryCreate(upstream.Origin + target, AsItIs, out var uri)
            ? uri
            : throw new ProxyException(ProxyError.BadRequest("The target is no URI path."));
    }
}
