using System.Diagnostics.Metrics;

namespace AwsSigV4Proxy.Hosting.Utility;

/// <summary>What the proxy counts.</summary>
internal static class ProxyMetrics
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "aws-sigv4-proxy";

    private static readonly Meter Meter = new(MeterName);

    /// <summary>Bodies that were sent under a hash of their caller's which turned out not to be theirs.</summary>
    public static Counter<long> HashMismatches { get; } = Meter.CreateCounter<long>(
        "aws_sigv4_proxy.payload.hash_mismatches", "{request}", "Bodies sent under a hash of their caller's that was not theirs");
}
