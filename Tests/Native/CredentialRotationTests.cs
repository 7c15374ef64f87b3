using System.Net;
using AwsSigV4Proxy.Tests.Fakes;

namespace AwsSigV4Proxy.Tests.Native;

/// <summary>Files that credentials come from, replaced while the native executable runs.</summary>
internal sealed class CredentialRotationTests
{
    private const string Role = "arn:aws:iam::123456789012:role/pod";

    [Test]
    public async Task CredentialsFile_Edited_TheNewKeysSign()
    {
        using var home = new TestFolder();
        home.Write(".aws/credentials", Profile("AKIAOLD"));
        await using var upstream = await RecordingUpstream.StartAsync();
        await using var proxy = await StartAsync(upstream, home, []);
        await proxy.Client.GetStringAsync("/");

        home.Write(".aws/credentials", Profile("AKIANEWER"));

        await UntilAsync(proxy, () => upstream.Requests[^1].AccessKeyId == "AKIANEWER");
        await Assert.That(upstream.Requests[0].AccessKeyId).IsEqualTo("AKIAOLD");
    }

    [Test]
    public async Task CredentialsFile_WrittenOnlyThen_EndsTheRefusals()
    {
        using var home = new TestFolder();
        await using var upstream = await RecordingUpstream.StartAsync();
        await using var proxy = await StartAsync(upstream, home, []);
        using var refused = await proxy.Client.GetAsync("/");

        home.Write(".aws/credentials", Profile("AKIAFIRST"));
        await UntilAsync(proxy, () => upstream.Requests.Count > 0);

        await Assert.That(refused.StatusCode).IsEqualTo(HttpStatusCode.ServiceUnavailable);
        await Assert.That(upstream.Requests[0].AccessKeyId).IsEqualTo("AKIAFIRST");
    }

    [Test]
    public async Task WebIdentityToken_RotatedAsInKubernetes_TheNewOneIsSentToSts()
    {
        using var home = new TestFolder();
        await using var sts = await FakeSts.StartAsync();
        await using var upstream = await RecordingUpstream.StartAsync();
        home.Write("..1/token", "first-token");
        Directory.CreateSymbolicLink(home["..data"], home["..1"]);
        File.CreateSymbolicLink(home["token"], home["..data/token"]);
        await using var proxy = await StartAsync(upstream, home, new()
        {
            ["AWS_WEB_IDENTITY_TOKEN_FILE"] = home["token"],
            ["AWS_ROLE_ARN"] = Role,
            ["AWS_ENDPOINT_URL_STS"] = sts.Url,
        });
        await proxy.Client.GetStringAsync("/");

        home.Write("..2/token", "second-token");
        Directory.CreateSymbolicLink(home["..data_tmp"], home["..2"]);
        // What the kubelet does in one step; .NET cannot rename over a link to a folder.
        Directory.Delete(home["..data"]);
        Directory.Move(home["..data_tmp"], home["..data"]);

        await UntilAsync(proxy, () => FakeSts.Parameter(sts.Requests[^1], "WebIdentityToken") == "second-token");
        await UntilAsync(proxy, () => upstream.Requests[^1].AccessKeyId != "ASIAPOD1");
        await Assert.That(FakeSts.Parameter(sts.Requests[0], "WebIdentityToken")).IsEqualTo("first-token");
    }

    [Test]
    public async Task WebIdentityTokenOfAProfile_Rotated_TheNewOneIsSentToSts()
    {
        using var home = new TestFolder();
        await using var sts = await FakeSts.StartAsync();
        await using var upstream = await RecordingUpstream.StartAsync();
        home.Write(".aws/config",
            $"[default]\nrole_arn = {Role}-2\nsource_profile = web\n"
            + $"[profile web]\nrole_arn = {Role}\nweb_identity_token_file = {home.Write("token", "first-token")}\n");
        await using var proxy = await StartAsync(upstream, home, new() { ["AWS_ENDPOINT_URL_STS"] = sts.Url });
        await proxy.Client.GetStringAsync("/");
        var before = sts.Requests.Count;

        home.Write("token", "second-token");

        await UntilAsync(proxy, () => FakeSts.Parameter(sts.Requests[^2], "WebIdentityToken") == "second-token");
        // That the token is named in the profile was no change of its own.
        await Assert.That(sts.Requests.Count).IsEqualTo(before + 2);
    }

