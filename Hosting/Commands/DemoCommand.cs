namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>Shows the whole path on an upstream of its own.</summary>
internal static class DemoCommand
{
    /// <summary>Runs the demonstration, until it is told to stop when it serves, and returns the exit status.</summary>
    public static async Task<int> RunAsync(bool serve)
    {
        await Console.Error.WriteLineAsync(serve ? "--serve: not built yet" : "not built yet");
        return 1;
    }
}
