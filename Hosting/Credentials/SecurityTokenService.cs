using Amazon;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
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
    // A refresh has 30 s in all (CredentialCache): one slow answer must leave time for the SDK's retries.
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(8);

    /// <summary>Assumes a role with credentials (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html).</summary>
    /// <param name="source">The credentials that are trusted by the role.</param>
    /// <param name="role">The role and the session's settings.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<SigningCredentials> AssumeRoleAsync(
        SigningCredentials source, RoleToAssume role, CancellationToken cancellationToken)
    {
        AWSCredentials signer = source.SessionToken is null
            ? new BasicAWSCredentials(source.AccessKeyId, source.SecretAccessKey)
            : new SessionAWSCredentials(source.AccessKeyId, source.SecretAccessKey, source.SessionToken);
        using var client = CreateClient(signer);
        try
        {
            var answer = await client.AssumeRoleAsync(
                new AssumeRoleRequest { RoleArn = role.Arn, RoleSessionName = role.SessionName, ExternalId = role.ExternalId },
                cancellationToken);
            return Convert(answer.Credentials);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            throw Refused(role.Arn, client, exception);
        }
    }

    /// <summary>
    /// Assumes a role with an OpenID Connect token; the call itself is not signed
    /// (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html).
    /// </summary>
    /// <param name="token">The token. Secret.</param>
    /// <param name="roleArn">The role.</param>
    /// <param name="sessionName">A name that <see cref="RoleSessionName"/> made.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<SigningCredentials> AssumeRoleWithWebIdentityAsync(
        string token, string roleArn, string sessionName, CancellationToken cancellationToken)
    {
        using var client = CreateClient(new AnonymousAWSCredentials());
        try
        {
            var answer = await client.AssumeRoleWithWebIdentityAsync(
                new AssumeRoleWithWebIdentityRequest
                {
                    WebIdentityToken = token,
                    RoleArn = roleArn,
                    RoleSessionName = sessionName,
                },
                cancellationToken);
            return Convert(answer.Credentials);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            throw Refused(roleArn, client, exception);
        }
    }

    private AmazonSecurityTokenServiceClient CreateClient(AWSCredentials signer) =>
        new(signer, new AmazonSecurityTokenServiceConfig
        {
            RegionEndpoint = RegionEndpoint.GetBySystemName(region()),
            Timeout = AttemptTimeout,
        });

    private static CredentialsUnavailableException Refused(string roleArn, AmazonSecurityTokenServiceClient client, Exception exception)
    {
        var endpoint = client.Config.ServiceURL is { } url ? $"STS at {url}" : $"STS in {client.Config.RegionEndpoint?.SystemName}";
        return new($"role {roleArn} cannot be assumed: {endpoint}: {AwsFailure.Describe(exception)}", exception);
    }

    private static SigningCredentials Convert(StsCredentials credentials) =>
        new(credentials.AccessKeyId, credentials.SecretAccessKey, credentials.SessionToken, AwsTime.ToOffset(credentials.Expiration));
}

/// <summary>A role and the settings of the session it gives.</summary>
/// <param name="Arn">The role's ARN.</param>
/// <param name="SessionName">A name that <see cref="RoleSessionName"/> made.</param>
internal sealed record RoleToAssume(string Arn, string SessionName)
{
    /// <summary>What the role's trust policy asks for as <c>sts:ExternalId</c>, or null.</summary>
    public string? ExternalId { get; init; }
}
