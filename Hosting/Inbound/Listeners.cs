using System.Net;
using System.Text;
using AwsSigV4Proxy.Hosting.Commands;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace AwsSigV4Proxy.Hosting.Inbound;

/// <summary>
/// Where the server listens and what it takes: the proxy's address with plain HTTP or TLS, and the utility port.
/// </summary>
internal static class Listeners
{
    /// <summary>
    /// Request line and headers at most, in bytes: 64 KiB (arbitrary). AWS stays below it: S3 takes 8 KiB of headers, load
    /// balancers 64 KiB; Elasticsearch callers put long scroll ids and queries into the URL.
    /// </summary>
    private const int MaxHeadBytes = 64 * 1024;

    /// <summary>Binds the listeners of these options and sets the server's limits.</summary>
    /// <param name="kestrel">The server, with <c>UseKestrelHttpsConfiguration</c> where a certificate is given.</param>
    /// <param name="options">Where to listen.</param>
    /// <param name="certificate">Serve TLS with it, or null for plain HTTP.</param>
    /// <exception cref="StartupException">The path of a Unix socket is taken.</exception>
    public static void Configure(KestrelServerOptions kestrel, ProxyOptions options, ServerCertificate? certificate)
    {
        SetLimits(kestrel);
        if (options.ListenOn is ListenAddress.UnixSocket { Path: var path })
            UnixSocketFile.RemoveStale(path);

        Listen(kestrel, options.ListenOn, listener =>
        {
            // Without TLS, and so without ALPN, Kestrel speaks HTTP/1.1 alone on such a listener.
            listener.Protocols = HttpProtocols.Http1AndHttp2;
            if (certificate is not null)
                UseTls(listener, certificate);
        });

        if (UtilityAddress(options) is { } address)
            ListenForUtility(kestrel, address);
    }

    /// <summary>Where <c>/health</c> and <c>/ready</c> are asked for, or null where they are not.</summary>
    public static ListenAddress? UtilityAddress(ProxyOptions options) => options switch
    {
        { UtilityPort: 0 } => null,
        { ListenOn: ListenAddress.Tcp tcp } => tcp with { Port = options.UtilityPort },
        { ListenOn: ListenAddress.Localhost } => new ListenAddress.Localhost(options.UtilityPort),
        // Whoever probes a container does not speak over Unix sockets.
        _ => new ListenAddress.Tcp(IPAddress.Loopback, options.UtilityPort),
    };

    /// <summary>Binds the utility port: plain HTTP/1.1, every connection marked with <see cref="IUtilityConnection"/>.</summary>
    public static void ListenForUtility(KestrelServerOptions kestrel, ListenAddress address) => Listen(kestrel, address, listener =>
    {
        listener.Protocols = HttpProtocols.Http1;
        listener.Use(next => connection =>
        {
            connection.Features.Set<IUtilityConnection>(UtilityConnection.Instance);
            return next(connection);
        });
    });

    /// <summary>
    /// Warns when callers on the network are not asked who they are: whoever reaches the port uses the proxy's credentials.
    /// </summary>
    public static void WarnIfOpen(ProxyOptions options, ILogger logger)
    {
        if (IsOpen(options))
            Log.ListeningOpenly(logger, Describe(options.ListenOn));
    }

    /// <summary>Whether programs on other machines can use the proxy without saying who they are.</summary>
    public static bool IsOpen(ProxyOptions options) => !options.ListenOn.IsLoopback && options.BasicAuthFile is null;

    private static void Listen(KestrelServerOptions kestrel, ListenAddress address, Action<ListenOptions> configure)
    {
        switch (address)
        {
            case ListenAddress.Tcp tcp:
                kestrel.Listen(tcp.Address, tcp.Port, configure);
                break;
            case ListenAddress.Localhost { Port: 0 }:
                // Two families cannot take one free port together.
                kestrel.Listen(IPAddress.Loopback, 0, configure);
                break;
            case ListenAddress.Localhost localhost:
                kestrel.ListenLocalhost(localhost.Port, configure);
                break;
            case ListenAddress.UnixSocket socket:
                kestrel.ListenUnixSocket(Path.GetFullPath(socket.Path), configure);
                break;
        }
    }

    private static void UseTls(ListenOptions listener, ServerCertificate certificate) =>
        // Asked at each handshake, so that a new certificate serves the next one. Already made: nothing is waited for.
        listener.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = _ => ValueTask.FromResult(certificate.Current),
        });

    private static void SetLimits(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        // What an absolute target names counts, whatever Host says (RFC 9112, 3.2.2).
        kestrel.AllowHostHeaderOverride = true;
        // RFC 9110, 5.5: a field value is bytes. Latin-1 gives each byte one character and back, in both directions.
        kestrel.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;
        kestrel.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;

        var limits = kestrel.Limits;
        limits.MaxRequestLineSize = MaxHeadBytes;
        limits.MaxRequestHeadersTotalSize = MaxHeadBytes;
        limits.Http2.MaxRequestHeaderFieldSize = MaxHeadBytes;
        // S3 objects carry their metadata one header each.
        limits.MaxRequestHeaderCount = 256;
        // --max-body-size is the limit of a body, and --idle-timeout that of silence in one. A rate would cut what is slow on
        // purpose: an event stream that waits, a caller that reads as fast as it works. A caller that never finishes its
        // headers is bounded by Kestrel's 30 s for them.
        limits.MaxRequestBodySize = null;
        limits.MinRequestBodyDataRate = null;
        limits.MinResponseDataRate = null;
        // Longer than callers keep an unused connection (60 to 120 s), so that it is they who close it: a request that meets a
        // close on its way is lost.
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(130);
    }

    private static string Describe(ListenAddress address) => address switch
    {
        ListenAddress.Tcp tcp => new IPEndPoint(tcp.Address, tcp.Port).ToString(),
        ListenAddress.Localhost localhost => $"localhost:{localhost.Port}",
        ListenAddress.UnixSocket socket => $"unix:{socket.Path}",
        _ => address.ToString(),
    };
}
