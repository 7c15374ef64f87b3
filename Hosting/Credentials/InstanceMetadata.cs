using System.Net;

namespace AwsSigV4Proxy.Hosting.Credentials;

/// <summary>
/// Reads the EC2 instance metadata service, version 2 alone
/// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html). The SDK's client is not used: it
/// takes 16 s to find out that there is no such service, and swallows the reason.
/// </summary>
internal sealed class InstanceMetadata : IDisposable
{
    // The first is the AWS CLI's; the second lets a busy instance answer.
    private static readonly TimeSpan[] AttemptTimeouts = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3)];

    private readonly MachineEndpoint _endpoint;

    /// <summary>A reader of the service that <c>AWS_EC2_METADATA_SERVICE_ENDPOINT</c> or the profile names, or EC2's own.</summary>
    /// <param name="isLastResort">True where nobody should wait: one attempt of one second.</param>
    /// <exception cref="CredentialsUnavailableException">There is no telling where it is; half a sentence names the setting.</exception>
    public InstanceMetadata(bool isLastResort = false) =>
        _endpoint = new MachineEndpoint(isLastResort ? AttemptTimeouts[..1] : AttemptTimeouts);

    /// <summary>Where the service is asked.</summary>
    public string Endpoint { get; } = InstanceMetadataEndpoint.Find();

    /// <summary>Gets the token that every other question needs.</summary>
    /// <exception cref="CredentialsUnavailableException">There is no token to be had; the message says why.</exception>
    public async Task<string> GetTokenAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _endpoint.SendAsync(
                () => new HttpRequestMessage(HttpMethod.Put, $"{Endpoint}/latest/api/token")
                {
                    Headers = { { "x-aws-ec2-metadata-token-ttl-seconds", "60" } },
                },
                cancellationToken);
            if (answer.IsSuccessStatusCode)
            {
                var token = (await answer.Content.ReadAsStringAsync(cancellationToken)).Trim();
                // It goes into a header. A page that asks to log in to a network does not.
                return token.Length > 0 && token.All(static letter => letter is > ' ' and <= '~')
                    ? token
                    : throw new CredentialsUnavailableException($"what {Endpoint} gives is no token: something else answers there");
            }

            throw new CredentialsUnavailableException(
                $"{Endpoint} refused a token with status {(int)answer.StatusCode}; switch instance metadata (IMDSv2) on for this instance");
        }
        catch (Exception exception) when (MachineEndpoint.IsUnreachable(exception, cancellationToken))
        {
            throw new CredentialsUnavailableException(
                $"{Endpoint} did not answer ({MachineEndpoint.Cause(exception)}): this is not EC2, or a container on it whose instance allows "
                + "one hop only (set HttpPutResponseHopLimit to 2)",
                exception);
        }
    }

    /// <summary>Reads one item below <c>/latest/meta-data/</c>, or null where there is no such item (404).</summary>
    /// <exception cref="CredentialsUnavailableException">The service failed; the message says how.</exception>
    public async Task<string?> ReadAsync(string item, string token, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _endpoint.SendAsync(
                () => new HttpRequestMessage(HttpMethod.Get, $"{Endpoint}/latest/meta-data/{item}")
                {
                    Headers = { { "x-aws-ec2-metadata-token", token } },
                },
                cancellationToken);
            if (answer.StatusCode == HttpStatusCode.NotFound)
                return null;
            if (answer.IsSuccessStatusCode)
                return await answer.Content.ReadAsStringAsync(cancellationToken);

            throw new CredentialsUnavailableException($"{Endpoint} answered {(int)answer.StatusCode} to {item}; try again later");
        }
        catch (Exception exception) when (MachineEndpoint.IsUnreachable(exception, cancellationToken))
        {
            throw new CredentialsUnavailableException($"{Endpoint} did not answer ({MachineEndpoint.Cause(exception)}); try again later", exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _endpoint.Dispose();
}
