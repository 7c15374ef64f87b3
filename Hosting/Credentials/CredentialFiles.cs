using AwsSigV4Proxy.Hosting.Credentials.Providers;
using AwsSigV4Proxy.Hosting.Files;

namespace AwsSigV4Proxy.Hosting.Credentials;

/// <summary>
/// The files that credentials come from: whatever writes one of them (an editor, <c>aws sso login</c>, the kubelet) means other
/// credentials.
/// </summary>
/// <param name="paths">Gives the files that are known from the start; asked at every look, since new ones may come.</param>
/// <param name="named">Gives those that the last fetch found to be named by a setting, as they were when it read them.</param>
internal sealed class CredentialFiles(Func<IEnumerable<string>> paths, Func<IEnumerable<(string Path, FileStamp Stamp)>> named)
{
    private FileStamp[] _stamps = [];
    private Dictionary<string, FileStamp> _named = [];

    /// <summary>Those that this process's environment names, and those that a source found.</summary>
    public static CredentialFiles Of(ICredentialSource source) => new(static () =>
    [
        SharedConfigFiles.CredentialsPath,
        SharedConfigFiles.ConfigPath,
        .. Named("AWS_WEB_IDENTITY_TOKEN_FILE"),
        .. Named("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"),
        .. SsoCache(),
    ], () => source.Files);

    /// <summary>Looks at the files, and tells whether one has changed, come or gone since the last look.</summary>
    public bool Look()
    {
        FileStamp[] stamps = [.. paths().Select(FileStamp.ReadUnopened)];
        var isChanged = !stamps.AsSpan().SequenceEqual(_stamps);
        _stamps = stamps;

        var seen = new Dictionary<string, FileStamp>();
        foreach (var (path, read) in named())
        {
            var stamp = seen[path] = FileStamp.ReadUnopened(path);
            // One that no fetch reads any more is a change at most once.
            isChanged |= stamp != read && (!_named.TryGetValue(path, out var before) || stamp != before);
        }

        _named = seen;
        return isChanged;
    }

    private static IEnumerable<string> Named(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } path ? [path] : [];

    /// <summary>Where <c>aws sso login</c> leaves its tokens (https://docs.aws.amazon.com/sdkref/latest/guide/understanding-sso.html).</summary>
    private static IEnumerable<string> SsoCache()
    {
        var folder = Path.Combine(SharedConfigFiles.Home, ".aws", "sso", "cache");
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
