using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using AwsSigV4Proxy.Hosting.Credentials;
using AwsSigV4Proxy.Hosting.Telemetry;

namespace AwsSigV4Proxy.Hosting.Utility;

/// <summary>What <c>/ready</c> says: whether a request could be signed and sent now, and what is known of those before.</summary>
/// <param name="Ready">Whether the proxy takes requests: it can sign, and is not about to end.</param>
/// <param name="Draining">Whether it is about to end: requests under way are finished.</param>
/// <param name="Credentials">The credentials; null for a proxy that signs nothing.</param>
/// <param name="Upstream">How the upstream has answered.</param>
internal sealed record Readiness(bool Ready, bool Draining, CredentialReadiness? Credentials, UpstreamReadiness Upstream)
{
    /// <summary>Finds it out.</summary>
    /// <param name="credentials">The credentials; null for a proxy that signs nothing.</param>
    /// <param name="upstream">How the upstream has answered.</param>
    /// <param name="isDraining">Whether the proxy is about to end.</param>
    /// <param name="now">The time.</param>
    public static Readiness Of(CredentialCache? credentials, UpstreamStatus upstream, bool isDraining, DateTimeOffset now)
    {
        var status = credentials?.Status;
        return new Readiness(
            status is not { IsUsable: false } && !isDraining,
            isDraining,
            status is null ? null : new CredentialReadiness(
                status.IsUsable,
                credentials!.Provider,
                status.Expiration?.UtcDateTime,
                status.Expiration is { } expiration ? (long)Math.Max(0, (expiration - now).TotalSeconds) : null,
                status.Reason),
            new UpstreamReadiness(upstream.LastSuccess?.UtcDateTime, upstream.LastFailure?.UtcDateTime, upstream.LastFailureCode));
    }

    /// <summary>The same in a line, for people and for probes that show it.</summary>
    public override string ToString() => Ready ? "OK"
        : Draining ? "not ready: the proxy is stopping"
        : $"not ready: {Credentials!.Reason}";

    /// <summary>The same as JSON.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ReadinessJsonContext.Readable.Readiness);
}

/// <summary>The credentials in use.</summary>
/// <param name="Usable">Whether they can sign now.</param>
/// <param name="Provider">The kind of provider that gave them; null before any did.</param>
/// <param name="Expires">When they expire, in UTC; null for never, or where there are none.</param>
/// <param name="SecondsLeft">The seconds until then.</param>
/// <param name="Reason">Why the last fetch failed, even if older ones are still good; null when all is well.</param>
internal sealed record CredentialReadiness(bool Usable, string? Provider, DateTime? Expires, long? SecondsLeft, string? Reason);

/// <summary>How the upstream has answered.</summary>
/// <param name="LastSuccess">When it answered last, in UTC.</param>
/// <param name="LastFailure">When it failed last.</param>
/// <param name="LastFailureCode">How: its status, or the code of the proxy's failure.</param>
internal sealed record UpstreamReadiness(DateTime? LastSuccess, DateTime? LastFailure, string? LastFailureCode);

/// <summary>Source-generated JSON of <see cref="Readiness"/>.</summary>
[JsonSerializable(typeof(Readiness))]
internal sealed partial class ReadinessJsonContext : JsonSerializerContext
{
    /// <summary>Leaves quotes and slashes in sentences as they are: the media type is JSON, never HTML.</summary>
    public static ReadinessJsonContext Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
