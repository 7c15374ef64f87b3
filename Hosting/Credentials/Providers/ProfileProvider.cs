using System.Globalization;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Files;
using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Hosting.Credentials.Providers;

/// <summary>
/// The active profile of the shared config and credentials files: keys, a role on top of another profile or provider, a web
/// identity, SSO, a credential process. The SDK talks to SSO; roles are assumed by the proxy, because the SDK's own way of doing
/// so cannot be given its source credentials in a native executable (<see cref="SdkRuntimeDependencies"/>).
/// </summary>
/// <remarks>
/// A profile is absent if nobody names it and it is not there, or if it has nothing to do with credentials. One that is named and
/// missing, that is half configured or that the SDK does not understand is a failure.
/// </remarks>
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
        var source = Chosen is null ? SharedConfigFiles.NameSource : "--profile";
        if (ProfileSettings.Find(name) is not { } profile)
        {
            return source is null
                ? ProviderAnswer.Absent(Missing(name))
                : throw new CredentialsUnavailableException(
                    $"{Missing(name)}; correct {source} or run `aws configure --profile {ProfileFailure.Quote(name)}`");
        }

        if (profile.Kind is ProfileKind.None)
        {
            // Also of an unnamed profile what the SDK does not understand may be meant for credentials.
            profile.ReadBySdk();
            var nothing = $"'{name}' names no credentials";
            return Chosen is null
                ? ProviderAnswer.Absent(nothing)
                : throw new CredentialsUnavailableException($"{nothing}; complete it in {profile.Path}, or leave out --profile");
        }

        var credentials = await FetchAsync(profile, [], cancellationToken);
        return new(credentials, $"profile {name}");
    }

    private async Task<SigningCredentials> FetchAsync(
        ProfileSettings profile, HashSet<string> visited, CancellationToken cancellationToken)
    {
        var sdk = profile.ReadBySdk();
        var kind = profile.Kind;
        if (!visited.Add(profile.Name))
        {
            // A profile may name itself as the source of its role: then its own keys are meant.
            if (profile["aws_access_key_id"] is null)
            {
                throw new CredentialsUnavailableException(
                    $"source_profile of '{profile.Name}' leads back to itself; correct {SharedConfigFiles.ConfigPath}");
            }

            kind = ProfileKind.Keys;
        }

        return kind switch
        {
            ProfileKind.Role when profile["web_identity_token_file"] is { } tokenFile =>
                await webIdentity.AssumeAsync(tokenFile, profile["role_arn"]!, profile["role_session_name"], cancellationToken),
            ProfileKind.Role => await AssumeRoleAsync(profile, visited, cancellationToken),
            ProfileKind.Sso => await SsoProfile.FetchAsync(sdk, cancellationToken),
            ProfileKind.Keys when profile["aws_access_key_id"] is { } id && profile["aws_secret_access_key"] is { } secret =>
                new SigningCredentials(id, secret, profile["aws_session_token"] ?? profile["aws_security_token"]),
            ProfileKind.Process => await RunAsync(profile.Name, profile["credential_process"]!, cancellationToken),
            ProfileKind.Login => throw new CredentialsUnavailableException($"'{profile.Name}': {ProfileFailure.DescribeLogin(profile.Name)}"),
            _ => throw new CredentialsUnavailableException(
                $"'{profile.Name}' names no credentials, or settings that do not go together; complete it in {profile.Path}"),
        };
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
        ProfileSettings profile, HashSet<string> visited, CancellationToken cancellationToken)
    {
        if (profile["mfa_serial"] is not null)
        {
            throw new CredentialsUnavailableException(
                $"'{profile.Name}' asks for a code (mfa_serial), which a proxy cannot type; "
                + "use a profile without, or keys that `aws sts get-session-token` gives");
        }

        var source = profile["source_profile"] is { } name
            ? await FetchAsync(
                ProfileSettings.Find(name) ?? throw new CredentialsUnavailableException(
                    $"{Missing(name)}, which '{profile.Name}' names as source_profile; correct it"),
                visited,
                cancellationToken)
            : await FetchSourceAsync(profile, cancellationToken);
        var role = new RoleToAssume(profile["role_arn"]!, RoleSessionName.Choose(profile["role_session_name"]))
        {
            ExternalId = profile["external_id"],
            Duration = DurationOf(profile),
        };
        return await sts.AssumeRoleAsync(source, role, cancellationToken);
    }

    private async Task<SigningCredentials> FetchSourceAsync(ProfileSettings profile, CancellationToken cancellationToken)
    {
        var source = profile["credential_source"] switch
        {
            "Environment" => environment,
            "EcsContainer" => container,
            "Ec2InstanceMetadata" => instance,
            null => throw new CredentialsUnavailableException(
                $"'{profile.Name}' has a role_arn, but no source_profile and no credential_source; add one"),
            var other => throw new CredentialsUnavailableException(
                $"'{profile.Name}' names the credential_source '{TerminalText.Sanitize(other)}'; use Environment, EcsContainer or Ec2InstanceMetadata"),
        };
        var answer = await source.FetchAsync(cancellationToken);
        return answer.Credentials
            ?? throw new CredentialsUnavailableException(
                $"'{profile.Name}' takes its credentials from {source.Name}: {answer.Explanation}");
    }

    /// <summary><c>duration_seconds</c>, in STS's limits; null where the profile has none.</summary>
    private static TimeSpan? DurationOf(ProfileSettings profile)
    {
        if (profile["duration_seconds"] is not { } setting)
            return null;
        return int.TryParse(setting, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && TimeSpan.FromSeconds(seconds) is var duration && duration >= RoleSession.MinDuration && duration <= RoleSession.MaxDuration
            ? duration
            : throw new CredentialsUnavailableException(
                $"'{profile.Name}' has duration_seconds = {TerminalText.Sanitize(setting)}; write a number from 900 to 43200");
    }

    private static string Missing(string name) =>
        $"there is no '{name}' in {SharedConfigFiles.CredentialsPath} or {SharedConfigFiles.ConfigPath}";
}
