using AwsSigV4Proxy.Hosting.Checks;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Signing.Endpoints;

namespace AwsSigV4Proxy.Tests.Hosting.Commands;

/// <summary>What one run of the command line did, in this process, with handlers that only note what they were called with.</summary>
internal sealed class CommandLineRun
{
    private CommandLineRun()
    {
    }

    /// <summary>The status that the noting handlers return: one that nothing else does.</summary>
    public const int HandlerStatus = 42;

    public int ExitStatus { get; private set; }

    public string Output { get; private set; } = "";

    public string Error { get; private set; } = "";

    /// <summary>What the proxy would have run with; null when it was not started.</summary>
    public ProxyOptions? Options { get; private set; }

    /// <summary>What would have been checked; null when no check was started.</summary>
    public ProxyOptions? CheckedOptions { get; private set; }

    /// <summary>How the check would have reported.</summary>
    public CheckFormat CheckFormat { get; private set; }

    /// <summary>Whether the demo was to keep running; null when it was not started.</summary>
    public bool? DemoServes { get; private set; }

    /// <summary>The URLs of the scope command; null when it was not started.</summary>
    public IReadOnlyList<string>? ScopeUrls { get; private set; }

    /// <summary>Runs arguments, split at spaces, without environment.</summary>
    public static Task<CommandLineRun> RunAsync(string arguments) =>
        RunAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Runs arguments with an environment.</summary>
    public static async Task<CommandLineRun> RunAsync(
        string[] arguments, Dictionary<string, string>? environment = null, SigningScopeSources? scopeSources = null,
        Func<ProxyOptions, Task<int>>? handler = null)
    {
        var run = new CommandLineRun();
        var handlers = new CommandHandlers(
            options =>
            {
                run.Options = options;
                return handler is null ? Task.FromResult(HandlerStatus) : handler(options);
            },
            (options, _, format) =>
            {
                (run.CheckedOptions, run.CheckFormat) = (options, format);
                return Task.FromResult(HandlerStatus);
            },
            serve =>
            {
                run.DemoServes = serve;
                return Task.FromResult(HandlerStatus);
            },
            (urls, input, output) =>
            {
                run.ScopeUrls = urls;
                output.Write(input.ReadToEnd());
                return HandlerStatus;
            },
            scopeSources ?? new SigningScopeSources(FindScope, static _ => null));
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var input = new StringReader("standard input");
        run.ExitStatus = await CommandLine.RunAsync(
            arguments, handlers, new ProcessStreams(name => environment?.GetValueOrDefault(name), input, output, error));
        run.Output = output.ToString();
        run.Error = error.ToString();
        return run;
    }

    private static EndpointAnswer FindScope(string host, string path, out EndpointScope scope)
    {
        scope = new EndpointScope("es", "eu-west-1");
        return EndpointAnswer.Found;
    }
}
