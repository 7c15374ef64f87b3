using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Signing.Endpoints;

namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>
/// <c>aws-sigv4-proxy scope [URL...]</c>: prints what would be signed for a URL, one line <c>host TAB service TAB region</c>
/// for each argument or, without arguments, for each line of standard input. <c>-</c> stands for what the URL does not tell,
/// the region <c>*</c> for all regions at once (Signature Version 4A).
/// </summary>
internal static class ScopeCommand
{
    /// <summary>The exit status when at least one line has a <c>-</c>, so that a script need not look for it.</summary>
    public const int UntoldExitStatus = 3;

    private const string Untold = "-";

    /// <summary>Runs on the process's own standard streams.</summary>
    /// <returns>The exit status: 0, <see cref="UntoldExitStatus"/>, or 1 when the streams fail.</returns>
    public static int Run(IReadOnlyList<string> urls)
    {
        try
        {
            return Run(urls, StandardStreams.OpenInput(), StandardStreams.OpenOutput());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            string cause = e.GetBaseException().Message;
            Console.Error.WriteLine($"error: standard input cannot be read or standard output cannot be written: {cause}");
            Console.Error.WriteLine("hint: check where the command reads from and writes to");
            return 1;
        }
    }

    /// <summary>
    /// Reads the arguments, or the input's lines without blank ones, and writes a line for each. Flushed at the end; when
    /// whoever reads the output closes it (<c>| head -1</c>), the rest of the input is left alone. The streams stay open.
    /// </summary>
    /// <param name="urls">URLs, or host names with or without a port, a user, a path.</param>
    /// <param name="input">Read when there are no arguments.</param>
    /// <param name="output">Buffered by whoever opened it.</param>
    /// <returns>0, or <see cref="UntoldExitStatus"/>.</returns>
    /// <exception cref="IOException">The input cannot be read or the output cannot be written.</exception>
    public static int Run(IReadOnlyList<string> urls, TextReader input, TextWriter output)
    {
        int exitStatus = 0;
        try
        {
            foreach (string url in urls.Count > 0 ? urls : ReadLines(input))
            {
                if (!WriteScope(url, output))
                    exitStatus = UntoldExitStatus;
            }
            output.Flush();
        }
        catch (IOException e) when (StandardStreams.IsClosedByReader(e))
        {
            // Nobody is there to tell.
        }
        return exitStatus;
    }

    private static IEnumerable<string> ReadLines(TextReader input)
    {
        while (input.ReadLine() is { } line)
        {
            if (!string.IsNullOrWhiteSpace(line))
                yield return line;
        }
    }

    /// <summary>Writes one line; false when it has a <c>-</c>.</summary>
    private static bool WriteScope(string url, TextWriter output)
    {
        string text = url.Trim();
        string? host = UrlHost.Read(text, out ReadOnlySpan<char> path);
        EndpointScope? scope = host is not null && EndpointResolver.TryResolve(host, path, out EndpointScope found) ? found : null;
        string? region = scope?.Region ?? (scope?.Algorithm == SigningAlgorithm.SigV4a ? scope?.RegionSet : null);

        output.Write(TerminalText.Sanitize(host ?? text));
        output.Write('\t');
        output.Write(scope?.Service ?? Untold);
        output.Write('\t');
        output.WriteLine(region ?? Untold);
        return region is not null;
    }
}
