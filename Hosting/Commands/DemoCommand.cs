using System.Net;
using System.Security.Cryptography;
using AwsSigV4Proxy.Hosting.Credentials;
using AwsSigV4Proxy.Hosting.Demo;
using AwsSigV4Proxy.Hosting.Forwarding;
using AwsSigV4Proxy.Signing.Keys;
using Microsoft.Extensions.Logging;

namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>
/// <c>aws-sigv4-proxy demo</c>: the whole path on this machine alone. An embedded upstream on loopback, throw-away
/// credentials, one GET and one POST through the proxy; prints what the caller sent, what arrived, and the verdict.
/// </summary>
internal static class DemoCommand
{
    /// <summary>Headers of what arrived that are worth a line each.</summary>
    private static readonly string[] Shown = ["Host", "Content-Type", "X-Amz-Date", "X-Amz-Security-Token", "Authorization"];

    /// <summary>Runs the demo.</summary>
    /// <param name="serve">Whether to keep serving until a signal, for the user's own requests.</param>
    /// <param name="output">Where the story goes.</param>
    /// <returns>The exit status: 0 only if every signature was verified.</returns>
    public static async Task<int> RunAsync(bool serve, TextWriter output)
    {
        var credentials = ThrowAwayCredentials();
        var visits = new Queue<DemoVisit>();
        var verifier = new SignatureVerifier(
            credentials.AccessKeyId, credentials.SecretAccessKey, credentials.SessionToken, TimeProvider.System);
        var served = new Narrator(output);
        await using var upstream = await DemoUpstream.StartAsync(verifier, visit =>
        {
            lock (visits)
                visits.Enqueue(visit);
            served.Served(visit);
        });
        await using var proxy = await ProxyHost.StartAsync(OptionsFor(upstream.Address), new FixedCredentials(credentials));
        var address = proxy.Addresses[0];

        await output.WriteLineAsync($"A proxy on {address} signs for 'es' in us-east-1 with throw-away credentials");
        await output.WriteLineAsync($"and forwards to a stand-in for AWS on {upstream.Address.GetLeftPart(UriPartial.Authority)}.");

        using var caller = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(address) };
        HttpRequestMessage[] requests =
        [
            new(HttpMethod.Get, "/my-index/_search?q=colour:red&size=1"),
            new(HttpMethod.Post, "/my-index/_doc") { Content = new StringContent("{\"colour\":\"red\"}", null, "application/json") },
        ];
        var allVerified = true;
        foreach (var request in requests)
        {
            using var answer = await caller.SendAsync(request);
            DemoVisit visit;
            lock (visits)
                visit = visits.Dequeue();
            await TellAsync(output, request, visit, answer);
            allVerified &= answer.StatusCode == HttpStatusCode.OK && visit.Refusal is null;
            request.Dispose();
        }

        await output.WriteLineAsync();
        await output.WriteLineAsync(allVerified ? "Both signatures are good: demo passed." : "A signature was refused: demo failed.");
        if (!serve || !allVerified)
            return allVerified ? 0 : 1;

        await output.WriteLineAsync();
        await output.WriteLineAsync("The demo keeps serving until Ctrl+C. Try:");
        await output.WriteLineAsync($"  curl -i '{address}/any/path?with=any-query' -d 'and a body'");
        await output.FlushAsync();
        served.IsOn = true;
        await proxy.WaitForShutdownAsync();
        return 0;
    }

    private static ProxyOptions OptionsFor(Uri upstream) => new()
    {
        ForwardTo = new UpstreamTarget(upstream.Scheme, upstream.Host, upstream.Port, ""),
        Service = "es",
        Region = "us-east-1",
        ListenOn = new ListenAddress.Tcp(IPAddress.Loopback, 0),
        UtilityPort = 0,
        LogLevel = LogLevel.Warning,
        ShutdownTimeout = TimeSpan.FromSeconds(5),
    };

    /// <summary>Credentials that no one else knows and nothing accepts but this demo.</summary>
    private static SigningCredentials ThrowAwayCredentials() => new(
        "AKIADEMO" + RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 12),
        RandomNumberGenerator.GetHexString(40),
        RandomNumberGenerator.GetHexString(64));

    private static async Task TellAsync(TextWriter output, HttpRequestMessage sent, DemoVisit visit, HttpResponseMessage answer)
    {
        await output.WriteLineAsync();
        await output.WriteLineAsync($"The caller sent      {sent.Method} {sent.RequestUri}, unsigned");
        if (sent.Content is { } content)
            await output.WriteLineAsync($"                     {await content.ReadAsStringAsync()}");
        await output.WriteLineAsync($"What arrived         {visit.Request.Method} {visit.Request.RawTarget}");
        foreach (var name in Shown)
        {
            if (visit.Request.Header(name) is { } value)
                await output.WriteLineAsync($"                     {name}: {Redacted(name, value)}");
        }

        if (visit.Request.Body.Length > 0)
            await output.WriteLineAsync($"                     {System.Text.Encoding.UTF8.GetString(visit.Request.Body)}");
        await output.WriteLineAsync($"The verdict          {visit.Refusal ?? "signature verified"}");
        await output.WriteLineAsync($"The caller got       {(int)answer.StatusCode} {answer.ReasonPhrase}");
    }

    /// <summary>Even throw-away tokens and signatures are cut, so that the demo's output teaches no bad habit.</summary>
    private static string Redacted(string name, string value)
    {
        if (name == "X-Amz-Security-Token")
            return "(redacted)";
        const string Mark = "Signature=";
        var signature = value.IndexOf(Mark, StringComparison.Ordinal);
        return signature < 0 ? value : value[..(signature + Mark.Length)] + "(redacted)";
    }

    /// <summary>Tells of the user's own requests, one line each, once the demo is over.</summary>
    private sealed class Narrator(TextWriter output)
    {
        private readonly Lock _gate = new();

        public volatile bool IsOn;

        public void Served(DemoVisit visit)
        {
            if (!IsOn)
                return;
            lock (_gate)
            {
                output.WriteLine($"{visit.Request.Method} {visit.Request.RawTarget}: {visit.Refusal ?? "signature verified"}");
                output.Flush();
            }
        }
    }
}
