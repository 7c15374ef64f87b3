using AwsSigV4Proxy.Hosting.Credentials.Providers;
using AwsSigV4Proxy.Hosting.Files;

namespace AwsSigV4Proxy.Hosting.Credentials;

/// <summary>
/// The files that the default chain reads by itself: whatever writes one of them (an editor, <c>aws sso login</c>, the kubelet)
/// means other credentials. Those that a profile names, as <c>web_identity_token_file</c>, are not among them: they are read again
/// when the next refresh is due.
/// </summary>
/// <param name="paths">Gives the files; asked at every look, since new ones may come.</param>
internal sealed class CredentialFiles(Func<IEnumerable<string>> paths)
{
    private FileStamp[] _stamps = [];

    /// <summary>Those that this process's environment names.</summary>
    public static CredentialFiles OfEnvironment() => new(static () =>
    [
        SharedConfigFiles.CredentialsPath,
        SharedConfigFiles.ConfigPath,
        .. Named("AWS_WEB_IDENTITY_TOKEN_FILE"),
        .. Named("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"),
        .. SsoCache(),
    ]);

    /// <summary>Looks at the files, and tells whether one has changed, come or gone since the last look.</summary>
    public bool Look()
    {
        FileStamp[] stamps = [.. paths().Select(FileStamp.Read)];
        if (stamps.AsSpan().SequenceEqual(_stamps))
            return false;
        _stamps = stamps;
        return true;
    }

    private static IEnumerable<string> Named(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } path ? [path] : [];

    /// <summary>Where <c>aws sso login</c> leaves its tokens (https://docs.aws.amazon.com/sdkref/latest/guide/understanding-sso.html).</summary>
    private static IEnumerable<string> SsoCache()
    {
        var folder = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".aws", "sso", "cache");
        try
        {
            return [.. Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
