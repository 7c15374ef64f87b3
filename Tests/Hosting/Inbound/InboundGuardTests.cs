using System.Net;
using System.Net.Http.Headers;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Forwarding;
using AwsSigV4Proxy.Hosting.Inbound;
using AwsSigV4Proxy.Tests.Fakes;
using Microsoft.AspNetCore.Http;

namespace AwsSigV4Proxy.Tests.Hosting.Inbound;

/// <summary>The guard in front of a real server: what passes, what an allowed page's browser is told, what travels on.</summary>
internal sealed class InboundGuardTests
{
    private const string Page = "https://app.example.com";

    [Test]
    public async Task Request_WithCredentials_PassesAndTheyEndHere()
    {
        using var folder = new TestFolder();
        await using var server = await StartAsync(folder, "alice:opensesame");

        using var response = await SendAsync(server, HttpMethod.Get, basic: "alice:opensesame");

        await Assert.That(await response.Content.ReadAsStringAsync()).IsEqualTo("passed, Authorization: ");
    }

    [Test]
    public async Task Request_WithoutBasicAuthFile_KeepsItsAuthorization()
    {
        using var folder = new TestFolder();
        await using var server = await StartAsync(folder, users: null);

        using var response = await SendAsync(server, HttpMethod.Get, basic: "a:b");

        await Assert.That(await response.Content.ReadAsStringAsync()).IsEqualTo("passed, Authorization: Basic YTpi");
    }

    [Test]
    public async Task Request_WithoutCredentials_IsChallenged()
    {
        using var folder = new TestFolder();
        await using var server = await StartAsync(folder, "alice:opensesame");

        using var response = await SendAsync(server, HttpMethod.Get);

        await Assert.That(response.StatusCode).IsEqualTo(HttpStatusCode.Unauthorized);
        await Assert.That(response.Headers.WwwAuthenticate.ToString()).StartsWith("Basic");
    }

    [Test]
    public async Task Request_OfAForeignPageWithCredentials_IsDenied()
    {
        using var folder = new TestFolder();
        await using var server = await StartAsync(folder, "alice:opensesame");

        using var response = await SendAsync(server, HttpMethod.Post, "https://evil.example", basic: "alice:opensesame");

        await Assert.That(response.StatusCode).IsEqualTo(HttpStatusCode.Forbidden);
        await Assert.That(response.Headers.GetValues(ProxyError.HeaderName).Single()).IsEqualTo("origin_denied");
        await Assert.That(response.Headers.Contains("Access-Control-Allow-Origin")).IsFalse();
    }

    [Test]
    [Arguments("alice:opensesame", 200)]
    [Arguments(null, 401)]
    public async Task Request_OfAnAllowedPage_CanReadTheAnswerWhateverItIs(string? basic, int status)
    {
        using var folder = new TestFolder();
        await using var server = await StartAsync(folder, "alice:opensesame");

        using var response = await SendAsync(server, HttpMethod.Post, Page, basic: basic);

        await Assert.That((int)response.StatusCode).IsEqualTo(status);
        await Assert.That(Header(response, "Access-Control-Allow-Origin")).IsEqualTo(Page);
        await Assert.That(Header(response, "Access-Control-Allow-Credentials")).IsEqualTo("true");
        await Assert.That(Header(response, "Vary")).Contains("Origin");
        if (status == 200)
            await Assert.That(Header(response, "Access-Control-Expose-Headers")).Contains("x-amzn-requestid");
    }

    [Test]
    public async Task Request_OfAnAllowedPage_LeavesTheUpstreamsOwnRulesAlone()
    {
        using var folder = new TestFolder();
        await using var server = await StartAsync(folder, null, upstreamAllows: "*");

        using var response = await SendAsync(server, HttpMethod.Get, Page);

        await Assert.That(Header(response, "Access-Control-Allow-Origin")).IsEqualTo("*");
        await Assert.That(response.Headers.Contains("Access-Control-Allow-Credentials")).IsFalse();
    }

