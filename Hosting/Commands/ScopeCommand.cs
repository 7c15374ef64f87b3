namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>Prints the service and the region that are signed for a URL.</summary>
internal static class ScopeCommand
{
    /// <summary>Prints the scope of each URL; without one it reads them from the input. Returns the exit status.</summary>
    public static int Run(IReadOnlyList<string> urls, TextReader input, TextWriter output)
    {
        output.Write($"{(urls.Count > 0 ? urls[0] : input.ReadLine())}: not built yet\n");
        return 1;
    }
}
