using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Credentials;
using AwsSigV4Proxy.Hosting.Forwarding.Refusals;
using AwsSigV4Proxy.Hosting.Telemetry;
using Yarp.ReverseProxy.Forwarder;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>
/// The one pooled client that all requests go through. It passes what it is given: nothing is decompressed, no redirect is
/// followed, no cookie is kept, no header is added. Dispose it when the proxy stops.
/// </summary>
internal sealed class UpstreamClient : IDisposable
{
    /// <summary>
    /// A connection is not reused for longer than this, so that a changed DNS answer is followed. Arbitrary; AWS's
    /// answers live for a minute.
    /// </summary>
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The most that <c>--upstream-idle-timeout</c> means by host: callers may name any number of hosts, each of which keeps a
    /// connection for that long. Arbitrary.
    /// </summary>
    private static readonly TimeSpan MaxIdleByHost = TimeSpan.FromSeconds(60);

    private readonly SocketsHttpHandler _handler;
    private readonly RefusalHandler _refusals;

    /// <summary>Makes the client.</summary>
    /// <param name="options">Time limits.</param>
    /// <param name="tls">The roots to trust upstream.</param>
    /// <param name="signer">Signs again what is refused because of its time or its credentials.</param>
    /// <param name="credentials">Renews credentials that are refused; null for a proxy that signs nothing.</param>
    /// <param name="loggers">For what is found out from refusals.</param>
    /// <param name="notes">Counts connections and refusals, and limits lines; null for nobody.</param>
    /// <param name="dial">Connects to the host that the URI names, for tests that have no such host; null for the network.</param>
    public UpstreamClient(
        ProxyOptions options, SslClientAuthenticationOptions tls, MessageSigner signer, CredentialRenewal? credentials,
        ILoggerFactory loggers, RefusalNotes? notes, Func<DnsEndPoint, CancellationToken, ValueTask<Stream>>? dial = null)
    {
        _handler = new SocketsHttpHandler
        {
            ActivityHeadersPropagator = null,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = options.ConnectTimeout,
            EnableMultipleHttp2Connections = true,
            MaxResponseHeadersLength = 128, // in KiB; S3 object metadata comes in headers
            // Over HTTP/2 the answer is read, and given, while the body is still being written.
            PlaintextStreamFilter = (context, _) =>
            {
                notes?.Metrics.ConnectionOpened(TlsOf(context.PlaintextStream));
                return new ValueTask<Stream>(context.NegotiatedHttpVersion.Major == 1
                    ? new UpstreamConnection(context.PlaintextStream)
                    : context.PlaintextStream);
            },
            PooledConnectionIdleTimeout = options.ForwardTo is null && options.UpstreamIdleTimeout > MaxIdleByHost
                ? MaxIdleByHost
                : options.UpstreamIdleTimeout,
            PooledConnectionLifetime = ConnectionLifetime,
            // Header bytes that are not ASCII pass unchanged, whatever encoding they are in (see ByteWriter.WriteLatin1).
            RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
            ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
            SslOptions = tls,
            UseCookies = false,
            // Not even the environment's proxy: http_proxy may well name this very process.
            UseProxy = false,
        };
        // The URI names the host that is signed, which may be another one than that which is dialled.
        var signedAs = options.ForwardTo is { SignHost: not null } target ? target.DialledEndPoint : null;
        _handler.ConnectCallback = dial is not null
            ? (context, cancellationToken) => dial(context.DnsEndPoint, cancellationToken)
            : (context, cancellationToken) => DialAsync(signedAs ?? context.DnsEndPoint, notes?.Metrics, cancellationToken);
        Plain = new HttpMessageInvoker(_handler, disposeHandler: false);
        _refusals = new RefusalHandler(Plain, new SecondAttempt(signer, Plain), credentials, loggers.CreateLogger<RefusalHandler>(), notes);
    }

    /// <summary>How YARP forwards. It limits nothing: <see cref="RequestDeadline"/> does.</summary>
    public static ForwarderRequestConfig RequestConfig { get; } = new()
    {
        ActivityTimeout = Timeout.InfiniteTimeSpan,
        Version = HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
    };

    /// <summary>
    /// How YARP forwards an upgrade (WebSocket): in HTTP/1.1, as AWS's services take it. Left to itself it would try
    /// HTTP/2's extended CONNECT (RFC 8441) first, which is another method to sign.
    /// </summary>
    public static ForwarderRequestConfig UpgradeConfig { get; } = RequestConfig with
    {
        Version = HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    /// <summary>What YARP sends one request with: the message that it makes has no place for what the proxy knows of it.</summary>
    public HttpMessageInvoker For(OutgoingRequest outgoing) => new Invoker(this, outgoing);

    /// <summary>The same connections, without what is done about refusals: for <c>check</c>, which wants to see them.</summary>
    public HttpMessageInvoker Plain { get; }

    /// <inheritdoc/>
    public void Dispose() => _handler.Dispose();

    private static string TlsOf(Stream connection) => connection is not SslStream tls ? "none"
        : tls.SslProtocol == SslProtocols.Tls13 ? "1.3"
        : "1.2";

    private static async ValueTask<Stream> DialAsync(DnsEndPoint target, ProxyMetrics? metrics, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(target, cancellationToken);
            return new CountedConnection(socket, metrics);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A TCP connection that is counted while it is open.</summary>
    private sealed class CountedConnection : NetworkStream
    {
        private ProxyMetrics? _metrics;

        public CountedConnection(Socket socket, ProxyMetrics? metrics)
            : base(socket, ownsSocket: true)
        {
            _metrics = metrics;
            metrics?.ConnectionBegun();
        }

        protected override void Dispose(bool disposing)
        {
            Interlocked.Exchange(ref _metrics, null)?.ConnectionClosed();
            base.Dispose(disposing);
        }
    }

    private sealed class Invoker(UpstreamClient client, OutgoingRequest outgoing) : HttpMessageInvoker(client._handler, disposeHandler: false)
    {
        public override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            client._refusals.SendAsync(request, outgoing, cancellationToken);
    }
}
