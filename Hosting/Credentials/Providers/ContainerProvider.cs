using Amazon.Runtime;

namespace AwsSigV4Proxy.Hosting.Credentials.Providers;

/// <summary>
/// The credentials endpoint of a container: ECS (<c>AWS_CONTAINER_CREDENTIALS_RELATIVE_URI</c>) and EKS Pod Identity
/// (<c>AWS_CONTAINER_CREDENTIALS_FULL_URI</c> with a token file), asked by the SDK, which reads the token file at every fetch.
/// </summary>
/// <param name="environment">Reads one environment variable.</param>
internal sealed class ContainerProvider(Func<string, string?> environment) : ICredentialProvider
{
    /// <inheritdoc/>
    public string Name => "container";

    /// <inheritdoc/>
    public async Task<ProviderAnswer> FetchAsync(CancellationToken cancellationToken)
    {
        var relative = environment("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
        var full = environment("AWS_CONTAINER_CREDENTIALS_FULL_URI");
        if (string.IsNullOrEmpty(relative) && string.IsNullOrEmpty(full))
            return ProviderAnswer.Absent("neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set");

        var place = string.IsNullOrEmpty(relative) ? full! : $"http://169.254.170.2{relative}";
        CheckTokenFile();
        try
        {
            var credentials = await SdkCredentials.FetchAsync(static () => new GenericContainerCredentials(), cancellationToken);
            return new(credentials, "container credentials");
        }
        catch (ArgumentException exception)
        {
            throw new CredentialsUnavailableException(
                $"{place} is neither https, nor loopback, nor the address of ECS or EKS; correct AWS_CONTAINER_CREDENTIALS_FULL_URI",
                exception);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw new CredentialsUnavailableException(
                $"{place}: {AwsFailure.Describe(exception)}; check the task's role or the pod identity association", exception);
        }
    }

    /// <summary>A token file that is not there would cost five retries and an error that does not name it.</summary>
    private void CheckTokenFile()
    {
        if (environment("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") is { Length: > 0 } path && !File.Exists(path))
        {
            throw new CredentialsUnavailableException(
                $"the token file {path} is missing; check AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE and the mount");
        }
    }
}
