using System.Security.Cryptography;
using AwsSigV4Proxy.Hosting.Files;
using Microsoft.Extensions.Logging;

namespace AwsSigV4Proxy.Hosting.Inbound;

/// <summary>
/// The users of <c>--basic-auth-file</c>: UTF-8 lines <c>user:password</c>, where the password may hold colons; empty lines
/// and lines that begin with <c>#</c> say nothing. Kept as hashes; a user may stand in several lines while a password is changed.
/// </summary>
internal sealed class BasicAuthFile
{
    private const string Option = "--basic-auth-file";

    private readonly byte[] _hashes;

    private BasicAuthFile(byte[] hashes) => _hashes = hashes;

    /// <summary>Reads a file and warns when others may read it too.</summary>
    /// <exception cref="StartupException">
    /// The file cannot be read, names nobody, or has a line that is not <c>user:password</c>: its number is named, never its text.
    /// </exception>
    public static BasicAuthFile Read(string path, ILogger logger)
    {
        WarnIfOthersMayRead(path, logger);
        var bytes = OptionFile.ReadBytes(path, Option);
        try
        {
            var hashes = Hash(bytes, path);
            return hashes.Length > 0 ? new BasicAuthFile(hashes) : throw new StartupException(
                $"The file {path} that {Option} names has no user in it.",
                "Write one line `user:password` for each caller.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>Whether a line has this SHA-256 hash of <c>user:password</c>; takes as long whichever line it is, or none.</summary>
    public bool Contains(ReadOnlySpan<byte> hash)
    {
        var found = false;
        for (var at = 0; at < _hashes.Length; at += SHA256.HashSizeInBytes)
            found |= CryptographicOperations.FixedTimeEquals(hash, _hashes.AsSpan(at, SHA256.HashSizeInBytes));
        return found;
    }

    private static byte[] Hash(ReadOnlySpan<byte> text, string path)
    {
        if (text.StartsWith("\uFEFF"u8))
            text = text["\uFEFF"u8.Length..];

        var hashes = new List<byte>();
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        var number = 0;
        foreach (var range in text.Split((byte)'\n'))
        {
            number++;
            var line = text[range];
            if (line.EndsWith((byte)'\r'))
                line = line[..^1];
            if (line.Trim(" \t"u8).IsEmpty || line[0] == '#')
                continue;

            RequireUserAndPassword(line, path, number);
            SHA256.HashData(line, hash);
            hashes.AddRange(hash);
        }

        return [.. hashes];
    }

    private static void RequireUserAndPassword(ReadOnlySpan<byte> line, string path, int number)
    {
        var colon = line.IndexOf((byte)':');
        if (colon <= 0 || colon == line.Length - 1)
        {
            throw new StartupException(
                $"Line {number} of {path} that {Option} names is not `user:password`.",
                "Write a user, a colon and a password; a line that begins with # is a comment.");
        }

        // The file holds what callers send. A hash would be taken for the password itself, and nobody could log in.
        var password = line[(colon + 1)..];
        if (password.StartsWith("$2"u8) && password.Length == 60 || password.StartsWith("$apr1$"u8) || password.StartsWith("{SHA}"u8))
        {
            throw new StartupException(
                $"Line {number} of {path} that {Option} names has a password hash, as htpasswd makes them.",
                "Write the password itself, and let only the proxy's user read the file.");
        }
    }

    private static void WarnIfOthersMayRead(string path, ILogger logger)
    {
        const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        if (OperatingSystem.IsWindows())
            return;

        try
        {
            // Through a handle: the mode of a symbolic link itself, which a mounted Kubernetes secret is, says nothing.
            using var handle = File.OpenHandle(path);
            if ((File.GetUnixFileMode(handle) & Others) != 0)
                Log.PasswordsReadableByOthers(logger, path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Reading the file tells what is wrong with it.
        }
    }
}
