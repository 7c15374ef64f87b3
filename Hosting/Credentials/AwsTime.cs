namespace AwsSigV4Proxy.Hosting.Credentials;

/// <summary>Turns the SDK's expiry times into those of the proxy.</summary>
internal static class AwsTime
{
    /// <summary>
    /// The same instant, or null when it means "never": the SDK writes <see cref="DateTime.MaxValue"/> where a credential
    /// process names no expiry.
    /// </summary>
    public static DateTimeOffset? ToOffset(DateTime? expiration) =>
        expiration is not { Year: > 1 and < 9999 } time ? null : new DateTimeOffset(time.ToUniversalTime());
}
