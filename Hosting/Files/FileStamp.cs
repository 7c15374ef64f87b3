namespace AwsSigV4Proxy.Hosting.Files;

/// <summary>
/// What tells one version of a file from another: its time of change and its length. Read through an open handle, so that
/// every symbolic link on the way is followed: Kubernetes replaces a mounted secret by swapping the link of a folder.
/// </summary>
internal readonly record struct FileStamp(DateTime LastWriteUtc, long LengthBytes)
{
    /// <summary>The stamp of a file that is missing or cannot be opened.</summary>
    public static FileStamp Unreadable => default;

    /// <summary>
    /// The stamp of a pipe, as <c>--key &lt;(command)</c> gives: always the same, for a pipe can be read only once.
    /// </summary>
    public static FileStamp ReadOnce { get; } = new(DateTime.MaxValue, -1);

    /// <summary>Reads a file's stamp; never throws for a file that is missing or locked.</summary>
    public static FileStamp Read(string path)
    {
        try
        {
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return new FileStamp(File.GetLastWriteTimeUtc(handle), RandomAccess.GetLength(handle));
        }
        catch (NotSupportedException)
        {
            return ReadOnce;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Unreadable;
        }
    }
}
