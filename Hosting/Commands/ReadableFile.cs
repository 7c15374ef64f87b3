namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>
/// Checks that a file which an option names can be read, so that a wrong name is refused at once. What is in it is checked
/// by whoever reads it, at start.
/// </summary>
internal static class ReadableFile
{
    /// <summary>Checks a file and returns its name as it is.</summary>
    /// <param name="path">The file's name.</param>
    /// <param name="holds">What belongs into the file, for the hint.</param>
    /// <param name="mayBeSecret">True where people put the secret itself in place of the file's name: it is not shown.</param>
    /// <exception cref="UsageException">It is missing, not readable, or not a file.</exception>
    public static string Parse(string path, string holds, bool mayBeSecret = false)
    {
        if (path.Contains('\n') || path.StartsWith("-----BEGIN", StringComparison.Ordinal))
            throw new UsageException("the value is a file's text, not its name", $"give the name of {holds}");
        if (FindFault(path) is { } fault)
            throw new UsageException($"{(mayBeSecret ? "the file" : Quote.Text(path))} {fault}", $"give {holds} that this user can read");
        return path;
    }

    private static string? FindFault(string path)
    {
        if (Directory.Exists(path))
            return "is a folder";
        try
        {
            using var file = File.OpenRead(path);
            return null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return "does not exist";
        }
        catch (UnauthorizedAccessException)
        {
            return "cannot be read: permission denied";
        }
        catch (Exception e) when (e is IOException or ArgumentException or NotSupportedException)
        {
            return "cannot be read";
        }
    }
}
