using AwsSigV4Proxy.Hosting.Commands;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AwsSigV4Proxy.Hosting.Inbound;

/// <summary>Stub, replaced at merge.</summary>
internal static class Listeners
{
    /// <summary>Stub.</summary>
    public static void Configure(KestrelServerOptions kestrel, ProxyOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.RequestHeaderEncodingSelector = static _ => System.Text.Encoding.Latin1;
        kestrel.ResponseHeaderEncodingSelector = static _ => System.Text.Encoding.Latin1;
        if (options.ListenOn is ListenAddress.Tcp tcp)
            kestrel.Listen(tcp.Address, tcp.Port);
    }
}
