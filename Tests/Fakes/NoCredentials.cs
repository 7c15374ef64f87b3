using AwsSigV4Proxy.Hosting.Credentials;
using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Tests.Fakes;

/// <summary>A source that has none.</summary>
internal sealed class NoCredentials : ICredentialSource
{
    /// <inheritdoc/>
    public Task<SigningCredentials> FetchAsync(CancellationToken cancellationToken) =>
        throw new CredentialsUnavailableException("Tried nothing. Run aws sso login.");
}
