using AwsSigV4Proxy.Hosting.Files;
using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Hosting.Credentials.Providers;

/// <summary>
/// A role assumed with an OpenID Connect token from a file, as EKS (IAM roles for service accounts) and CI systems give it:
/// <c>AWS_WEB_IDENTITY_TOKEN_FILE</c>, <c>AWS_ROLE_ARN</c>, <c>AWS_ROLE_SESSION_NAME</c>. The file is read at every fetch,
/// because the kubelet replaces the token long before it expires.
/// </summary>
/// <param name="sts">Where the role is assumed.</param>
/// <param name="environment">Reads one environment variable.</param>
internal sealed class WebIdentityProvider(SecurityTokenService sts, Func<string, string?> environment) : ICredentialProvider
{
    private volatile Tuple<string, FileStamp>? _tokenFile;

    /// <inheritdoc/>
    public string Name => "web identity";

    /// <inheritdoc/>
    public IEnumerable<(string Path, FileStamp Stamp)> Files => _tokenFile is var (path, stamp) ? [(path, stamp)] : [];

    /// <inheritdoc/>
    public async Task<ProviderAnswer> FetchAsync(CancellationToken cancellationToken)
    {
        var tokenFile = environment("AWS_WEB_IDENTITY_TOKEN_FILE");
        var roleArn = environment("AWS_ROLE_ARN");
        if (string.IsNullOrEmpty(tokenFile))
            return ProviderAnswer.Absent("AWS_WEB_IDENTITY_TOKEN_FILE is not set");
        if (string.IsNullOrEmpty(roleArn))
            throw new CredentialsUnavailableException("AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_ROLE_ARN is not; set both or neither");

        var credentials = await AssumeAsync(tokenFile, roleArn, environment("AWS_ROLE_SESSION_NAME"), cancellationToken);
        return new(credentials, $"web identity token of role {roleArn}");
    }

    /// <summary>Assumes a role with the token that is in the file now; profiles come here too.</summary>
    /// <param name="tokenFile">Path of the file with the token.</param>
    /// <param name="roleArn">The role.</param>
    /// <param name="sessionName">The session's name, or null for the proxy's own.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<SigningCredentials> AssumeAsync(
        string tokenFile, string roleArn, string? sessionName, CancellationToken cancellationToken)
    {
        // Before it is read: what is written meanwhile is noticed.
        _tokenFile = new(tokenFile, FileStamp.ReadUnopened(tokenFile));
        string token;
        try
        {
            token = (await File.ReadAllTextAsync(tokenFile, cancellationToken)).Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CredentialsUnavailableException(
                $"the token file {tokenFile} cannot be read ({exception.GetType().Name}); check that it is mounted and readable",
                exception);
        }

        if (token.Length == 0)
            throw new CredentialsUnavailableException($"the token file {tokenFile} is empty; wait for it to be written, or mount it");

        return await sts.AssumeRoleWithWebIdentityAsync(token, roleArn, RoleSessionName.Choose(sessionName), cancellationToken);
    }
}
