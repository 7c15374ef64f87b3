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
/// <param name="options">The proxy's options.</param>
/// <param name="progress">Where the results go.</param>
internal sealed class CheckCommand(ProxyOptions options, CheckProgress progress)
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
        var progress = new CheckProgress(format, output);
        await new CheckCommand(options, progress).RunAsync(origins);
        return await progress.EndAsync();
    }

    private async Task RunAsync(IReadOnlyDictionary<string, string> origins)
    {
        var scope = new TargetCheck(options, origins);
        await progress.RunAsync("target", scope.Target);
        await progress.RunAsync("service", scope.Service);
        await progress.RunAsync("region", scope.Region);
        await progress.RunAsync("listening", () => new ListeningCheck(options, TimeProvider.System).RunAsync());
        var credentials = options.Sign ? await CheckCredentialsAsync() : await SkipCredentialsAsync();
        if (options.ForwardTo is { } target)
            await CheckTargetAsync(target, credentials);
        else
            await CheckRootsAsync();
    }

    private async Task<SigningCredentials?> CheckCredentialsAsync()
    {
        SigningCredentials? credentials = null;
        await progress.RunAsync("credentials", async () =>
        {
            var check = new CredentialCheck(
                CredentialSource.Create(options), options.Profile, Environment.GetEnvironmentVariable, TimeProvider.System);
            (var result, credentials) = await check.RunAsync();
            return result;
        });
        if (credentials is { } found)
            await progress.RunAsync("identity", () => new IdentityCheck(options).RunAsync(found));
        else
            await progress.SkipAsync("identity", "there are no credentials");
        return credentials;
    }

    private async Task<SigningCredentials?> SkipCredentialsAsync()
    {
        await progress.SkipAsync("credentials", "requests are forwarded unsigned (--no-sign)");
        await progress.SkipAsync("identity", "requests are forwarded unsigned (--no-sign)");
        return null;
    }

    private async Task CheckTargetAsync(UpstreamTarget target, SigningCredentials? credentials)
    {
        if (await TryConnectAsync(target) is { } failed)
        {
            await SkipRestAsync($"{failed} did not succeed");
        }
        else if (options.Sign && credentials is null)
        {
            await progress.SkipAsync("request", "there are no credentials to sign it with");
            await SkipRestAsync("request was not tried");
        }
        else
        {
            CheckResult? clock = null;
            await progress.RunAsync("request", async () =>
            {
                (var result, clock) = await new RequestCheck(options, target, TimeProvider.System).RunAsync(credentials);
                return result;
            });
            await progress.RunAsync("clock", () => clock ?? CheckResult.Skipped("clock", "request did not succeed"));
        }
    }

    /// <summary>The name of the check that failed, or null.</summary>
    private async Task<string?> TryConnectAsync(UpstreamTarget target)
    {
        var connection = new ConnectionCheck(target, options.ConnectTimeout);
        if (!await progress.RunAsync("dns", connection.ResolveAsync))
            return "dns";
        Socket? socket = null;
        var isConnected = await progress.RunAsync("tcp", async () =>
        {
            (var result, socket) = await connection.ConnectAsync();
            return result;
        });
        if (!isConnected || socket is null)
            return "tcp";
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        if (target.IsHttps)
            return await progress.RunAsync("tls", () => new TlsCheck(options, target, TimeProvider.System).RunAsync(stream)) ? null : "tls";
        await progress.SkipAsync("tls", "the target is http");
        return null;
    }

    /// <summary>There is no one target, but the proxy does not start without the roots that it is to trust.</summary>
    private async Task CheckRootsAsync()
    {
        const string Reason = "there is no one target (--forward-by-host)";
        await progress.SkipAsync("dns", Reason);
        await progress.SkipAsync("tcp", Reason);
        await progress.RunAsync("tls", () => TlsCheck.FindRootsFault(options) ?? CheckResult.Skipped("tls", Reason));
        await SkipRestAsync(Reason);
    }

    /// <summary>The report has the same lines, however far the checks came.</summary>
    private async Task SkipRestAsync(string reason)
    {
        foreach (var name in OfTarget.Except(progress.Names).ToArray())
            await progress.SkipAsync(name, reason);
    }
}