    [Test]
    public async Task ContainerToken_Rotated_TheNewOneIsSent()
    {
        using var home = new TestFolder();
        await using var ecs = await FakeEcs.StartAsync();
        ecs.AuthorizationToken = "first-token";
        await using var upstream = await RecordingUpstream.StartAsync();
        await using var proxy = await StartAsync(upstream, home, new()
        {
            ["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = ecs.Url + "/v1/credentials",
            ["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = home.Write("token", "first-token"),
        });
        await proxy.Client.GetStringAsync("/");

        ecs.AuthorizationToken = "second-token";
        home.Write("token", "second-token");

        await UntilAsync(proxy, () => ecs.Requests[^1].Headers["Authorization"] == "second-token");
        await Assert.That(ecs.Requests[0].Headers["Authorization"]).IsEqualTo("first-token");
    }

    [Test]
    public async Task SsoLogin_WhileRunning_EndsTheRefusals()
    {
        using var home = new TestFolder();
        await using var sso = await FakeSso.StartAsync();
        await using var upstream = await RecordingUpstream.StartAsync();
        CredentialRun.WriteSsoProfile(home);
        await using var proxy = await StartAsync(upstream, home, CredentialRun.Sso(sso));
        using var refused = await proxy.Client.GetAsync("/");

        CredentialRun.WriteSsoToken(home, "corporation", sso.AccessToken, DateTimeOffset.UtcNow.AddHours(8));
        await UntilAsync(proxy, () => upstream.Requests.Count > 0);

        await Assert.That(await refused.Content.ReadAsStringAsync()).Contains("aws sso login");
        await Assert.That(upstream.Requests[0].AccessKeyId).IsEqualTo("ASIASSO");
    }

    [Test]
    public async Task SsoCache_LoggedInAsAnother_TheNewTokenIsUsed()
    {
        using var home = new TestFolder();
        await using var sso = await FakeSso.StartAsync();
        await using var upstream = await RecordingUpstream.StartAsync();
        CredentialRun.WriteSsoProfile(home);
        CredentialRun.WriteSsoToken(home, "corporation", sso.AccessToken, DateTimeOffset.UtcNow.AddHours(8));
        await using var proxy = await StartAsync(upstream, home, CredentialRun.Sso(sso));
        await proxy.Client.GetStringAsync("/");

        (sso.AccessToken, sso.AccessKeyId) = ("another-access-token", "ASIAANOTHER");
        CredentialRun.WriteSsoToken(home, "corporation", sso.AccessToken, DateTimeOffset.UtcNow.AddHours(8));

        await UntilAsync(proxy, () => upstream.Requests[^1].AccessKeyId == "ASIAANOTHER");
        await Assert.That(upstream.Requests[0].AccessKeyId).IsEqualTo("ASIASSO");
    }

    private static string Profile(string accessKeyId) =>
        $"[default]\naws_access_key_id = {accessKeyId}\naws_secret_access_key = secret-of-{accessKeyId}\n";

    private static Task<NativeProxy> StartAsync(RecordingUpstream upstream, TestFolder home, Dictionary<string, string> environment) =>
        NativeProxy.StartAsync(upstream, home, environment, "-r", "us-west-2");

    /// <summary>Sends requests, a few each second, until what they led to is there; the limit only ends a test that fails.</summary>
    private static async Task UntilAsync(NativeProxy proxy, Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            using var answer = await proxy.Client.GetAsync("/", limit.Token);
            if (condition())
                return;
            await Task.Delay(TimeSpan.FromMilliseconds(100), limit.Token);
        }
    }
}
