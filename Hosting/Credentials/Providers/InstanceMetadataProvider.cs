using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Hosting.Credentials.Providers;

/// <summary>
/// The role of an EC2 instance, from its metadata service
/// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html).
/// </summary>
internal sealed class InstanceMetadataProvider : ICredentialProvider
{
    private const string Folder = "iam/security-credentials/";

    /// <summary>How long credentials are used that the service gives although they have expired. Arbitrary.</summary>
    private static readonly TimeSpan Extension = TimeSpan.FromMinutes(10);

    /// <inheritdoc/>
    public string Name => "EC2 instance metadata";

    /// <inheritdoc/>
    public async Task<ProviderAnswer> FetchAsync(CancellationToken cancellationToken)
    {
        if (InstanceMetadataEndpoint.IsDisabled)
            return ProviderAnswer.Absent("AWS_EC2_METADATA_DISABLED is true");

        using var metadata = new InstanceMetadata();
        string token;
        try
        {
            token = await metadata.GetTokenAsync(cancellationToken);
        }
        catch (CredentialsUnavailableException exception)
        {
            // Not a failure of something that was configured: everybody who is not on EC2 comes here.
            return ProviderAnswer.Absent(exception.Message);
        }

        var role = (await metadata.ReadAsync(Folder, token, cancellationToken))?.Split('\n')[0].Trim();
        if (string.IsNullOrEmpty(role))
            throw new CredentialsUnavailableException("the instance has no role; attach an instance profile to it");
        if (!role.All(static letter => char.IsAsciiLetterOrDigit(letter) || "_+=,.@-".Contains(letter, StringComparison.Ordinal)))
            throw new CredentialsUnavailableException($"what {metadata.Endpoint} gives is no role's name: something else answers there");

        var json = await metadata.ReadAsync(Folder + role, token, cancellationToken);
        return Extend(Parse(json, role), $"EC2 instance role {role}");
    }

    /// <summary>
    /// Expired credentials are used on: while the service has an outage, AWS takes them longer than they say, and whether it does
    /// is for the service to decide that they sign for. botocore's <c>InstanceMetadataFetcher</c> does the same
    /// (https://github.com/boto/botocore/blob/develop/botocore/utils.py).
    /// </summary>
    private static ProviderAnswer Extend(SigningCredentials credentials, string origin)
    {
        var now = DateTimeOffset.UtcNow;
        return credentials.Expiration is { } expiration && expiration <= now
            ? new(
                new(credentials.AccessKeyId, credentials.SecretAccessKey, credentials.SessionToken, now + Extension),
                $"{origin} (expired at {expiration:u}, and instance metadata gives no newer ones)")
            : new(credentials, origin);
    }

    private static SigningCredentials Parse(string? json, string role)
    {
        var answer = json is null ? null : JsonCredentials.Read(json);
        if (json is not null && answer is null)
            throw new CredentialsUnavailableException($"the answer for role {role} is not the JSON that AWS describes");
        return answer?.ToCredentials() ?? throw new CredentialsUnavailableException(
            $"there are no credentials for role {role}{answer?.FailureSuffix}; check the role's trust policy for EC2");
    }
}
