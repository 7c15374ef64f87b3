using System.Globalization;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Files;
using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Hosting.Credentials.Providers;

/// <summary>
/// The active profile of the shared config and credentials files: keys, a role on top of another profile or provider, a web
/// identity, SSO, a credential process. The SDK reads the files and talks to SSO; roles are assumed by the
/// proxy, because the SDK's own way of doing so cannot be given its source credentials in a native executable
/// (<see cref="SdkRuntimeDependencies"/>).
/// </summary>
/// <param name="sts">Where roles are assumed.</param>
/// <param name="webIdentity">Gives the credentials of <c>web_identity_token_file</c>.</param>
/// <param name="environment"><c>credential_source = Environment</c>.</param>
/// <param name="container"><c>credential_source = EcsContainer</c>.</param>
/// <param name="instance"><c>credential_source = Ec2InstanceMetadata</c>.</param>
internal sealed class ProfileProvider(
    SecurityTokenService sts,
    WebIdentityProvider webIdentity,
    ICredentialProvider environment,
    ICredentialProvider container,
    ICredentialProvider instance) : ICredentialProvider
{
    /// <summary>The profile that the command line names, or null for the active one. Its absence is a failure.</summary>
    public string? Chosen { get; init; }

    /// <inheritdoc/>
    public string Name => "profile";

    /// <inheritdoc/>
    public IEnumerable<(string Path, FileStamp Stamp)> Files => webIdentity.Files;

    /// <inheritdoc/>
    public async Task<ProviderAnswer> FetchAsync(CancellationToken cancellationToken)
    {
        var name = Chosen ?? SharedConfigFiles.ActiveProfile;
        var isNamed = Chosen is not null || !name.Equals("default", StringComparison.OrdinalIgnoreCase);
        var profile = SharedConfigFiles.Exist ? Find(name) : null;
        if (profile is null && isNamed)
        {
            var source = Chosen is null ? "AWS_PROFILE" : "--profile";
            throw new CredentialsUnavailableException($"{Missing(name)}; correct {source} or run `aws configure --profile {name}`");
        }

        if (profile is null)
            return ProviderAnswer.Absent(Missing(name));
        if (!profile.CanCreateAWSCredentials && profile.Options.RoleArn is null)
        {
            var nothing = $"'{name}' names no credentials, or settings that do not go together";
            return Chosen is null
                ? ProviderAnswer.Absent(nothing)
                : throw new CredentialsUnavailableException($"{nothing}; complete it in {SharedConfigFiles.ConfigPath}, or leave out --profile");
        }

        var credentials = await FetchAsync(profile, [], cancellationToken);
        return new(credentials, $"profile {name}");
    }

    private async Task<SigningCredentials> FetchAsync(
        CredentialProfile profile, HashSet<string> visited, CancellationToken cancellationToken)
    {
        var options = profile.Options;
        var isRole = !string.IsNullOrEmpty(options.RoleArn);
        if (!visited.Add(profile.Name))
        {
            // A profile may name itself as the source of its role: then its own keys are meant.
            isRole = false;
            if (string.IsNullOrEmpty(options.AccessKey))
            {
                throw new CredentialsUnavailableException(
                    $"source_profile of '{profile.Name}' leads back to itself; correct {SharedConfigFiles.ConfigPath}");
            }
        }

        if (isRole && options.WebIdentityTokenFile is { Length: > 0 } tokenFile)
            return await webIdentity.AssumeAsync(tokenFile, options.RoleArn, options.RoleSessionName, cancellationToken);
        if (isRole)
            return await AssumeRoleAsync(profile, visited, cancellationToken);
        if (!string.IsNullOrEmpty(options.AccessKey) && !string.IsNullOrEmpty(options.SecretKey))
            return new SigningCredentials(options.AccessKey, options.SecretKey, options.Token);
        if (options.CredentialProcess is { Length: > 0 } command && string.IsNullOrEmpty(options.SsoAccountId))
            return await RunAsync(profile.Name, command, cancellationToken);
        return await FetchBySdkAsync(profile, cancellationToken);
    }

    private static async Task<SigningCredentials> RunAsync(string profile, string command, CancellationToken cancellationToken)
    {
        try
        {
            return await CredentialProcess.FetchAsync(command, cancellationToken);
        }
        catch (CredentialsUnavailableException exception)
        {
            throw new CredentialsUnavailableException($"'{profile}': {exception.Message}", exception);
        }
    }

    private async Task<SigningCredentials> AssumeRoleAsync(
        CredentialProfile profile, HashSet<string> visited, CancellationToken cancellationToken)
    {
        var options = profile.Options;
        if (!string.IsNullOrEmpty(options.MfaSerial))
        {
            throw new CredentialsUnavailableException(
                $"'{profile.Name}' asks for a code (mfa_serial), which a proxy cannot type; "
                + "use a profile without, or keys that `aws sts get-session-token` gives");
        }

        var source = string.IsNullOrEmpty(options.SourceProfile)
            ? await FetchSourceAsync(profile, cancellationToken)
            : await FetchAsync(
                Find(options.SourceProfile) ?? throw new CredentialsUnavailableException(
                    $"{Missing(options.SourceProfile)}, which '{profile.Name}' names as source_profile; correct it"),
                visited,
                cancellationToken);
        var role = new RoleToAssume(options.RoleArn, RoleSessionName.Choose(options.RoleSessionName))
        {
            ExternalId = options.ExternalID,
            Duration = DurationOf(profile.Name),
        };
        return await sts.AssumeRoleAsync(source, role, cancellationToken);
    }

    private async Task<SigningCredentials> FetchSourceAsync(CredentialProfile profile, CancellationToken cancellationToken)
    {
        var source = profile.Options.CredentialSource switch
        {
            "Environment" => environment,
            "EcsContainer" => container,
            "Ec2InstanceMetadata" => instance,
            null or "" => throw new CredentialsUnavailableException(
                $"'{profile.Name}' has a role_arn, but no source_profile and no credential_source; add one"),
            var other => throw new CredentialsUnavailableException(
                $"'{profile.Name}' names the credential_source '{other}'; use Environment, EcsContainer or Ec2InstanceMetadata"),
        };
        var answer = await source.FetchAsync(cancellationToken);
        return answer.Credentials
            ?? throw new CredentialsUnavailableException(
                $"'{profile.Name}' takes its credentials from {source.Name}: {answer.Explanation}");
    }

    /// <summary><c>duration_seconds</c>, in STS's limits; null where the profile has none.</summary>
    private static TimeSpan? DurationOf(string profile)
    {
        if (SharedConfigFiles.ReadSetting(profile, "duration_seconds") is not { } setting)
            return null;
        return int.TryParse(setting, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && TimeSpan.FromSeconds(seconds) is var duration && duration >= RoleSession.MinDuration && duration <= RoleSession.MaxDuration
            ? duration
            : throw new CredentialsUnavailableException(
                $"'{profile}' has duration_seconds = {TerminalText.Sanitize(setting)}; write a number from 900 to 43200");
    }

    private static async Task<SigningCredentials> FetchBySdkAsync(CredentialProfile profile, CancellationToken cancellationToken)
    {
        SdkRuntimeDependencies.Register();
        try
        {
            return await SdkCredentials.FetchAsync(() => profile.GetAWSCredentials(profile.CredentialProfileStore), cancellationToken);
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or CredentialsUnavailableException))
        {
            throw new CredentialsUnavailableException($"'{profile.Name}': {ProfileFailure.Describe(profile, exception)}", exception);
        }
    }

    private static CredentialProfile? Find(string name)
    {
        try
        {
            return SharedConfigFiles.Open().TryGetProfile(name, out var profile) ? profile : null;
        }
        catch (AmazonClientException exception)
        {
            throw new CredentialsUnavailableException(
                $"'{name}': {AwsFailure.Describe(exception)}; correct {SharedConfigFiles.ConfigPath}", exception);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            // The SDK's message may quote the line that it did not understand, which may hold a key.
            throw new CredentialsUnavailableException(
                $"{SharedConfigFiles.CredentialsPath} or {SharedConfigFiles.ConfigPath} cannot be read ({exception.GetType().Name}); "
                + $"check their permissions and the settings of '{name}'",
                exception);
        }
    }

    private static string Missing(string name) =>
        $"there is no '{name}' in {SharedConfigFiles.CredentialsPath} or {SharedConfigFiles.ConfigPath}";
}
