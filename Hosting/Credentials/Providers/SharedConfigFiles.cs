using Amazon;
using Amazon.Runtime.CredentialManagement;

namespace AwsSigV4Proxy.Hosting.Credentials.Providers;

/// <summary>
/// The AWS config and credentials files, read at every question, so that an edited file is noticed
/// (https://docs.aws.amazon.com/sdkref/latest/guide/file-location.html).
/// </summary>
internal static class SharedConfigFiles
{
    private const string Credentials = "AWS_SHARED_CREDENTIALS_FILE";
    private const string Config = "AWS_CONFIG_FILE";

    private static string? _chosen;

    /// <summary>The credentials file: <c>AWS_SHARED_CREDENTIALS_FILE</c>, else <c>~/.aws/credentials</c>.</summary>
    public static string CredentialsPath => Locate(Credentials, "credentials");

    /// <summary>The config file: <c>AWS_CONFIG_FILE</c>, else <c>~/.aws/config</c>.</summary>
    public static string ConfigPath => Locate(Config, "config");

    /// <summary>
    /// The home folder. Not verified: of one that does not exist .NET would make an empty path, and thereby the working folder,
    /// whose files anyone may have written.
    /// </summary>
    public static string Home =>
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);

    /// <summary>
    /// What names the active profile: an option, or a variable of the environment; null where nothing does. The AWS CLI knows
    /// both variables (https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-envvars.html).
    /// </summary>
    public static string? NameSource =>
        _chosen is not null ? "--profile" : IsSet("AWS_PROFILE") ? "AWS_PROFILE" : IsSet("AWS_DEFAULT_PROFILE") ? "AWS_DEFAULT_PROFILE" : null;

    /// <summary>The active profile: the one that was chosen, else <c>AWS_PROFILE</c>, else <c>AWS_DEFAULT_PROFILE</c>, else <c>default</c>.</summary>
    public static string ActiveProfile =>
        _chosen ?? (NameSource is { } variable ? Environment.GetEnvironmentVariable(variable)! : "default");

    /// <summary>
    /// Settles, before anything of the SDK is used, where this process's files are and which profile is the active one. The SDK
    /// finds both by itself at many places (endpoints, retries, SSO), and takes the working folder for a home that is unset,
    /// empty or relative.
    /// </summary>
    /// <param name="profile">The profile of <c>--profile</c>, which counts before <c>AWS_PROFILE</c>; null for none.</param>
    public static void Choose(string? profile)
    {
        _chosen = profile;
        if (!Path.IsPathRooted(Environment.GetEnvironmentVariable("HOME")))
        {
            // What the system has for the user then, else the root folder.
            Environment.SetEnvironmentVariable("HOME", null);
            Environment.SetEnvironmentVariable("HOME", Home);
        }

        Environment.SetEnvironmentVariable(Credentials, CredentialsPath);
        Environment.SetEnvironmentVariable(Config, ConfigPath);
        // The SDK knows AWS_PROFILE by itself.
        if (NameSource is not (null or "AWS_PROFILE"))
            AWSConfigs.AWSProfileName = ActiveProfile;
    }

    /// <summary>The files as they are now, in the SDK's reading. Named: the SDK fixes its default location once and for all.</summary>
    public static CredentialProfileStoreChain Open() => new(CredentialsPath);

    /// <summary>
    /// Reads what every client of the SDK reads in a static initialiser, whose exception .NET would remember for good: nothing
    /// would ever work again in this process, not even when the file is mended.
    /// </summary>
    /// <exception cref="CredentialsUnavailableException">A file cannot be read or understood; half a sentence says which.</exception>
    public static void Verify()
    {
        if (ProfileSettings.Find(ActiveProfile) is { } profile)
            _ = profile.TryReadBySdk();
    }

    /// <summary>A setting of a profile, or null. Throws as <see cref="ProfileSettings.Find"/> does.</summary>
    public static string? ReadSetting(string profile, string name) => ProfileSettings.Find(profile)?[name];

    private static bool IsSet(string variable) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));

    private static string Locate(string variable, string name) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } path ? path : Path.Combine(Home, ".aws", name);
}
