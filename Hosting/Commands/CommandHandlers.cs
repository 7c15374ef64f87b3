using AwsSigV4Proxy.Hosting.Checks;

namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>What the command line calls once it is read. Each handler returns the exit status.</summary>
/// <param name="Run">Runs the proxy until it is told to stop.</param>
/// <param name="Check">Tries the options once; told what each option that was given is called, and how to report.</param>
/// <param name="Demo">Runs the demonstration; true keeps it running.</param>
/// <param name="Scope">Prints the scope of each URL; without one it reads them from the reader.</param>
/// <param name="ScopeSources">Where service and region come from when the user does not name them.</param>
internal sealed record CommandHandlers(
    Func<ProxyOptions, Task<int>> Run,
    Func<ProxyOptions, IReadOnlyDictionary<string, string>, CheckFormat, Task<int>> Check,
    Func<bool, Task<int>> Demo,
    Func<IReadOnlyList<string>, TextReader, TextWriter, int> Scope,
    SigningScopeSources ScopeSources);

/// <summary>What a command reads and writes besides its arguments: the process's, or a test's.</summary>
/// <param name="Environment">Gives an environment variable's value, or null.</param>
/// <param name="Input">Standard input.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
internal sealed record ProcessStreams(Func<string, string?> Environment, TextReader Input, TextWriter Output, TextWriter Error);
