using AwsSigV4Proxy.Hosting.Commands;

namespace AwsSigV4Proxy.Tests.Hosting.Commands;

/// <summary>What the framework itself refuses. Reading the arguments leaves it nothing to refuse, so it is called directly.</summary>
internal sealed class CommandDispatchTests
{
    [Test]
    [Arguments("Argument '--nothing' is not recognized.", "--nothing", "=x")]
    [Arguments("Argument 'region' failed to parse, provided value: --region", "--region")]
    public async Task Run_ArgumentsThatTheFrameworkRefuses_AreAUsageError(string message, params string[] arguments)
    {
        var handlers = new CommandHandlers(null!, null!, null!, null!, null!);
        var streams = new ProcessStreams(static _ => null, TextReader.Null, TextWriter.Null, TextWriter.Null);

        var refusal = await Assert.ThrowsAsync<UsageException>(
            () => CommandDispatch.RunAsync(new NormalizedArguments(arguments, new Dictionary<string, string>()), handlers, streams));

        await Assert.That(refusal!.Message).IsEqualTo(message);
    }
}
