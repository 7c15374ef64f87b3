using System.Text;
using AwsSigV4Proxy.Hosting.Credentials;
using AwsSigV4Proxy.Hosting.Credentials.Providers;
using AwsSigV4Proxy.Signing.Endpoints;

namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>
/// The entry point: reads the command line and the environment and runs one command. Exit status 0 is success, 1 a failure
/// at start or of a check, 2 a command line that is refused.
/// </summary>
internal static class CommandLine
{
    private const int Failure = 1;
    private const int Refused = 2;

    /// <summary>Runs the command that the process's arguments name and returns the exit status.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        // Not Console.Out: it sets the terminal up, which costs more than writing the help does.
        var encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        using var input = new StreamReader(Console.OpenStandardInput(), encoding);
        await using var output = new StreamWriter(Console.OpenStandardOutput(), encoding) { AutoFlush = true };
        await using var error = new StreamWriter(Console.OpenStandardError(), encoding) { AutoFlush = true };

        var handlers = new CommandHandlers(
            RunCommand.RunAsync,
            (options, origins, format) => CheckCommand.RunAsync(options, origins, format, output),
            serve => DemoCommand.RunAsync(serve, output),
            // It opens the streams anew, as a filter in a pipeline needs them.
            (urls, _, _) => ScopeCommand.Run(urls),
            new SigningScopeSources(FindScope, FindRegion));
        return await RunAsync(args, handlers, new ProcessStreams(Environment.GetEnvironmentVariable, input, output, error));
    }

    /// <summary>Runs one command with the handlers and streams given, and returns the exit status. Throws nothing.</summary>
    public static async Task<int> RunAsync(string[] args, CommandHandlers handlers, ProcessStreams streams)
    {
        try
        {
            if (ReadInformation(args) is { } text)
            {
                streams.Output.Write(text);
                return 0;
            }
            return await CommandDispatch.RunAsync(NormalizedArguments.Read(args, streams.Environment), handlers, streams);
        }
        catch (UsageException refusal)
        {
            return Report(streams, $"error: {refusal.Message}\nhint: {refusal.Hint}\n", Refused);
        }
        catch (StartupException failure)
        {
            return Report(streams, $"error: {failure.Message}\nhint: {failure.Hint}\n", Failure);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A disk that is full, or standard output closed: nothing that the program can be blamed for.
            return Report(streams, $"error: {e.Message}\n", Failure);
        }
        catch (Exception e)
        {
            return Report(
                streams, $"error: {e.Message}\nhint: this is a bug in {ProductInfo.Name}; please report these lines\n{e}\n", Failure);
        }
    }

    // Standard error may be closed, too; the exit status then has to do.
    private static int Report(ProcessStreams streams, string text, int exitStatus)
    {
        try
        {
            streams.Error.Write(text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
        return exitStatus;
    }

    /// <summary>What help or version is asked for, wherever that stands in front of a <c>--</c>; null where it is not.</summary>
    private static string? ReadInformation(string[] args)
    {
        var options = args.TakeWhile(static argument => argument != "--").ToArray();
        var command = args.Length > 0 ? Command.Find(args[0]) : null;
        if (args.Length > 0 && args[0] == "help")
            return HelpText.Write(args.Length > 1 && !args[1].StartsWith('-') ? FindForHelp(args[1]) : Command.Run);
        if (options.Contains("-h") || options.Contains("--help"))
            return HelpText.Write(command ?? Command.Run);
        return options.Contains("-V") || options.Contains("--version") ? $"{ProductInfo.Name} {ProductInfo.Version}\n" : null;
    }

    private static Command FindForHelp(string name) =>
        Command.Find(name)
            ?? throw new UsageException(
                $"unknown command {Quote.Value(name)}",
                NearestName.Find(name, Command.Names) is { } near
                    ? $"did you mean '{near}'?"
                    : $"{ProductInfo.Name} --help lists the commands");

    private static EndpointAnswer FindScope(string host, string path, out EndpointScope scope) =>
        EndpointResolver.Resolve(host, path, out scope);

    private static string? FindRegion(string? profile)
    {
        SharedConfigFiles.Choose(profile);
        return new RegionSource().TryFind();
    }
}
