namespace AwsSigV4Proxy.Hosting.Files;

/// <summary>
/// What tells one version of a file from another: its time of change and its length. Read through an open handle, so that
/// every symbolic link on the way is followed: Kubernetes replaces a mounted secret by swapping the link of a folder.
/// </summary>
/// <param name="LastWriteUtc">When it was written.</param>
/// <param name="LengthBytes">Its length.</param>
/// <param name="Mode">Who may read it, where that was asked for: what could not be read can be, once that has changed.</param>
internal readonly record struct FileStamp(DateTime LastWriteUtc, long LengthBytes, UnixFileMode Mode = UnixFileMode.None)
{
    /// <summary>The stamp of a file that is missing or cannot be opened.</summary>
    public static FileStamp Unreadable => default;

    /// <summary>
    /// The stamp of a pipe, as <c>--key &lt;(command)</c> gives: always the same, for a pipe can be read only once.
    /// </summary>
    public static FileStamp ReadOnce { get; } = new(DateTime.MaxValue, -1);

    /// <summary>
    /// Reads a file's stamp without opening it, which would wait where somebody put a pipe in its place, and take what is in it.
    /// Links are followed here too. Never throws for a file that is missing.
    /// </summary>
    public static FileStamp ReadUnopened(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target)
                file = target;
            return file.Exists ? new FileStamp(file.LastWriteTimeUtc, file.Length, file.UnixFileMode) : Unreadable;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Unreadable;
        }
    }

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
