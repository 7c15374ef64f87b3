using System.Net.Sockets;

namespace AwsSigV4Proxy.Hosting.Credentials;

/// <summary>
/// An HTTP proxy of the environment did not let a call through. The message is half a sentence that names the variable, never its
/// value, which may hold a password.
/// </summary>
internal sealed class ViaProxyException : HttpRequestException
{
    private ViaProxyException(string variable, HttpRequestException cause)
        : base(
            cause.HttpRequestError,
            $"cannot be reached ({Word(cause)}) through the proxy that {variable} names; check it, or name the endpoint's host in NO_PROXY",
            cause)
    {
    }

    /// <summary>The failure of a call that went by a proxy; null where it went by none, or the proxy is not to blame.</summary>
    public static ViaProxyException? Explain(HttpRequestException cause, Uri? target)
    {
        var isOfConnection = cause.HttpRequestError
            is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.ProxyTunnelError;
        return isOfConnection && target is not null && HttpClient.DefaultProxy.GetProxy(target) is not null && FindVariable(target.Scheme) is { } variable
            ? new(variable, cause)
            : null;
    }

    // In the order in which .NET looks at them.
    private static string? FindVariable(string scheme) => ((string[])[$"{scheme}_proxy", $"{scheme.ToUpperInvariant()}_PROXY", "all_proxy", "ALL_PROXY"])
        .FirstOrDefault(static name => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name)));

    private static string Word(HttpRequestException cause) =>
        cause.InnerException is SocketException socket ? socket.SocketErrorCode.ToString() : cause.HttpRequestError.ToString();
}
