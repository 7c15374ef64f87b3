using System.Text;
using Microsoft.Win32.SafeHandles;

namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>
/// The process's standard streams for a command that works as a filter in a pipeline. <see cref="Console"/> hides from its
/// caller that the reader of a pipe has gone, so that a filter would read an endless input to no end.
/// </summary>
internal static class StandardStreams
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Standard input as UTF-8. Not to be closed.</summary>
    public static TextReader OpenInput() => new StreamReader(Console.OpenStandardInput(), Utf8);

    /// <summary>
    /// Standard output as UTF-8. Not to be closed but flushed. Where a person sees the input or the output, each line shows
    /// at once; between two programs lines go in blocks.
    /// </summary>
    public static TextWriter OpenOutput() => new StreamWriter(OpenOutputStream(), Utf8, bufferSize: 16 * 1024)
    {
        AutoFlush = !Console.IsInputRedirected || !Console.IsOutputRedirected,
    };

    /// <summary>Whether a write failed because the pipe's reader has closed it.</summary>
    public static bool IsClosedByReader(IOException exception)
    {
        const int BrokenPipe = 32; // EPIPE, the same number on Linux and macOS
        const int ErrorBrokenPipe = unchecked((int)0x8007006D);
        const int ErrorNoData = unchecked((int)0x800700E8);
        return exception.HResult is BrokenPipe or ErrorBrokenPipe or ErrorNoData;
    }

    private static Stream OpenOutputStream()
    {
        if (OperatingSystem.IsWindows())
            return Console.OpenStandardOutput();
        try
        {
            var stream = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            // On a regular file FileStream writes at a position of its own and does not move the one that it shares with the
            // shell's next command, which would then overwrite the output. A file has no reader to go away either.
            return stream.CanSeek ? Console.OpenStandardOutput() : stream;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Console.OpenStandardOutput(); // closed by the shell (>&-)
        }
    }
}
