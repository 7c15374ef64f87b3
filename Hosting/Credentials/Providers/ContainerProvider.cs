using AwsSigV4Proxy.Hosting.Forwarding;
using Microsoft.Extensions.Logging.Abstractions;

namespace AwsSigV4Proxy.Hosting.Credentials.Providers;

/// <summary>
/// The credentials endpoint of a container: ECS (<c>AWS_CONTAINER_CREDENTIALS_RELATIVE_URI</c>) and EKS Pod Identity
/// (<c>AWS_CONTAINER_CREDENTIALS_FULL_URI</c> with a token file, read at every fetch). The SDK's provider is not used: it turns
/// every failure into one that names neither status nor cause, and trips over a line break at the end of a token file.
/// </summary>
/// <param name="environment">Reads one environment variable.</param>
internal sealed class ContainerProvider(Func<string, string?> environment) : ICredentialProvider
{
    // The first is the AWS CLI's; the second lets a busy node answer.
    private static readonly TimeSpan[] AttemptTimeouts = [TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5)];

    /// <inheritdoc/>
    public string Name => "container";

    /// <inheritdoc/>
    public async Task<ProviderAnswer> FetchAsync(CancellationToken cancellationToken)
    {
        if (ContainerEndpoint.Find(environment) is not { } url)
            return ProviderAnswer.Absent("neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set");

        var token = await ContainerEndpoint.ReadTokenAsync(environment, cancellationToken);
        using var endpoint = new MachineEndpoint(
            AttemptTimeouts, url.Scheme == Uri.UriSchemeHttps ? UpstreamTls.CreateSystemOptions(NullLogger.Instance) : null);
        try
        {
            using var answer = await endpoint.SendAsync(() => CreateRequest(url, token), cancellationToken);
            return await ReadAsync(url, answer, cancellationToken);
        }
        catch (Exception exception) when (MachineEndpoint.IsUnreachable(exception, cancellationToken))
        {
            throw new CredentialsUnavailableException(
                $"{Place(url)} did not answer ({MachineEndpoint.Cause(exception)}); check that the agent of ECS or EKS runs and can be reached", exception);
        }
    }

    private static HttpRequestMessage CreateRequest(Uri url, string? token)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Add("Accept", "application/json");
        if (token is not null)
            request.Headers.TryAddWithoutValidation("Authorization", token);
        return request;
    }

    private static async Task<ProviderAnswer> ReadAsync(Uri url, HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var read = JsonCredentials.Read(await answer.Content.ReadAsStringAsync(cancellationToken));
        if (!answer.IsSuccessStatusCode)
        {
            var advice = (int)answer.StatusCode is 401 or 403
                ? "check the authorization token, and the task's role or the pod identity association"
                : (int)answer.StatusCode < 500 ? "check the URI, and the task's role or the pod identity association" : "try again later";
            throw new CredentialsUnavailableException($"{Place(url)} answered {(int)answer.StatusCode}{read?.FailureSuffix}; {advice}");
        }

        if (read is null)
            throw new CredentialsUnavailableException($"the answer of {Place(url)} is not the JSON that AWS describes; check the URI");
        return read.ToCredentials() is { } credentials
            ? new(credentials, "container credentials")
            : throw new CredentialsUnavailableException(
                $"the answer of {Place(url)} holds no credentials{read.FailureSuffix}; check the task's role or the pod identity association");
    }

    // Without path and query, which on ECS are as good as a password.
    private static string Place(Uri url) => url.GetLeftPart(UriPartial.Authority);
}
