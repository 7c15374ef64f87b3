using System.Net.Security;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Forwarding;
using AwsSigV4Proxy.Hosting.Inbound;
using AwsSigV4Proxy.Hosting.Utility;
using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Signing.Keys;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace AwsSigV4Proxy.Hosting;

/// <summary>
/// One running proxy: Kestrel, the pipeline and the upstream client, put together from validated options. The run command,
/// the demo and the tests all start it here.
/// </summary>
internal sealed class ProxyHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpMessageInvoker _client;
    private readonly ProxyOptions _options;

    private ProxyHost(WebApplication app, HttpMessageInvoker client, ProxyOptions options) =>
        (_app, _client, _options) = (app, client, options);

    /// <summary>The URLs that the proxy listens on, with their real ports, the utility port's last.</summary>
    public IReadOnlyList<string> Addresses { get; private set; } = [];

    /// <summary>Starts a proxy. When this returns, its ports are open.</summary>
    /// <param name="options">What to do.</param>
    /// <param name="credentials">Gives the credentials to sign with; asked once or twice a request.</param>
    /// <param name="time">The clock of signatures.</param>
    /// <exception cref="IOException">A port is taken, or an address is not this machine's.</exception>
    public static async Task<ProxyHost> StartAsync(
        ProxyOptions options, Func<CancellationToken, ValueTask<SigningCredentials>> credentials, TimeProvider? time = null)
    {
        // The slim builder without its configuration: an appsettings.json or ASPNETCORE_URLS that lies about must not
        // change what a signing proxy listens to.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        LogOutput.Configure(builder.Logging, options);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration()
            .ConfigureKestrel(kestrel => Listeners.Configure(kestrel, options));
        builder.Services.AddHttpForwarder();
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<IHostLifetime, SignalLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownTimeout);

        var app = builder.Build();
        var client = UpstreamClient.Create(options, new SslClientAuthenticationOptions());
        var signer = new SigV4Signer(new CredentialScope(options.Region, options.Service));
        var endpoint = new ProxyEndpoint(
            options, signer.Options, credentials, app.Services.GetRequiredService<IHttpForwarder>(), client,
            new SigningTransformer(options.ForwardTo, signer, time ?? TimeProvider.System),
            app.Services.GetRequiredService<ILogger<ProxyEndpoint>>());
        var utility = new UtilityEndpoint(() => null);
        app.Run(endpoint.InvokeAsync);

        var host = new ProxyHost(app, client, options);
        try
        {
            await app.StartAsync();
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }

        host.LogStart();
        return host;
    }

    /// <summary>Runs until a signal says stop, then lets requests in flight finish.</summary>
    public async Task WaitForShutdownAsync()
    {
        await _app.WaitForShutdownAsync();
        Log.Stopped(_app.Logger, 0);
    }

    /// <summary>Stops listening, and lets requests in flight finish within the shutdown timeout.</summary>
    public Task StopAsync() => _app.StopAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _client.Dispose();
    }

    private void LogStart()
    {
        Addresses = [.. _app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses];
        foreach (var address in Addresses)
            Log.Listening(_app.Logger, address);
        Log.Forwarding(_app.Logger, _options.Service, _options.Region, _options.ForwardTo.ToString());
    }
}
