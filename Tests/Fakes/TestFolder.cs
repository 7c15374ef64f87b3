namespace AwsSigV4Proxy.Tests.Fakes;

/// <summary>A new folder for one test's files, removed afterwards. Its path is short enough for a Unix socket.</summary>
internal sealed class TestFolder : IDisposable
{
    /// <summary>The folder.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("sigv4").FullName;

    /// <summary>The path of a file in it.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file, with the folders below this one that it needs, and gives its path.</summary>
    public string Write(string name, string content = "")
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllText(this[name], content);
        return this[name];
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
