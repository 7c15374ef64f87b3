using AwsSigV4Proxy.Hosting.Files;
using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Hosting.Credentials;

/// <summary>
/// A place that gives AWS credentials by work that takes time: a file, a process, a metadata service, STS. The cache in
/// front of it decides how often it is asked.
/// </summary>
internal interface ICredentialSource
{
    /// <summary>
    /// Fetches credentials anew, never from a cache of its own.
    /// </summary>
    /// <exception cref="CredentialsUnavailableException">No provider gave any; the message names each one tried.</exception>
    Task<SigningCredentials> FetchAsync(CancellationToken cancellationToken);

    /// <summary>Where the credentials fetched last came from, for the log: "profile dev (SSO)". Never a secret.</summary>
    string Origin => "the credential source";

    /// <summary>The kind of provider that gave the credentials fetched last, for metrics: "profile". Null before.</summary>
    string? Provider => null;

    /// <summary>Files that the last fetch read because a setting names them, as they were then: what replaces one means other credentials.</summary>
    IEnumerable<(string Path, FileStamp Stamp)> Files => [];
}
