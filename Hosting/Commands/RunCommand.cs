using AwsSigV4Proxy.Hosting.Credentials;

namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>The command that runs the proxy.</summary>
internal static class RunCommand
{
    /// <summary>Runs the proxy until a signal stops it, and returns the exit status.</summary>
    /// <exception cref="StartupException">It cannot start as it was told to.</exception>
    public static async Task<int> RunAsync(ProxyOptions options)
    {
        await using var proxy = await ProxyHost.StartAsync(options, CredentialSource.Create(options));
        await proxy.WaitForShutdownAsync();
        return 0;
    }
}
