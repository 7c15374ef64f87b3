using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Hosting.Credentials.Providers;

/// <summary>
/// <c>AWS_ACCESS_KEY_ID</c>, <c>AWS_SECRET_ACCESS_KEY</c> and, for temporary ones, <c>AWS_SESSION_TOKEN</c>. An empty variable
/// counts as none. Read without the SDK, whose start-up costs more than the rest of the proxy's.
/// </summary>
/// <param name="environment">Reads one environment variable.</param>
internal sealed class EnvironmentProvider(Func<string, string?> environment) : ICredentialProvider
{
    /// <inheritdoc/>
    public string Name => "environment";

    /// <inheritdoc/>
    public Task<ProviderAnswer> FetchAsync(CancellationToken cancellationToken) => Task.FromResult(Read());

    private ProviderAnswer Read()
    {
        var id = environment("AWS_ACCESS_KEY_ID");
        var secret = environment("AWS_SECRET_ACCESS_KEY");
        // The name that the .NET SDK knew first, and still takes.
        if (string.IsNullOrEmpty(secret))
            secret = environment("AWS_SECRET_KEY");

        return (string.IsNullOrEmpty(id), string.IsNullOrEmpty(secret)) switch
        {
            (false, false) => new(new SigningCredentials(id!, secret!, Token()), "environment variables"),
            (false, true) => throw new CredentialsUnavailableException(
                "AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not; set both or neither"),
            (true, false) => throw new CredentialsUnavailableException(
                "AWS_SECRET_ACCESS_KEY is set, but AWS_ACCESS_KEY_ID is not; set both or neither"),
            _ => ProviderAnswer.Absent("AWS_ACCESS_KEY_ID is not set"),
        };
    }

    /// <summary>The session token; <c>AWS_SECURITY_TOKEN</c> is its old name, which boto still takes.</summary>
    private string? Token() => environment("AWS_SESSION_TOKEN") is { Length: > 0 } token ? token : environment("AWS_SECURITY_TOKEN");
}
