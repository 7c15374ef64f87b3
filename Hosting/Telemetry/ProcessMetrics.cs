using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Runtime.InteropServices;
using AwsSigV4Proxy.Hosting.Commands;

namespace AwsSigV4Proxy.Hosting.Telemetry;

/// <summary>
/// What is told of the process itself, under the names that Prometheus' client libraries have for it
/// (https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics), and which build it is.
/// </summary>
internal static class ProcessMetrics
{
    /// <summary>Adds them.</summary>
    public static void AddTo(Meter meter)
    {
        meter.CreateObservableGauge(
            "aws_sigv4_proxy.build_info",
            static () => new Measurement<int>(
                1,
                new("version", ProductInfo.Version),
                new("runtime", RuntimeInformation.FrameworkDescription),
                new("architecture", RuntimeInformation.ProcessArchitecture.ToString())),
            unit: null, "1, with the version of the proxy and of its runtime");
        meter.CreateObservableGauge(
            "process.start_time", static () => new DateTimeOffset(Process.GetCurrentProcess().StartTime).ToUnixTimeMilliseconds() / 1000.0,
            "s", "When the process started, in seconds since 1970");
        meter.CreateObservableGauge("process.resident_memory", static () => Environment.WorkingSet, "By", "Memory that the process occupies");
        meter.CreateObservableCounter("process.cpu", static () => Environment.CpuUsage.TotalTime.TotalSeconds, "s", "Processor time of the process, user and system");
        if (OperatingSystem.IsLinux())
        {
            meter.CreateObservableGauge("process.open_fds", CountDescriptors, unit: null, "File descriptors that are open");
            meter.CreateObservableGauge("process.max_fds", LimitOfDescriptors, unit: null, "File descriptors that may be open");
        }
    }

    private static IEnumerable<Measurement<int>> CountDescriptors()
    {
        try
        {
            return [new(Directory.GetFileSystemEntries("/proc/self/fd").Length)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
    /// <summary>The soft limit (proc(5): name, soft limit, hard limit, unit); nothing where there is none.</summary>
    private static IEnumerable<Measurement<long>> LimitOfDescriptors()
    {
        const string Name = "Max open files";
        try
        {
            return File.ReadLines("/proc/self/limits").FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal)) is { } line
                && long.TryParse(line[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture, out var limit)
                    ? [new(limit)]
                    : [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
