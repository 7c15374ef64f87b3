using AwsSigV4Proxy.Signing;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>Where one request goes and what signs it.</summary>
/// <param name="Target">The host, checked.</param>
/// <param name="Signer">Signs for that host's service and region; null with <c>--no-sign</c>.</param>
/// <param name="Clock">The time of its signatures.</param>
internal sealed record Upstream(UpstreamTarget Target, RequestSigner? Signer, SigningClock Clock)
{
    /// <summary>The rules of the service, or null where nothing is signed.</summary>
    public SigningOptions? Signing => Signer?.Options;
}

/// <summary>Decides where a request goes: the one place where what a caller names can have a say in it.</summary>
internal interface IUpstreamSelector
{
    /// <summary>
    /// The upstream of one request. Without an allocation for a host that was seen before, unless its service depends on the path.
    /// </summary>
    /// <param name="target">The caller's target.</param>
    /// <param name="host">The caller's Host header, empty where it has none.</param>
    /// <exception cref="ProxyException">The proxy does not sign for what the caller names.</exception>
    Upstream Select(CallersTarget target, string host);
}
