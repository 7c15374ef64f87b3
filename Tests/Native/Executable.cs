using System.Diagnostics;

namespace AwsSigV4Proxy.Tests.Native;

/// <summary>
/// The published executable: the one that <c>SIGV4_PROXY_EXECUTABLE</c> names, else <c>dist/aws-sigv4-proxy</c> of this
/// repository.
/// </summary>
internal static class Executable
{
    private const string Variable = "SIGV4_PROXY_EXECUTABLE";

    // A run that takes longer hangs. Far more than any needs, so that a busy machine fails no test.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>The executable's full path.</summary>
    /// <exception cref="InvalidOperationException">There is none; the message says how to make one.</exception>
    public static string FullPath
    {
        get
        {
            var path = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given ? Path.GetFullPath(given) : FindPublished();
            return File.Exists(path)
                ? path
                : throw new InvalidOperationException(
                    $"The native tests need the published executable, and {path} does not exist. Make it with "
                    + $"'make build', or name another one in {Variable}.");
        }
    }

    /// <summary>Runs the executable to its end, in an environment that holds nothing but what is given.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="environment">The environment variables, or null for none.</param>
    /// <param name="input">What stands on standard input; null for nothing.</param>
    /// <returns>The exit status, and all of standard output and standard error.</returns>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(
        string[] args, IDictionary<string, string>? environment = null, string? input = null)
    {
        using var process = Start(args, environment);
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    /// <summary>
    /// Starts the executable, in an environment that holds nothing but what is given, with all three streams redirected.
    /// The caller ends and disposes it.
    /// </summary>
    public static Process Start(string[] args, IDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(FullPath, args)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return Process.Start(start) ?? throw new InvalidOperationException($"{FullPath} did not start");
    }

    private static string FindPublished() =>
        Path.Combine(Repository.Folder, "dist", OperatingSystem.IsWindows() ? "aws-sigv4-proxy.exe" : "aws-sigv4-proxy");
}
