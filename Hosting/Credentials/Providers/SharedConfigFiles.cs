using Amazon;
using Amazon.Runtime.CredentialManagement;
using Amazon.Runtime.Credentials;
using Amazon.Runtime.Internal.Util;

namespace AwsSigV4Proxy.Hosting.Credentials.Providers;

/// <summary>
/// The AWS config and credentials files, read by the SDK at every question, so that an edited file is noticed
/// (https://docs.aws.amazon.com/sdkref/latest/guide/file-location.html).
/// </summary>
internal static class SharedConfigFiles
{
    /// <summary>The credentials file: <c>AWS_SHARED_CREDENTIALS_FILE</c>, else <c>~/.aws/credentials</c>.</summary>
    public static string CredentialsPath => Locate("AWS_SHARED_CREDENTIALS_FILE", "credentials");

    /// <summary>The config file: <c>AWS_CONFIG_FILE</c>, else <c>~/.aws/config</c>.</summary>
    public static string ConfigPath => Locate("AWS_CONFIG_FILE", "config");

    /// <summary>The active profile: the one that was chosen, else <c>AWS_PROFILE</c>, else <c>default</c>.</summary>
    public static string ActiveProfile => DefaultAWSCredentialsIdentityResolver.GetProfileName();

    /// <summary>
    /// Makes a profile the active one of this process, before <c>AWS_PROFILE</c>, for the SDK's clients too, which read
    /// endpoints and other settings from it. Null changes nothing.
    /// </summary>
    public static void Choose(string? profile)
    {
        if (profile is not null)
            AWSConfigs.AWSProfileName = profile;
    }

    /// <summary>Whether there is a file to read at all; saves the SDK's start-up where there is none.</summary>
    public static bool Exist => File.Exists(CredentialsPath) || File.Exists(ConfigPath) || OperatingSystem.IsWindows();

    /// <summary>
    /// The files as they are now. The SDK fixes its default location once and for all, and takes it only if the file is
    /// there already; a location that is named is looked at each time.
    /// </summary>
    public static CredentialProfileStoreChain Open()
    {
        var named = Environment.GetEnvironmentVariable("AWS_SHARED_CREDENTIALS_FILE");
        if (string.IsNullOrEmpty(named))
            return new CredentialProfileStoreChain();

        // The SDK looks for the config file beside a credentials file that was moved, where AWS leaves it in ~/.aws.
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("AWS_CONFIG_FILE")))
            Environment.SetEnvironmentVariable("AWS_CONFIG_FILE", ConfigPath);
        return new CredentialProfileStoreChain(named);
    }

    /// <summary>A setting of a profile that the SDK does not read, or null. Throws as <see cref="Open"/> does.</summary>
    public static string? ReadSetting(string profile, string name)
    {
        foreach (var (path, section) in ((string, string)[])[(ConfigPath, $"profile {profile}"), (ConfigPath, profile), (CredentialsPath, profile)])
        {
            if (File.Exists(path) && new IniFile(path).TryGetSection(section, out var settings) && settings.TryGetValue(name, out var value))
            {
                return value;
            }
        }

        return null;
    }

    // Not verified: of a home that does not exist .NET would make an empty path, and thereby the working folder, whose files
    // anyone may have written.
    private static string Locate(string variable, string name) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } path
            ? path
            : Path.Combine(
                Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), ".aws", name);
}
