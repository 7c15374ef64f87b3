using System.Diagnostics.Metrics;
using AwsSigV4Proxy.Hosting.Credentials;

namespace AwsSigV4Proxy.Hosting.Telemetry;

/// <summary>What is told of the credentials in use: alerts want to know when they expire.</summary>
internal static class CredentialMetrics
{
    /// <summary>Adds them.</summary>
    public static void AddTo(ProxyMetrics metrics, CredentialCache credentials)
    {
        metrics.Gauge<int>(
            "credentials.usable", "", "1 while requests can be signed, else 0", () => credentials.Current is null ? 0 : 1);
        metrics.Gauge<double>(
            "credentials.expiry_timestamp", "s", "When the credentials in use expire, in seconds since 1970; absent where they do not, or there are none",
            () => credentials.Current?.Expiration is { } expiration ? [new(expiration.ToUnixTimeMilliseconds() / 1000.0)] : []);
        metrics.Gauge<int>(
            "credentials.provider_info", "", "1, with the provider that gave the credentials in use",
            () => credentials is { Current: not null, Provider: { } provider } ? [new Measurement<int>(1, new KeyValuePair<string, object?>("provider", NameOf(provider)))] : []);
    }

    /// <summary>As values of labels are written: <c>ec2_instance_metadata</c>.</summary>
    private static string NameOf(string provider) => provider.Replace(' ', '_').ToLowerInvariant();
}
