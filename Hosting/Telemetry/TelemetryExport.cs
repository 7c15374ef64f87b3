using AwsSigV4Proxy.Hosting.Commands;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace AwsSigV4Proxy.Hosting.Telemetry;

/// <summary>
/// Where metrics and spans go: to whoever scrapes <c>/metrics</c> on the utility port, and, where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>
/// is set, to that collector (https://opentelemetry.io/docs/specs/otel/protocol/exporter/, whose other variables the library reads
/// itself). Where neither is asked for nothing is made, and the instruments cost nothing.
/// </summary>
internal sealed class TelemetryExport : IDisposable
{
    /// <summary>The runtime's own meter: garbage collector, threads, processor time.</summary>
    private const string RuntimeMeter = "System.Runtime";

    /// <summary>
    /// Instruments of the runtime that say nothing here: names that end as only histograms may in Prometheus, levels that come out as
    /// counters, and the compiler that a native executable has not.
    /// </summary>
    private static readonly string[] Unfit =
    [
        "dotnet.assembly.count", "dotnet.process.cpu.count", "dotnet.timer.count", "dotnet.thread_pool.queue.length",
        "dotnet.thread_pool.thread.count", "dotnet.jit.compiled_il.size", "dotnet.jit.compiled_methods", "dotnet.jit.compilation.time",
    ];

    private readonly MeterProvider? _metrics;
    private readonly TracerProvider? _traces;

    /// <summary>Makes what is asked for.</summary>
    /// <param name="hasUtilityPort">Whether somebody can scrape.</param>
    /// <param name="services">The host's.</param>
    /// <param name="environment">Reads one environment variable.</param>
    /// <exception cref="StartupException">A variable says what the library does not take.</exception>
    public static TelemetryExport Create(bool hasUtilityPort, IServiceProvider services, Func<string, string?> environment)
    {
        const string Hint = "See https://opentelemetry.io/docs/specs/otel/protocol/exporter/ for what they may say; OTEL_SDK_DISABLED=true leaves it all out.";
        foreach (var name in (string[])["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"])
        {
            if (environment(name) is { Length: > 0 } url && !(Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
                throw new StartupException($"{name} is no http or https URL.", "Write http://HOST:4317 for gRPC, http://HOST:4318 for OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf.");
        }

        try
        {
            return new TelemetryExport(hasUtilityPort, services, environment);
        }
        catch (Exception exception)
        {
            // Its message may quote a header, which may hold a password.
            throw new StartupException($"A variable OTEL_... says what OpenTelemetry does not take ({exception.GetType().Name}).", Hint, exception);
        }
    }

    private TelemetryExport(bool hasUtilityPort, IServiceProvider services, Func<string, string?> environment)
    {
        var otlp = new OtlpSettings(environment);
        if (hasUtilityPort || otlp.HasMetrics)
            _metrics = CreateMetrics(hasUtilityPort, otlp.HasMetrics, environment);
        if (otlp.HasTraces)
        {
            Spans = new RequestSpans();
            _traces = Sdk.CreateTracerProviderBuilder()
                .SetResourceBuilder(Describe(environment))
                .AddSource(RequestSpans.SourceName)
                .AddOtlpExporter()
                .Build();
        }

        if (hasUtilityPort)
        {
            var pipeline = new ApplicationBuilder(services);
            pipeline.UseOpenTelemetryPrometheusScrapingEndpoint(
                _metrics, predicate: static _ => true, path: null, configureBranchedPipeline: null, optionsName: null);
            Scrape = pipeline.Build();
        }
    }

    /// <summary>Answers a scrape; null where there is no utility port.</summary>
    public RequestDelegate? Scrape { get; }

    /// <summary>Makes spans; null where nobody collects them.</summary>
    public RequestSpans? Spans { get; }

    /// <summary>Sends what is left, for some seconds at most.</summary>
    public void Dispose()
    {
        _metrics?.Dispose();
        _traces?.Dispose();
        Spans?.Dispose();
    }

    private static MeterProvider CreateMetrics(bool forScrapes, bool forOtlp, Func<string, string?> environment)
    {
        var builder = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(Describe(environment))
            .AddMeter(ProxyMetrics.MeterName)
            .AddMeter(RuntimeMeter);
        foreach (var name in Unfit)
            builder.AddView(name, MetricStreamConfiguration.Drop);
        if (forScrapes)
        {
            builder.AddPrometheusExporter(static prometheus =>
            {
                prometheus.ScopeInfoEnabled = false;
                prometheus.TargetInfoEnabled = false;
                // Each scrape sees the present.
                prometheus.ScrapeResponseCacheDurationMilliseconds = 0;
            });
        }

        if (forOtlp)
            builder.AddOtlpExporter();
        return builder.Build();
    }

    /// <summary>Who sends: <c>OTEL_SERVICE_NAME</c> and <c>OTEL_RESOURCE_ATTRIBUTES</c>, else the program's name.</summary>
    private static ResourceBuilder Describe(Func<string, string?> environment)
    {
        var resource = ResourceBuilder.CreateEmpty().AddTelemetrySdk().AddEnvironmentVariableDetector();
        var isNamed = !string.IsNullOrEmpty(environment("OTEL_SERVICE_NAME"))
            || environment("OTEL_RESOURCE_ATTRIBUTES")?.Contains("service.name=", StringComparison.Ordinal) == true;
        return isNamed ? resource : resource.AddService(ProductInfo.Name, serviceVersion: ProductInfo.Version, autoGenerateServiceInstanceId: true);
    }
}

/// <summary>
/// What of OTLP is asked for (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/).
/// </summary>
internal readonly struct OtlpSettings(Func<string, string?> environment)
{
    /// <summary>Whether metrics go out.</summary>
    public bool HasMetrics => Has("METRICS");

    /// <summary>Whether spans go out.</summary>
    public bool HasTraces => Has("TRACES");

    private bool Has(string signal) =>
        environment("OTEL_SDK_DISABLED")?.Equals("true", StringComparison.OrdinalIgnoreCase) != true
        && environment($"OTEL_{signal}_EXPORTER")?.Equals("none", StringComparison.OrdinalIgnoreCase) != true
        && (!string.IsNullOrEmpty(environment("OTEL_EXPORTER_OTLP_ENDPOINT"))
            || !string.IsNullOrEmpty(environment($"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT")));
}
