using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace AwsSigV4Proxy.Tests.Fakes;

/// <summary>A Kestrel server on a free loopback port that runs one delegate for every request.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestServer(WebApplication app) => _app = app;

    /// <summary>The addresses bound, in the order they were configured.</summary>
    public Uri[] Addresses =>
        [.. _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(address => new Uri(address))];

    /// <summary>The first address.</summary>
    public Uri Address => Addresses[0];

    /// <summary>Starts a server whose listeners the test configures.</summary>
    public static async Task<TestServer> StartAsync(Action<KestrelServerOptions> configure, RequestDelegate answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(configure);
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync();
        return new TestServer(app);
    }

    /// <summary>Starts a server with a certificate, or without TLS.</summary>
    public static Task<TestServer> StartAsync(RequestDelegate answer, X509Certificate2? certificate = null, params X509Certificate2[] chain) =>
        StartAsync(
            kestrel => kestrel.Listen(IPAddress.Loopback, 0, listener =>
            {
                if (certificate is null)
                    return;

                var tls = new SslServerAuthenticationOptions
                {
                    ServerCertificateContext =
                        SslStreamCertificateContext.Create(TestCertificates.ForServer(certificate), [.. chain], offline: true),
                    ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
                };
                // Kestrel's other ways refuse certificates that are not fit for a server, which tests need too.
                listener.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(tls) });
            }),
            answer);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