    [Test]
    public async Task Preflight_OfAnAllowedPage_IsAnsweredWithoutCredentials()
    {
        using var folder = new TestFolder();
        await using var server = await StartAsync(folder, "alice:opensesame");

        using var response = await SendAsync(
            server, HttpMethod.Options, Page, preflight: ("DELETE", "authorization, content-type"));

        await Assert.That(response.StatusCode).IsEqualTo(HttpStatusCode.NoContent);
        await Assert.That(Header(response, "Access-Control-Allow-Origin")).IsEqualTo(Page);
        await Assert.That(Header(response, "Access-Control-Allow-Methods")).IsEqualTo("DELETE");
        await Assert.That(Header(response, "Access-Control-Allow-Headers")).IsEqualTo("authorization, content-type");
        await Assert.That(Header(response, "Vary")).Contains("Origin");
    }

    [Test]
    public async Task Preflight_OfAForeignPage_IsDenied()
    {
        using var folder = new TestFolder();
        await using var server = await StartAsync(folder, null);

        using var response = await SendAsync(server, HttpMethod.Options, "https://evil.example", preflight: ("DELETE", "x"));

        await Assert.That(response.StatusCode).IsEqualTo(HttpStatusCode.Forbidden);
    }

    [Test]
    public async Task Options_ThatIsNoPreflight_PassesOn()
    {
        using var folder = new TestFolder();
        await using var server = await StartAsync(folder, null);

        using var response = await SendAsync(server, HttpMethod.Options, Page);

        await Assert.That(await response.Content.ReadAsStringAsync()).StartsWith("passed");
    }

    [Test]
    public async Task WebSocketHandshake_OfAForeignPage_IsDenied()
    {
        using var folder = new TestFolder();
        await using var server = await StartAsync(folder, null);
        using var socket = new System.Net.WebSockets.ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", "https://evil.example");
        socket.Options.CollectHttpResponseDetails = true;

        await Assert.That(() => socket.ConnectAsync(new UriBuilder(server.Address) { Scheme = "ws" }.Uri, CancellationToken.None))
            .Throws<System.Net.WebSockets.WebSocketException>();
        await Assert.That(socket.HttpStatusCode).IsEqualTo(HttpStatusCode.Forbidden);
    }

    private static string Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : "";

    private static Task<TestServer> StartAsync(TestFolder folder, string? users, string? upstreamAllows = null)
    {
        var options = new ProxyOptions
        {
            ForwardTo = new UpstreamTarget("http", "upstream.example", 80, ""),
            Service = "es",
            Region = "eu-central-1",
            ListenOn = new ListenAddress.Tcp(IPAddress.Loopback, 0),
            UtilityPort = 0,
            AllowOrigins = [Page],
            BasicAuthFile = users is null ? null : folder.Write("users", users),
        };
        var guard = new InboundGuard(options, new CollectingLogger(), TimeProvider.System);
        return TestServer.StartAsync(
            kestrel => Listeners.Configure(kestrel, options, null),
            async context =>
            {
                if (guard.TryAnswerPreflight(context))
                    return;

                if (guard.Check(context) is { } error)
                {
                    await error.WriteAsync(context);
                    return;
                }

                context.Response.Headers["x-amzn-requestid"] = "1";
                if (upstreamAllows is not null)
                    context.Response.Headers.AccessControlAllowOrigin = upstreamAllows;
                await context.Response.WriteAsync($"passed, Authorization: {context.Request.Headers.Authorization}");
            });
    }

    private static async Task<HttpResponseMessage> SendAsync(
        TestServer server, HttpMethod method, string? origin = null, string? basic = null, (string Method, string Headers)? preflight = null)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(method, server.Address);
        if (origin is not null)
            request.Headers.Add("Origin", origin);
        if (basic is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(basic)));
        if (preflight is { } asked)
        {
            request.Headers.Add("Access-Control-Request-Method", asked.Method);
            request.Headers.Add("Access-Control-Request-Headers", asked.Headers);
        }

        return await client.SendAsync(request);
    }
}
