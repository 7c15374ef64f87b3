namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>Carries a <see cref="ProxyError"/> from where it is found to <see cref="ProxyEndpoint"/>, which answers with it.</summary>
internal sealed class ProxyException(ProxyError error) : Exception(error.Detail)
{
    /// <summary>The failure to answer with.</summary>
    public ProxyError Error { get; } = error;
}
