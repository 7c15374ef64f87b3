using AwsSigV4Proxy.Hosting.Credentials;
using AwsSigV4Proxy.Hosting.Credentials.Providers;

namespace AwsSigV4Proxy.Hosting.Checks;

/// <summary>
/// Where the default chain looks, in its order (<see cref="CredentialSource"/>): environment variables, files and endpoints, and
/// which of them there are. Names and paths alone: no value is read, but for those that are addresses.
/// </summary>
internal static class CredentialPlaces
{
    private static readonly string[] Keys = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];
    private static readonly string[] WebIdentity = ["AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN"];
    private static readonly string[] Container = ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"];

    /// <summary>A line for each provider.</summary>
    /// <param name="environment">Reads one environment variable.</param>
    /// <param name="profile">The profile of <c>--profile</c>, which then is the whole chain, or null.</param>
    public static IReadOnlyList<string> Describe(Func<string, string?> environment, string? profile)
    {
        var files = $"{File(SharedConfigFiles.CredentialsPath)}, {File(SharedConfigFiles.ConfigPath)}";
        if (profile is not null)
            return [$"profile '{profile}' (--profile, and nothing else): {files}"];
        var profiles = $"profile '{SharedConfigFiles.ActiveProfile}': {files}";
        var webIdentity = $"web identity: {Variables(WebIdentity)}";
        return
        [
            $"environment: {Variables(Keys)}",
            .. SharedConfigFiles.NameSource is null ? (string[])[webIdentity, profiles] : [profiles, webIdentity],
            $"container: {Variables(Container)}",
            $"EC2 instance metadata: {InstanceMetadataEndpoint.Description}",
        ];

        string Variables(string[] names) => string.Join(
            ", ", names.Select(name => $"{name} ({(string.IsNullOrEmpty(environment(name)) ? "not set" : "set")})"));
    }

    private static string File(string path) => $"{path} ({(System.IO.File.Exists(path) ? "there" : "not there")})";
}
