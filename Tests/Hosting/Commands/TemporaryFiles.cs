namespace AwsSigV4Proxy.Tests.Hosting.Commands;

/// <summary>A folder of its own for a test, removed with all that is in it.</summary>
internal sealed class TemporaryFiles : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("aws-sigv4-proxy-test-").FullName;

    /// <summary>Writes a file that can be read, and returns its path.</summary>
    public string Write(string name, string text = "")
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
