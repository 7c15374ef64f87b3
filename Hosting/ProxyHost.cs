using System.Diagnostics;
using System.Net.Sockets;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Credentials;
using AwsSigV4Proxy.Hosting.Forwarding;
using AwsSigV4Proxy.Hosting.Forwarding.Refusals;
using AwsSigV4Proxy.Hosting.Inbound;
using AwsSigV4Proxy.Hosting.Telemetry;
using AwsSigV4Proxy.Hosting.Utility;
using AwsSigV4Proxy.Signing;
using Microsoft.AspNetCore.Connections;
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
    private readonly UpstreamClient _client;
    private readonly CredentialCache? _credentials;
    private readonly ProxyMetrics _metrics;
    private readonly TelemetryExport _export;
    private readonly RepeatLimit _failures;
    private readonly CredentialFileWatch? _watch;
    private readonly ILoggerFactory _loggers;
    private readonly ProxyOptions _options;
    private readonly ILogger _logger;
    private readonly long _started = Stopwatch.GetTimestamp();

    private ProxyHost(
        WebApplication app, UpstreamClient client, CredentialCache? credentials, CredentialFileWatch? watch, ProxyMetrics metrics,
        TelemetryExport export, RepeatLimit failures, ILoggerFactory loggers, ProxyOptions options)
    {
        (_app, _client, _credentials, _watch, _metrics, _export, _failures, _loggers, _options) =
            (app, client, credentials, watch, metrics, export, failures, loggers, options);
        _logger = loggers.CreateLogger<ProxyHost>();
    }

    /// <summary>The URLs that the proxy listens on, with their real ports, the utility port's last.</summary>
    public IReadOnlyList<string> Addresses { get; private set; } = [];

    /// <summary>Starts a proxy. When this returns, its ports are open.</summary>
    /// <param name="options">What to do.</param>
    /// <param name="source">Where the credentials to sign with come from; asked by a cache, not by requests.</param>
    /// <param name="time">The clock of signatures.</param>
    /// <param name="dial">Connects to upstreams, for tests; null for the network.</param>
    /// <exception cref="StartupException">
    /// A port is taken, an address is not this machine's, a file cannot be used, there are no credentials but they are required.
    /// </exception>
    public static async Task<ProxyHost> StartAsync(
        ProxyOptions options, ICredentialSource source, TimeProvider? time = null,
        Func<System.Net.DnsEndPoint, CancellationToken, ValueTask<Stream>>? dial = null)
    {
        var logDrops = new LogDrops();
        var loggers = LoggerFactory.Create(logging => LogOutput.Configure(logging, options, logDrops));
        try
        {
            return await StartAsync(options, source, time ?? TimeProvider.System, loggers, logDrops, dial);
        }
        catch (Exception e)
        {
            loggers.Dispose();
            if (e is IOException { InnerException: AddressInUseException } or SocketException)
                throw ListenFailure(options, e);
            throw;
        }
    }

    private static async Task<ProxyHost> StartAsync(
        ProxyOptions options, ICredentialSource source, TimeProvider time, ILoggerFactory loggers, LogDrops logDrops,
        Func<System.Net.DnsEndPoint, CancellationToken, ValueTask<Stream>>? dial)
    {
        var logger = loggers.CreateLogger<ProxyHost>();
        // First, since it begins to read the system's roots beside everything that follows.
        var tls = UpstreamTls.CreateOptions(options, logger);
        var certificate = options is { CertFile: { } certFile, KeyFile: { } keyFile }
            ? new ServerCertificate(certFile, keyFile, logger, time)
            : null;
        var guard = new InboundGuard(options, logger, time);

        // The slim builder without its configuration: an appsettings.json or ASPNETCORE_URLS that lies about must not
        // change what a signing proxy listens to.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration()
            .ConfigureKestrel(kestrel => Listeners.Configure(kestrel, options, certificate));
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, BlockPool.Factory>();
        builder.Services.AddSingleton(loggers).AddSingleton(options).AddSingleton<IHostLifetime, SignalLifetime>().AddHttpForwarder();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownTimeout);
        var app = builder.Build();

        var metrics = new ProxyMetrics(logDrops);
        // Before anything is measured, the first fetch of credentials too.
        var export = TelemetryExport.Create(options.UtilityPort != 0, app.Services, Environment.GetEnvironmentVariable);
        metrics.BeginAtZero();
        var credentials = options.Sign
            ? new CredentialCache(source, loggers.CreateLogger<CredentialCache>(), options.SignatureLifetime ?? TimeSpan.Zero, time, metrics: metrics)
            : null;
        // It looks at the files before they are read for the first time.
        var watch = credentials is null ? null : new CredentialFileWatch(credentials, CredentialFiles.Of(source), time);
        credentials?.Start();
        var signer = new MessageSigner(options, loggers.CreateLogger<MessageSigner>(), metrics);
        var renewal = credentials is null ? null : new CredentialRenewal(credentials, loggers.CreateLogger<CredentialRenewal>(), time);
        var endpointLogger = loggers.CreateLogger<ProxyEndpoint>();
        var failures = new RepeatLimit(time, (code, count, over) => Log.RequestsFailed(endpointLogger, code, count, over.TotalSeconds));
        var client = new UpstreamClient(options, tls, signer, renewal, loggers, new RefusalNotes(metrics, failures), dial);
        ProcessMetrics.AddTo(metrics.Meter);
        if (credentials is not null)
            CredentialMetrics.AddTo(metrics, credentials);
        var accessLog = options.AccessLog ? new AccessLog(loggers.CreateLogger<AccessLog>(), options.AccessLogQuery) : null;
        var failedRequests = options.LogFailedRequests ? new FailedRequestLog(loggers.CreateLogger<FailedRequestLog>()) : null;
        var upstreamStatus = new UpstreamStatus(time);
        var observer = new RequestObserver(metrics, upstreamStatus, accessLog, failedRequests, export.Spans);
        IUpstreamSelector upstreams = options.ForwardTo is null
            ? new UpstreamByHost(options, new ConfiguredRegion(FindRegion, time), time)
            : new FixedUpstream(options, time);
        var endpoint = new ProxyEndpoint(
            options, upstreams, guard, credentials, app.Services.GetRequiredService<IHttpForwarder>(), client,
            new SigningTransformer(signer, options.HeaderRules, options.LogFailedRequests), metrics, observer, failures, endpointLogger, app.Lifetime.ApplicationStopping);
        var utility = new UtilityEndpoint(
            () => Readiness.Of(credentials, upstreamStatus, app.Lifetime.ApplicationStopping.IsCancellationRequested, time.GetUtcNow()),
            export.Scrape);
        app.Run(context => context.Features.Get<IUtilityConnection>() is null
            ? endpoint.InvokeAsync(context)
            : utility.InvokeAsync(context));

        var host = new ProxyHost(app, client, credentials, watch, metrics, export, failures, loggers, options);
        try
        {
            // Before a port is opened: nobody should come to a proxy that is about to end.
            if (options.RequireCredentials && credentials is not null)
                await RequiredCredentials.WaitAsync(credentials);
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
        Log.Stopped(_logger, Stopwatch.GetElapsedTime(_started).TotalSeconds);
    }

    /// <summary>Stops listening, and lets requests in flight finish within the shutdown timeout.</summary>
    public Task StopAsync() => _app.StopAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _client.Dispose();
        // The cache first: it ends a fetch that the watch may be waiting for.
        if (_credentials is not null)
            await _credentials.DisposeAsync();
        if (_watch is not null)
            await _watch.DisposeAsync();
        _export.Dispose();
        _metrics.Dispose();
        _failures.Dispose();
        // Last: it writes what is still in its queue.
        _loggers.Dispose();
    }

    /// <summary>The region of the AWS configuration, or null where it names none that can be one.</summary>
    private static string? FindRegion()
    {
        try
        {
            return new RegionSource().TryFind() is { } region ? SigningScopeSources.ParseConfigured(region) : null;
        }
        catch (UsageException)
        {
            return null;
        }
    }

    private static StartupException ListenFailure(ProxyOptions options, Exception cause) => cause is IOException
        // Kestrel's sentence names the address.
        ? new(
            $"Cannot listen: {cause.Message.TrimEnd('.')}.",
            "Is the proxy running already? Free the port, or choose another one with --listen-on or --utility-port.", cause)
        : new(
            $"Cannot listen on {options.ListenOn}: {cause.Message.TrimEnd('.')}.",
            "--listen-on must name an address of this machine, or a Unix socket in a folder that exists and may be written.", cause);

    private void LogStart()
    {
        Addresses = [.. _app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses];
        foreach (var address in Addresses)
        {
            if (_options.UtilityPort != 0 && BindingAddress.Parse(address).Port == _options.UtilityPort)
                Log.UtilityListening(_logger, address);
            else
                Log.Listening(_logger, address);
        }

        Listeners.WarnIfOpen(_options, _logger);
        LogTarget();
    }

    private void LogTarget()
    {
        var target = _options.ForwardTo?.ToString() ?? string.Join(", ", _options.AllowHosts.Select(host => host.ToString()).Prepend("AWS endpoints"));
        if (!_options.Sign)
            Log.ForwardingUnsigned(_logger, target);
        else if (_options.ForwardTo is null)
            Log.ForwardingByHost(_logger, target);
        else if (_options.Algorithm == SigningAlgorithm.SigV4a)
            Log.ForwardingForRegionSet(_logger, _options.Service, _options.RegionSet!, target);
        else
            Log.Forwarding(_logger, _options.Service, _options.Region, target);
        if (_options.ForwardTo?.SignHost is not null)
            Log.SigningAs(_logger, _options.ForwardTo.Authority);
    }
}
