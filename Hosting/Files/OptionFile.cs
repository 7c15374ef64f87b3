namespace AwsSigV4Proxy.Hosting.Files;

/// <summary>A file that an option names, read whole, with errors that say which file, which option and why.</summary>
internal static class OptionFile
{
    /// <summary>Reads a file. The caller owns the bytes, and clears them if they are secret.</summary>
    /// <param name="path">The file; a pipe works too.</param>
    /// <param name="option">The option that named it, as a person writes it.</param>
    /// <exception cref="StartupException">The file cannot be read.</exception>
    public static byte[] ReadBytes(string path, string option)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new StartupException(
                $"The file {path} that {option} names does not exist.",
                "Check the path, and in a container its mounts.", exception);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new StartupException(
                $"The file {path} that {option} names cannot be read: it is a folder, or this user may not read it.",
                "Check the path, and the file's owner and mode.", exception);
        }
        catch (IOException exception)
        {
            throw new StartupException(
                $"The file {path} that {option} names cannot be read: {exception.Message}",
                "Check the path and the file system that it is on.", exception);
        }
    }
}
