namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>Runs the proxy.</summary>
internal static class RunCommand
{
    /// <summary>Runs the proxy until it is told to stop and returns the exit status.</summary>
    public static async Task<int> RunAsync(ProxyOptions options)
    {
        await Console.Error.WriteLineAsync($"{options.ForwardTo}: not built yet");
        return 1;
    }
}
