namespace AwsSigV4Proxy.Tests.Fakes;

/// <summary>A new folder for one test's files, removed afterwards. Its path is short enough for a Unix socket.</summary>
internal sealed class TestFolder : IDisposable
{
    /// <summary>The folder.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("sigv4").FullName;

    /// <summary>The path of a file in it.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file and gives its path.</summary>
    public string Write(string name, string content = "")
    {
        File.WriteAllText(this[name], content);
        return this[name];
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
