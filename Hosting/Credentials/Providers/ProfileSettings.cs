using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;

namespace AwsSigV4Proxy.Hosting.Credentials.Providers;

/// <summary>What the files say of one profile, as it is written there, and which kind of credentials that makes.</summary>
internal sealed class ProfileSettings
{
    private readonly Dictionary<string, string> _values;
    private readonly string _nameInFile;

    private ProfileSettings(string name, string nameInFile, string path, bool isReadable, Dictionary<string, string> values)
    {
        Name = name;
        _nameInFile = nameInFile;
        Path = path;
        IsReadable = isReadable;
        _values = values;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The file that it stands in; of both, the credentials file.</summary>
    public string Path { get; }

    /// <summary>A setting, or null where there is none or an empty one.</summary>
    public string? this[string name] => _values.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    /// <summary>
    /// What it gives credentials by. The first kind that it has a setting of counts, in the order of the AWS CLI
    /// (https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-role.html, and its code): a role, SSO, keys, a process.
    /// </summary>
    public ProfileKind Kind =>
        this["role_arn"] is not null ? ProfileKind.Role
        : HasAny("sso_account_id", "sso_role_name") ? ProfileKind.Sso
        : HasAny("aws_access_key_id", "aws_secret_access_key") ? ProfileKind.Keys
        : this["login_session"] is not null ? ProfileKind.Login
        : this["credential_process"] is not null ? ProfileKind.Process
        : HasAny("source_profile", "credential_source", "web_identity_token_file", "sso_session", "sso_start_url", "aws_session_token")
            ? ProfileKind.Incomplete
        : ProfileKind.None;

    // False where a setting of it stands twice.
    private bool IsReadable { get; }

    /// <summary>The profile, or null where neither file has it. What the credentials file says counts before the other.</summary>
    /// <exception cref="CredentialsUnavailableException">A file cannot be read or understood; half a sentence says which.</exception>
    public static ProfileSettings? Find(string name)
    {
        ProfileSettings? found = null;
        foreach (var (path, isConfig) in ((string, bool)[])[(SharedConfigFiles.ConfigPath, true), (SharedConfigFiles.CredentialsPath, false)])
        {
            if (SharedConfigFile.Read(path) is not { } file || file.FindSection(name, isConfig) is not { } section)
                continue;

            var isReadable = file.TryGetSection(section, out var values) && found is not { IsReadable: false };
            foreach (var (setting, value) in found?._values ?? [])
                values.TryAdd(setting, value);
            found = new(name, SharedConfigFile.NameOf(section) ?? section, path, isReadable, values);
        }

        return found;
    }

    /// <summary>The profile as the SDK reads it.</summary>
    /// <exception cref="CredentialsUnavailableException">There is a setting that it does not understand.</exception>
    public CredentialProfile ReadBySdk()
    {
        if (TryReadBySdk() is { } profile)
            return profile;
        // The SDK takes a config file that is named, but not there when it first looks, for one that is not named.
        throw new CredentialsUnavailableException(SharedCredentialsFile.DefaultConfigFilePath == SharedConfigFiles.ConfigPath
            ? $"'{Name}' is there, but a setting in it cannot be understood, or stands there twice; correct it in {Path}"
            : $"'{Name}' is there, but {SharedConfigFiles.ConfigPath} was not when the proxy began; start it again");
    }

    /// <summary>The same; null where there is a setting that it does not understand.</summary>
    public CredentialProfile? TryReadBySdk()
    {
        try
        {
            return SharedConfigFiles.Open().TryGetProfile(_nameInFile, out var profile) && IsReadable ? profile : null;
        }
        catch (AmazonClientException exception)
        {
            // Not the SDK's message, which quotes the value, but for the setting that it names.
            var setting = _values.Keys.Where(key => exception.Message.Contains(key, StringComparison.OrdinalIgnoreCase)).MaxBy(static key => key.Length);
            throw new CredentialsUnavailableException(
                $"'{Name}' is there, but {(setting is null ? "a setting in it" : $"its {setting}")} cannot be understood, or names what is not there; "
                + $"correct it in {Path}");
        }
    }

    private bool HasAny(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (this[name] is not null)
                return true;
        }

        return false;
    }
}

/// <summary>What a profile gives credentials by.</summary>
internal enum ProfileKind
{
    /// <summary>Nothing: a region and the like.</summary>
    None,

    /// <summary>Settings that need others beside them.</summary>
    Incomplete,

    /// <summary>A role, assumed with credentials or a token from elsewhere.</summary>
    Role,

    /// <summary>IAM Identity Center.</summary>
    Sso,

    /// <summary>Keys in the file.</summary>
    Keys,

    /// <summary>A program.</summary>
    Process,

    /// <summary><c>aws login</c>.</summary>
    Login,
}
