using Amazon;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using AwsSigV4Proxy.Hosting.Credentials.Providers;
using AwsSigV4Proxy.Signing.Keys;
using StsCredentials = Amazon.SecurityToken.Model.Credentials;

namespace AwsSigV4Proxy.Hosting.Credentials;

/// <summary>
/// Assumes roles at the regional endpoint of AWS STS. The SDK's rules turn the region into the endpoint of its partition
/// (China, GovCloud, ...); <c>AWS_ENDPOINT_URL_STS</c> and <c>AWS_ENDPOINT_URL</c> replace it.
/// </summary>
/// <param name="region">Gives the region whose STS is asked; called at every use, because to know it may take reading files.</param>
internal sealed class SecurityTokenService(Func<string> region)
{
    // A provider has 20 s (CredentialSource), a fetch 30 s in all (CredentialFetch): after two attempts that end by the limit of
    // SdkHttpClientFactory there must be time left to say so. The cache tries again soon.
    private const int Retries = 1;

    /// <summary>Assumes a role with credentials (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html).</summary>
    /// <param name="source">The credentials that are trusted by the role.</param>
    /// <param name="role">The role and the session's settings.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="CredentialsUnavailableException">STS refused or cannot be reached; half a sentence says why.</exception>
    public Task<SigningCredentials> AssumeRoleAsync(SigningCredentials source, RoleToAssume role, CancellationToken cancellationToken)
    {
        var request = new AssumeRoleRequest { RoleArn = role.Arn, RoleSessionName = role.SessionName, ExternalId = role.ExternalId };
        if (role.Duration is { } duration)
            request.DurationSeconds = (int)duration.TotalSeconds;
        return CallAsync(
            SignerOf(source),
            role.Arn,
            async sts => (await sts.AssumeRoleAsync(request, cancellationToken)).Credentials,
            cancellationToken);
    }

    /// <summary>
    /// Assumes a role with an OpenID Connect token; the call itself is not signed
    /// (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html).
    /// </summary>
    /// <param name="token">The token. Secret.</param>
    /// <param name="roleArn">The role.</param>
    /// <param name="sessionName">A name that <see cref="RoleSessionName"/> made.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="CredentialsUnavailableException">STS refused or cannot be reached; half a sentence says why.</exception>
    public Task<SigningCredentials> AssumeRoleWithWebIdentityAsync(
        string token, string roleArn, string sessionName, CancellationToken cancellationToken)
    {
        var request = new AssumeRoleWithWebIdentityRequest { WebIdentityToken = token, RoleArn = roleArn, RoleSessionName = sessionName };
        return CallAsync(
            new AnonymousAWSCredentials(),
            roleArn,
            async sts => (await sts.AssumeRoleWithWebIdentityAsync(request, cancellationToken)).Credentials,
            cancellationToken);
    }

    private async Task<SigningCredentials> CallAsync(
        AWSCredentials signer,
        string roleArn,
        Func<AmazonSecurityTokenServiceClient, Task<StsCredentials>> call,
        CancellationToken cancellationToken)
    {
        var place = $"STS in {region()}";
        try
        {
            using var client = CreateClient(signer);
            if (client.Config.ServiceURL is { } url)
                place = $"STS at {url}";
            return Convert(await call(client));
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            throw new CredentialsUnavailableException(
                $"role {roleArn} cannot be assumed: {place}: {AwsFailure.Describe(exception)}", exception);
        }
    }

    /// <summary>A client of the region's endpoint. The caller disposes it.</summary>
    /// <exception cref="CredentialsUnavailableException">The files that it reads its settings from cannot be read or understood.</exception>
    internal AmazonSecurityTokenServiceClient CreateClient(AWSCredentials signer)
    {
        SharedConfigFiles.Verify();
        var name = region();
        return new(signer, new AmazonSecurityTokenServiceConfig
        {
            RegionEndpoint = RegionEndpoint.GetBySystemName(name),
            // Where AWS_ENDPOINT_URL_STS names the endpoint, the SDK would else sign for us-east-1.
            AuthenticationRegion = name,
            MaxErrorRetry = Retries,
            // Beside those the SDK would ask ten times more, at once, where a connection is cut.
            MaxStaleConnectionRetries = 0,
            HttpClientFactory = SdkHttpClientFactory.Shared,
        });
    }

    /// <summary>Credentials as the SDK takes them.</summary>
    internal static AWSCredentials SignerOf(SigningCredentials credentials) => credentials.SessionToken is null
        ? new BasicAWSCredentials(credentials.AccessKeyId, credentials.SecretAccessKey)
        : new SessionAWSCredentials(credentials.AccessKeyId, credentials.SecretAccessKey, credentials.SessionToken);

    private static SigningCredentials Convert(StsCredentials? credentials) =>
        credentials is not { AccessKeyId.Length: > 0, SecretAccessKey.Length: > 0, SessionToken.Length: > 0 }
            ? throw new CredentialsUnavailableException(AwsFailure.NotDescribed)
            : new(credentials.AccessKeyId, credentials.SecretAccessKey, credentials.SessionToken, AwsTime.ToOffset(credentials.Expiration));
}

/// <summary>A role and the settings of the session it gives.</summary>
/// <param name="Arn">The role's ARN.</param>
/// <param name="SessionName">A name that <see cref="RoleSessionName"/> made.</param>
internal sealed record RoleToAssume(string Arn, string SessionName)
{
    /// <summary>What the role's trust policy asks for as <c>sts:ExternalId</c>, or null.</summary>
    public string? ExternalId { get; init; }

    /// <summary>How long the session lasts, in whole seconds; null for an hour, STS's own default.</summary>
    public TimeSpan? Duration { get; init; }
}
