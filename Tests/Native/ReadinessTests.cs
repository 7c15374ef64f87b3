using System.Net;
using System.Text.Json;
using AwsSigV4Proxy.Tests.Fakes;
using Microsoft.AspNetCore.Http;

namespace AwsSigV4Proxy.Tests.Native;

/// <summary><c>/ready</c> of the published executable as JSON.</summary>
internal sealed class ReadinessTests
{
    [Test]
    public async Task Ready_AsJson_TellsCredentialsAndHowTheUpstreamAnswered()
    {
        await using var ecs = await FakeEcs.StartAsync();
        await using var aws = await FakeAws.StartAsync(static (_, _) => Task.CompletedTask, refuse: static (context, _) =>
        {
            context.Response.StatusCode = context.Request.Path == "/bad" ? 503 : 200;
            return Task.CompletedTask;
        });
        await using var proxy = await NativeProxy.StartAsync(
            aws.Address, new Dictionary<string, string> { ["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = ecs.Url + "/v1/credentials" },
            "-u", $"{FreePort.Find()}");
        using var utility = await ConnectAsync(proxy);
        await proxy.WaitForLineAsync("AWS credentials from ");

        using var before = await ReadAsync(utility, HttpStatusCode.OK);
        using var good = await proxy.Client.GetAsync("/");
        using var bad = await proxy.Client.GetAsync("/bad");
        using var after = await ReadAsync(utility, HttpStatusCode.OK);

        var ready = before.RootElement;
        await Assert.That((ready.GetProperty("ready").GetBoolean(), ready.GetProperty("draining").GetBoolean())).IsEqualTo((true, false));
        var credentials = ready.GetProperty("credentials");
        await Assert.That(credentials.GetProperty("usable").GetBoolean()).IsTrue();
        await Assert.That(credentials.GetProperty("provider").GetString()).IsEqualTo("container");
        await Assert.That(credentials.GetProperty("secondsLeft").GetInt64()).IsBetween(3000, 3600);
        await Assert.That(credentials.GetProperty("expires").GetDateTime().Kind).IsEqualTo(DateTimeKind.Utc);
        var upstream = ready.GetProperty("upstream");
        await Assert.That((upstream.GetProperty("lastSuccess").ValueKind, upstream.GetProperty("lastFailure").ValueKind))
            .IsEqualTo((JsonValueKind.Null, JsonValueKind.Null));
        upstream = after.RootElement.GetProperty("upstream");
        await Assert.That(upstream.GetProperty("lastSuccess").GetDateTime()).IsLessThanOrEqualTo(upstream.GetProperty("lastFailure").GetDateTime());
        await Assert.That(upstream.GetProperty("lastFailureCode").GetString()).IsEqualTo("503");
    }

    [Test]
    public async Task Ready_UpstreamOutOfReach_NamesTheFailure()
    {
        await using var proxy = await NativeProxy.StartAsync(
            new Uri($"http://127.0.0.1:{FreePort.Find()}"), NativeProxy.Credentials, "-u", $"{FreePort.Find()}");
        using var utility = await ConnectAsync(proxy);

        using var failed = await proxy.Client.GetAsync("/");
        using var ready = await ReadAsync(utility, HttpStatusCode.OK);

        await Assert.That(ready.RootElement.GetProperty("upstream").GetProperty("lastFailureCode").GetString()).IsEqualTo("upstream_unreachable");
    }

    [Test]
    public async Task Ready_NoCredentials_SaysNoAndWhy()
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await NativeProxy.StartAsync(aws.Address, new Dictionary<string, string>(), "-u", $"{FreePort.Find()}");
        using var utility = await ConnectAsync(proxy);
        await proxy.WaitForLineAsync("requests cannot be signed");

        using var ready = await ReadAsync(utility, HttpStatusCode.ServiceUnavailable);

        await Assert.That(ready.RootElement.GetProperty("ready").GetBoolean()).IsFalse();
        await Assert.That(ready.RootElement.GetProperty("credentials").GetProperty("reason").GetString()).Contains("AWS_ACCESS_KEY_ID is not set");
    }

    [Test]
    [Arguments(null, "text/plain")]
    [Arguments("*/*", "text/plain")]
    [Arguments("text/plain, application/json;q=0.5", "text/plain")]
    [Arguments("application/json;q=0", "text/plain")]
    [Arguments("text/html, application/json", "application/json")]
    [Arguments("text/plain;q=0.5, application/json", "application/json")]
    public async Task Ready_ByAccept_IsTextOrJson(string? accept, string type)
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await NativeProxy.StartAsync(aws, "-u", $"{FreePort.Find()}");
        using var utility = await Scrape.ConnectAsync(proxy);
        if (accept is not null)
            utility.DefaultRequestHeaders.TryAddWithoutValidation("Accept", accept);

        using var answer = await utility.GetAsync("/ready");

        await Assert.That(answer.Content.Headers.ContentType!.MediaType).IsEqualTo(type);
    }

    private static async Task<HttpClient> ConnectAsync(NativeProxy proxy)
    {
        var utility = await Scrape.ConnectAsync(proxy);
        utility.DefaultRequestHeaders.Add("Accept", "application/json");
        return utility;
    }

    private static async Task<JsonDocument> ReadAsync(HttpClient utility, HttpStatusCode status)
    {
        using var answer = await utility.GetAsync("/ready");
        await Assert.That(answer.StatusCode).IsEqualTo(status);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
    }
}
