using System.Diagnostics;
using System.Globalization;
using AwsSigV4Proxy.Signing;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding.OddRequests;

/// <summary>
/// Requests by chance arrive as README promises, under a good signature: always the same ones, or, with FUZZ_SECONDS and
/// FUZZ_SEED in the environment, more and others (<c>make fuzz</c>). A failure names the seed that brings it back.
/// </summary>
public class RandomRequestTests
{
    private const int BatchSize = 500;

    [Test]
    [Arguments("s3", SignatureLocation.Header)]
    [Arguments("es", SignatureLocation.Header)]
    [Arguments("s3", SignatureLocation.Query)]
    [Arguments("execute-api", SignatureLocation.Query)]
    internal async Task Request_Random_ArrivesAsPromisedAndVerifies(string service, SignatureLocation location)
    {
        var started = Stopwatch.GetTimestamp();
        var limit = TimeSpan.FromSeconds(FromEnvironment("FUZZ_SECONDS") ?? 0);
        var seed = FromEnvironment("FUZZ_SEED") ?? 20150830;
        await using var run = await OddRequestRun.StartAsync(service, options => options with { SignLocation = location });

        do
        {
            await run.AllArriveAsync(Enumerable.Range(seed, BatchSize).Select(RandomRequest.OfSeed));
            seed += BatchSize;
        }
        while (Stopwatch.GetElapsedTime(started) < limit);
    }

    private static int? FromEnvironment(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? int.Parse(value, CultureInfo.InvariantCulture) : null;
}
