using System.Net;
using AwsSigV4Proxy.Hosting;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Credentials;
using AwsSigV4Proxy.Hosting.Forwarding;
using AwsSigV4Proxy.Signing.Keys;
using Microsoft.Extensions.Logging;

namespace AwsSigV4Proxy.Tests.Fakes;

/// <summary>A proxy in this process, on free loopback ports, and a client that adds nothing to what a test sends.</summary>
internal sealed class TestProxy : IAsyncDisposable
{
    private TestProxy(ProxyHost host) => Host = host;

    /// <summary>The credentials every test proxy signs with.</summary>
    public static SigningCredentials Credentials { get; } = new("AKIDTEST", "test-secret-access-key", "test-session-token");

    /// <summary>The same key with a secret that no upstream knows: what it signs must be refused.</summary>
    public static SigningCredentials WrongCredentials { get; } = new("AKIDTEST", "another-secret-access-key", "test-session-token");

    public ProxyHost Host { get; }

    public Uri Address => new(Host.Addresses[0]);

    public HttpClient Client { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false })
    {
        Timeout = TimeSpan.FromSeconds(60),
    };

    /// <summary>Options of a proxy for an upstream, which a test changes by <c>with</c>.</summary>
    public static ProxyOptions OptionsFor(Uri upstream, string service = "es") => new()
    {
        ForwardTo = new UpstreamTarget(upstream.Scheme, upstream.Host, upstream.Port, ""),
        Service = service,
        Region = "eu-west-1",
        ListenOn = new ListenAddress.Tcp(IPAddress.Loopback, 0),
        UtilityPort = 0,
        LogLevel = LogLevel.None,
        ShutdownTimeout = TimeSpan.FromSeconds(20),
    };

    public static async Task<TestProxy> StartAsync(
        ProxyOptions options, ICredentialSource? source = null, TimeProvider? time = null,
        Func<DnsEndPoint, CancellationToken, ValueTask<Stream>>? dial = null)
    {
        var host = await ProxyHost.StartAsync(options, source ?? new FixedCredentials(Credentials), time, dial);
        var proxy = new TestProxy(host);
        proxy.Client.BaseAddress = proxy.Address;
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Host.DisposeAsync();
    }
}
