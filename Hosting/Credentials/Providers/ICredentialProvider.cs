using AwsSigV4Proxy.Hosting.Files;
using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Hosting.Credentials.Providers;

/// <summary>One link of the default chain.</summary>
internal interface ICredentialProvider
{
    /// <summary>Its name at the head of an error: "environment", "profile".</summary>
    string Name { get; }

    /// <summary>Files that the last fetch read because a setting names them, as they were then: what replaces one means other credentials.</summary>
    IEnumerable<(string Path, FileStamp Stamp)> Files => [];

    /// <summary>
    /// Fetches credentials anew, or says why this provider is not configured here, which is no failure: the chain goes on.
    /// </summary>
    /// <exception cref="Exception">
    /// It is configured and failed. <see cref="AwsFailure.Describe"/> makes the sentence; a
    /// <see cref="CredentialsUnavailableException"/> brings its own.
    /// </exception>
    Task<ProviderAnswer> FetchAsync(CancellationToken cancellationToken);
}

/// <summary>What a provider has to say: credentials and their origin, or why it has none to give.</summary>
/// <param name="Credentials">The credentials, or null where the provider is not configured.</param>
/// <param name="Explanation">Where they came from, or why there are none. No secret.</param>
internal readonly record struct ProviderAnswer(SigningCredentials? Credentials, string Explanation)
{
    /// <summary>The provider is not configured here.</summary>
    public static ProviderAnswer Absent(string reason) => new(null, reason);
}
