using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using AwsSigV4Proxy.Tests.Fakes;
using Microsoft.AspNetCore.Http;

namespace AwsSigV4Proxy.Tests.Native;

/// <summary>
/// The native executable under steady load while its credentials, of a role, expire again and again, and STS fails half of the
/// time. <c>make stress</c> runs it for longer.
/// </summary>
internal sealed class CredentialStressTests
{
    /// <summary>Long enough for a refresh.</summary>
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(
        Environment.GetEnvironmentVariable("STRESS_SECONDS") is { Length: > 0 } seconds ? int.Parse(seconds, CultureInfo.InvariantCulture) : 20);

    /// <summary>
    /// How long a session is good: a minute, where there is the time to see it refreshed. Otherwise short, yet a machine that is busy
    /// with other tests must find the time for an attempt that fails and another one, within the last quarter.
    /// </summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(Duration >= TimeSpan.FromMinutes(1) ? 60 : 20);

    [Test]
    public async Task Load_StsFailsHalfOfTheTime_NoRequestIsLostOrSignedWithExpiredCredentials()
    {
        using var home = new TestFolder();
        await using var sts = await FakeSts.StartAsync();
        (sts.Lifetime, sts.FailsHalfOfTheTime) = (Lifetime, true);
        var faults = new ConcurrentQueue<string>();
        var signed = new ConcurrentDictionary<string, int>();
        await using var upstream = await TestServer.StartAsync(context =>
        {
            var id = context.Request.Headers.Authorization.ToString().Split("Credential=")[^1].Split('/')[0];
            signed.AddOrUpdate(id, 1, static (_, count) => count + 1);
            var signedAt = DateTimeOffset.ParseExact(
                context.Request.Headers["x-amz-date"].ToString(), "yyyyMMdd'T'HHmmss'Z'", null, DateTimeStyles.AssumeUniversal);
            if (!sts.Expirations.TryGetValue(id, out var expiration) || signedAt >= expiration)
                faults.Enqueue($"signed at {signedAt:O} with '{id}', which expired at {expiration:O}");
            return context.Response.WriteAsync("ok");
        });
        await using var proxy = await NativeProxy.StartAsync(
            upstream.Address,
            new Dictionary<string, string>
            {
                ["AWS_ACCESS_KEY_ID"] = "AKIABASE",
                ["AWS_SECRET_ACCESS_KEY"] = "secret-of-base",
                ["AWS_ENDPOINT_URL_STS"] = sts.Url,
            },
            "-a", "arn:aws:iam::123456789012:role/stress");

        using var end = new CancellationTokenSource(Duration);
        var connections = Enumerable.Range(0, 64).Select(_ => SendAsync(proxy.Client, faults, end.Token));
        var requests = (await Task.WhenAll(connections)).Sum();

        await Assert.That(string.Join('\n', faults.Take(5))).IsEqualTo("");
        await Assert.That(signed.Values.Sum()).IsEqualTo(requests);
        // Several sets have signed, of which each but the first came after a failure.
        await Assert.That(signed.Count).IsGreaterThan(1);
        await Assert.That(sts.MostAtOnce).IsEqualTo(1);
        // For each set one request, and one that fails: no storm.
        await Assert.That(sts.Requests.Count).IsBetween(2, 2 * (int)(2 + (Duration / (0.7 * Lifetime))));
    }

    /// <summary>Sends one request after another, some in a second, so that other tests have the processor too.</summary>
    private static async Task<int> SendAsync(HttpClient client, ConcurrentQueue<string> faults, CancellationToken end)
    {
        for (var sent = 1; ; sent++)
        {
            using var answer = await client.GetAsync("/", CancellationToken.None);
            if (answer.StatusCode != HttpStatusCode.OK)
                faults.Enqueue($"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(CancellationToken.None)}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (end.IsCancellationRequested)
                return sent;
        }
    }
}
