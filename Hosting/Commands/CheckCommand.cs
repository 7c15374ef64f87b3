using System.Net.Sockets;
using AwsSigV4Proxy.Hosting.Checks;
using AwsSigV4Proxy.Hosting.Credentials;
using AwsSigV4Proxy.Hosting.Forwarding;
using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>
/// <c>aws-sigv4-proxy check</c>: tries once, with the proxy's own options, everything that must work for a request to be signed and
/// answered, and says of each step what was found and what to do. What builds on a step that failed is skipped.
/// </summary>
internal static class CheckCommand
{
    /// <summary>The checks of a target, in the order in which each builds on those before it.</summary>
    private static readonly string[] OfTarget = ["dns", "tcp", "tls", "request", "clock"];

    /// <summary>Runs all checks and writes the report.</summary>
    /// <param name="options">The proxy's options.</param>
    /// <param name="origins">What each option that was given is called.</param>
    /// <param name="format">How the report is written.</param>
    /// <param name="output">Where to.</param>
    /// <returns>The exit status (<see cref="CheckReport.StatusOf"/>).</returns>
    public static async Task<int> RunAsync(
        ProxyOptions options, IReadOnlyDictionary<string, string> origins, CheckFormat format, TextWriter output)
    {
        List<CheckResult> results = [.. new TargetCheck(options, origins).Run()];
        results.Add(await new ListeningCheck(options, TimeProvider.System).RunAsync());
        var credentials = options.Sign ? await CheckCredentialsAsync(options, results) : SkipCredentials(results);
        if (options.ForwardTo is { } target)
            await CheckTargetAsync(options, target, credentials, results);
        SkipRest(options, results);

        await output.WriteAsync(CheckReport.Write(results, format));
        return CheckReport.StatusOf(results);
    }

    private static async Task<SigningCredentials?> CheckCredentialsAsync(ProxyOptions options, List<CheckResult> results)
    {
        var check = new CredentialCheck(CredentialSource.Create(options), options.Profile, Environment.GetEnvironmentVariable, TimeProvider.System);
        var (result, credentials) = await check.RunAsync();
        results.Add(result);
        results.Add(credentials is null
            ? CheckResult.Skipped("identity", "there are no credentials")
            : await new IdentityCheck(options).RunAsync(credentials));
        return credentials;
    }

    private static SigningCredentials? SkipCredentials(List<CheckResult> results)
    {
        results.Add(CheckResult.Skipped("credentials", "requests are forwarded unsigned (--no-sign)"));
        results.Add(CheckResult.Skipped("identity", "requests are forwarded unsigned (--no-sign)"));
        return null;
    }

    private static async Task CheckTargetAsync(
        ProxyOptions options, UpstreamTarget target, SigningCredentials? credentials, List<CheckResult> results)
    {
        var connection = new ConnectionCheck(target, options.ConnectTimeout);
        if (!Add(await connection.ResolveAsync()))
            return;
        var (connected, socket) = await connection.ConnectAsync();
        if (!Add(connected))
            return;
        await using (var stream = new NetworkStream(socket!, ownsSocket: true))
        {
            if (!target.IsHttps)
                results.Add(CheckResult.Skipped("tls", "the target is http"));
            else if (!Add(await new TlsCheck(options, target, TimeProvider.System).RunAsync(stream)))
                return;
        }

        if (options.Sign && credentials is null)
        {
            results.Add(CheckResult.Skipped("request", "there are no credentials to sign it with"));
            return;
        }

        var (request, clock) = await new RequestCheck(options, target, TimeProvider.System).RunAsync(credentials);
        results.AddRange(request, clock);

        bool Add(CheckResult result)
        {
            results.Add(result);
            return result.LetsGoOn;
        }
    }

    /// <summary>The report has the same lines, however far the checks came.</summary>
    private static void SkipRest(ProxyOptions options, List<CheckResult> results)
    {
        var reason = options.ForwardTo is null ? "there is no one target (--forward-by-host)" : $"{results[^1].Name} did not succeed";
        results.AddRange(OfTarget.Where(name => results.TrueForAll(result => result.Name != name)).ToArray()
            .Select(name => CheckResult.Skipped(name, reason)));
    }
}
