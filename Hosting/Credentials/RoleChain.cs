using AwsSigV4Proxy.Hosting.Files;
using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Hosting.Credentials;

/// <summary>
/// <c>--assume-role</c>: roles assumed one after another, each with the credentials of the one before, the first with those
/// of the source. AWS limits every session after the first to one hour ("role chaining").
/// </summary>
internal sealed class RoleChain(ICredentialSource source, SecurityTokenService sts, IReadOnlyList<RoleToAssume> roles)
    : ICredentialSource
{
    /// <inheritdoc/>
    public string Origin => $"role {roles[^1].Arn}, assumed with {source.Origin}";

    /// <inheritdoc/>
    public string? Provider => source.Provider;

    /// <inheritdoc/>
    public IEnumerable<(string Path, FileStamp Stamp)> Files => source.Files;

    /// <inheritdoc/>
    public async Task<SigningCredentials> FetchAsync(CancellationToken cancellationToken)
    {
        var credentials = await source.FetchAsync(cancellationToken);
        foreach (var role in roles)
        {
            try
            {
                credentials = await sts.AssumeRoleAsync(credentials, role, cancellationToken);
            }
            catch (CredentialsUnavailableException exception)
            {
                throw new CredentialsUnavailableException(
                    $"No AWS credentials: --assume-role: {exception.Message}. It was asked with {source.Origin}.", exception);
            }
        }

        return credentials;
    }
}
