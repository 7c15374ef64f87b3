using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Hosting.Credentials;

/// <summary>One set of credentials that was given: what the demo and tests sign with.</summary>
internal sealed class FixedCredentials(SigningCredentials credentials) : ICredentialSource
{
    /// <inheritdoc/>
    public string Origin => "the program itself";

    /// <inheritdoc/>
    public Task<SigningCredentials> FetchAsync(CancellationToken cancellationToken) => Task.FromResult(credentials);
}
