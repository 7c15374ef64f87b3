using AwsSigV4Proxy.Hosting.Credentials.Providers;

namespace AwsSigV4Proxy.Hosting.Credentials;

/// <summary>
/// The region of the AWS configuration: <c>AWS_REGION</c>, <c>AWS_DEFAULT_REGION</c>, the active profile's, and as the last
/// resort that of the EC2 instance.
/// </summary>
/// <param name="environment">Reads one environment variable.</param>
internal sealed class RegionSource(Func<string, string?> environment)
{
    /// <summary>The region of this process' configuration.</summary>
    public RegionSource()
        : this(Environment.GetEnvironmentVariable)
    {
    }

    /// <summary>
    /// The configured region, or null where none is. Asks the instance metadata service only when all else is silent, waits
    /// one second for each of its two answers, and never asks when <c>AWS_EC2_METADATA_DISABLED=true</c>.
    /// </summary>
    public string? TryFind() => TryFindConfigured() ?? TryFindInstance();

    /// <summary>The region of the environment or the active profile; no network.</summary>
    public string? TryFindConfigured() =>
        NullIfEmpty(environment("AWS_REGION")) ?? NullIfEmpty(environment("AWS_DEFAULT_REGION")) ?? TryFindInProfile();

    private static string? TryFindInProfile()
    {
        try
        {
            return NullIfEmpty(SharedConfigFiles.ReadSetting(SharedConfigFiles.ActiveProfile, "region"));
        }
        catch (CredentialsUnavailableException)
        {
            // A file that cannot be read names no region; the credentials' own error explains the file.
            return null;
        }
    }

    private static string? TryFindInstance()
    {
        if (InstanceMetadataEndpoint.IsDisabled)
            return null;
        try
        {
            return Task.Run(ReadInstanceAsync).GetAwaiter().GetResult();
        }
        catch (CredentialsUnavailableException)
        {
            return null;
        }
    }

    private static async Task<string?> ReadInstanceAsync()
    {
        using var metadata = new InstanceMetadata(isLastResort: true);
        var token = await metadata.GetTokenAsync(CancellationToken.None);
        return NullIfEmpty((await metadata.ReadAsync("placement/region", token, CancellationToken.None))?.Trim());
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
