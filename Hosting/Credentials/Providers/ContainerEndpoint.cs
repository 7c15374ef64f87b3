using System.Net;

namespace AwsSigV4Proxy.Hosting.Credentials.Providers;

/// <summary>
/// Where a container's credentials are asked, and with which token
/// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html).
/// </summary>
internal static class ContainerEndpoint
{
    private const string EcsOrigin = "http://169.254.170.2";

    // ECS, EKS, EKS over IPv6. Without TLS a token goes nowhere else but to this very machine.
    private static readonly IPAddress[] LinkLocal =
        [IPAddress.Parse("169.254.170.2"), IPAddress.Parse("169.254.170.23"), IPAddress.Parse("fd00:ec2::23")];

    /// <summary>The endpoint, or null where the environment names none. The relative URI wins.</summary>
    /// <param name="environment">Reads one environment variable.</param>
    /// <exception cref="CredentialsUnavailableException">The one that it names must not be asked.</exception>
    public static Uri? Find(Func<string, string?> environment)
    {
        if (environment("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") is { Length: > 0 } relative)
        {
            return relative[0] == '/' && Uri.TryCreate(EcsOrigin + relative, UriKind.Absolute, out var ecs)
                ? ecs
                : throw new CredentialsUnavailableException("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is not a path that begins with a slash; correct it");
        }

        if (environment("AWS_CONTAINER_CREDENTIALS_FULL_URI") is not { Length: > 0 } full)
            return null;
        if (!Uri.TryCreate(full, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.UserInfo.Length > 0)
            throw new CredentialsUnavailableException("AWS_CONTAINER_CREDENTIALS_FULL_URI is not an http or https URL; correct it");
        if (url.Scheme == "http" && !IsOfThisMachine(url))
        {
            throw new CredentialsUnavailableException(
                $"{url.GetLeftPart(UriPartial.Authority)} is neither https, nor loopback, nor the address of ECS or EKS; correct AWS_CONTAINER_CREDENTIALS_FULL_URI");
        }

        return url;
    }

    /// <summary>What the <c>Authorization</c> header must say, or null for none. The file, which is replaced from time to time, wins.</summary>
    /// <param name="environment">Reads one environment variable.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="CredentialsUnavailableException">There should be a token, but there is none that can be sent.</exception>
    public static async Task<string?> ReadTokenAsync(Func<string, string?> environment, CancellationToken cancellationToken)
    {
        var (token, place) = (environment("AWS_CONTAINER_AUTHORIZATION_TOKEN"), "AWS_CONTAINER_AUTHORIZATION_TOKEN");
        if (environment("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") is { Length: > 0 } path)
        {
            place = $"the token file {path}";
            try
            {
                token = await File.ReadAllTextAsync(path, cancellationToken);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new CredentialsUnavailableException(
                    $"{place} cannot be read ({exception.GetType().Name}); check AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE and the mount", exception);
            }

            if (string.IsNullOrWhiteSpace(token))
                throw new CredentialsUnavailableException($"{place} is empty; wait for it to be written, or mount it");
        }

        // An editor or `echo` leaves a line break at the end; anywhere else it would begin a header of its own.
        token = token?.Trim();
        if (token is not null && token.Any(static letter => letter is < ' ' or > '~'))
            throw new CredentialsUnavailableException($"{place} holds a line break, or another character that no header takes; write it again");
        return string.IsNullOrEmpty(token) ? null : token;
    }

    private static bool IsOfThisMachine(Uri url) =>
        url.IsLoopback
        || (IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) && (IPAddress.IsLoopback(address) || LinkLocal.Contains(address)));
}
