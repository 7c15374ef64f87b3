using System.ComponentModel;
using System.Diagnostics;

namespace AwsSigV4Proxy.Tests.Native;

/// <summary>Prometheus' own checks: the promtool on the path, else the one that <c>.ci/promtool</c> got. Where there is none, a test is skipped.</summary>
internal static class Promtool
{
    // A run that takes longer hangs.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>Runs it in the folder of the alerts, and gives its exit status with all that it wrote.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string[] arguments, string input = "")
    {
        using var process = Start("promtool", arguments) ?? Start(Path.Combine(Repository.Folder, "obj", "promtool", "promtool"), arguments);
        if (process is null)
        {
            Skip.Test("promtool is not on this machine: run .ci/promtool, or install prometheus (apt).");
            return default;
        }

        using var limit = new CancellationTokenSource(Limit);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, await output + await error);
    }

    private static Process? Start(string program, string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = Path.Combine(Repository.Folder, "Deploy", "grafana"),
            });
        }
        catch (Win32Exception)
        {
            return null; // there is none
        }
    }
}
