using System.Net.Sockets;

namespace AwsSigV4Proxy.Hosting.Inbound;

/// <summary>
/// The file of a Unix domain socket. A process that was killed leaves its file behind, and nobody can bind the path until it
/// is gone.
/// </summary>
internal static class UnixSocketFile
{
    /// <summary>Makes a path free to be bound: removes the socket of a dead process, and nothing else.</summary>
    /// <exception cref="StartupException">
    /// Something lives there: a socket that a process listens on, or a file that is no socket. Or the path is too long.
    /// </exception>
    public static void RemoveStale(string path)
    {
        if (IsStale(path))
            File.Delete(path);
    }

    /// <summary>Whether a dead process has left its socket there; false where there is nothing.</summary>
    /// <exception cref="StartupException">As of <see cref="RemoveStale"/>.</exception>
    public static bool IsStale(string path)
    {
        var endPoint = CreateEndPoint(path);
        if (!Path.Exists(path))
            return false;

        if (!IsSocket(path))
        {
            throw new StartupException(
                $"There is something at {path} that is not a socket, so --listen-on unix:{path} cannot listen there.",
                "Choose another path, or remove what is there.");
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(endPoint);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return true;
        }
        catch (SocketException exception)
        {
            throw new StartupException(
                $"The socket {path} exists, and whether a process listens on it cannot be told: {exception.Message}.",
                "Check its owner and mode, or choose another path.", exception);
        }

        throw new StartupException(
            $"Another process listens on the socket {path}.",
            "Is the proxy running already? Stop it, or choose another path for --listen-on unix:PATH.");
    }

    private static UnixDomainSocketEndPoint CreateEndPoint(string path)
    {
        try
        {
            return new UnixDomainSocketEndPoint(path);
        }
        catch (ArgumentException exception)
        {
            throw new StartupException(
                $"The path of --listen-on unix:{path} cannot be the name of a socket.",
                "The operating system takes about 100 bytes: choose a shorter path.", exception);
        }
    }

    /// <summary>A socket cannot be opened as a file (open(2): ENXIO); what can be, or only lacks the right to, is none.</summary>
    private static bool IsSocket(string path)
    {
        if (Directory.Exists(path))
            return false;

        try
        {
            File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete).Dispose();
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
