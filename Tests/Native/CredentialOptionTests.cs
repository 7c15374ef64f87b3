using AwsSigV4Proxy.Tests.Fakes;
using static AwsSigV4Proxy.Tests.Native.CredentialRun;

namespace AwsSigV4Proxy.Tests.Native;

/// <summary>The options under "Credentials", in the native executable: what STS is asked, which profile signs, what ends the start.</summary>
internal sealed class CredentialOptionTests
{
    [Test]
    public async Task AssumeRole_WithEveryOption_AsksStsForThatSession()
    {
        using var home = new TestFolder();
        await using var sts = await FakeSts.StartAsync();

        var signed = await SendOneAsync(
            home, new(Keys(sts)) { ["AWS_ROLE_SESSION_NAME"] = "of-the-environment", ["AWS_REGION"] = "eu-west-1" },
            "-a", Role + "first", "-a", Role + "second", "--external-id", "ticket", "--role-session-name", "me@home",
            "--role-duration", "15m", "--sts-region", "eu-south-1");

        await Assert.That(signed.AccessKeyId).IsEqualTo("ASIASECOND2");
        await Assert.That(signed.SigningRegion).IsEqualTo("us-west-2");
        await Assert.That(Parameters(sts.Requests[0])).IsEqualTo("session me@home, id , seconds , region eu-south-1");
        await Assert.That(Parameters(sts.Requests[1])).IsEqualTo("session me@home, id ticket, seconds 900, region eu-south-1");
    }

    [Test]
    public async Task AssumeRole_WithoutThem_LeavesTheSessionToTheEnvironmentAndAws()
    {
        using var home = new TestFolder();
        await using var sts = await FakeSts.StartAsync();

        await SendOneAsync(home, new(Keys(sts)) { ["AWS_ROLE_SESSION_NAME"] = "of-the-environment" }, "-a", Role + "one");

        await Assert.That(Parameters(sts.Requests[0])).IsEqualTo("session of-the-environment, id , seconds , region us-west-2");
    }

    [Test]
    public async Task Profile_Given_AloneGivesCredentialsAndItsRegion()
    {
        using var home = new TestFolder();
        WriteTwoProfiles(home);
        await using var upstream = await RecordingUpstream.StartAsync();
        await using var proxy = await NativeProxy.StartAsync(
            upstream, home,
            new Dictionary<string, string>
            {
                ["AWS_PROFILE"] = "one",
                ["AWS_ACCESS_KEY_ID"] = "AKIAENVIRONMENT",
                ["AWS_SECRET_ACCESS_KEY"] = "x",
            },
            "--profile", "two");

        await proxy.Client.GetStringAsync("/");

        await Assert.That(upstream.Requests[0].AccessKeyId).IsEqualTo("AKIATWO");
        await Assert.That(upstream.Requests[0].SigningRegion).IsEqualTo("eu-south-2");
    }

    // The settings of the SDK's clients are the profile's too.
    [Test]
    public async Task Profile_Given_NamesTheEndpointThatItsRoleIsAssumedAt()
    {
        using var home = new TestFolder();
        await using var sts = await FakeSts.StartAsync();
        home.Write(".aws/config",
            $"[profile team]\nrole_arn = {Role}team\nsource_profile = base\nendpoint_url = {sts.Url}\n"
            + "[profile base]\naws_access_key_id = AKIABASE\naws_secret_access_key = x\n");

        await Assert.That((await SendOneAsync(home, [], "--profile", "team")).AccessKeyId).IsEqualTo("ASIATEAM1");
    }

    [Test]
    [Arguments("three", "there is no 'three'", "correct --profile")]
    [Arguments("default", "there is no 'default'", "correct --profile")]
    [Arguments("empty", "'empty' names no credentials", "leave out --profile")]
    public async Task Profile_ThatGivesNothing_NeverFallsThroughToTheEnvironment(string profile, string reason, string advice)
    {
        using var home = new TestFolder();
        WriteTwoProfiles(home);

        var detail = await RefuseOneAsync(
            home, new() { ["AWS_ACCESS_KEY_ID"] = "AKIAENVIRONMENT", ["AWS_SECRET_ACCESS_KEY"] = "x" }, "--profile", profile);

        await Assert.That(detail).Contains(reason).And.Contains(advice);
    }

    [Test]
    public async Task RequireCredentials_NoneAnywhere_EndsTheStartAndNamesEveryProvider()
    {
        using var home = new TestFolder();

        var error = await FailToStartAsync(home, new() { ["HOME"] = "/nowhere" });

        await Assert.That(error).StartsWith("error: No AWS credentials: environment: ").And.Contains("\nhint: leave out --require-credentials");
        foreach (var provider in (string[])["web identity: ", "profile: ", "container: ", "EC2 instance metadata: "])
            await Assert.That(error).Contains(provider);
    }

    [Test]
    public async Task RequireCredentials_ProviderThatFails_EndsTheStartWithItsReason()
    {
        await using var sts = await FakeSts.StartAsync();
        sts.Error = "AccessDenied";
        sts.ErrorMessage = "User: x is not authorized";

        using var home = new TestFolder();

        await Assert.That(await FailToStartAsync(home, Keys(sts), "-a", Role + "one"))
            .StartsWith($"error: No AWS credentials: --assume-role: role {Role}one cannot be assumed").And.Contains("AccessDenied");
    }

    [Test]
    public async Task RequireCredentials_ThereAreSome_StartsAndFetchesOnce()
    {
        using var home = new TestFolder();
        await using var ecs = await FakeEcs.StartAsync();

        var signed = await SendOneAsync(
            home, new() { ["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = ecs.Url }, "--require-credentials");

        await Assert.That(signed.AccessKeyId).IsEqualTo("ASIACONTAINER");
        await Assert.That(ecs.Requests.Count).IsEqualTo(1);
    }

    private static void WriteTwoProfiles(TestFolder home) => home.Write(".aws/config",
        "[profile one]\naws_access_key_id = AKIAONE\naws_secret_access_key = x\nregion = eu-south-1\n"
        + "[profile two]\naws_access_key_id = AKIATWO\naws_secret_access_key = x\nregion = eu-south-2\n"
        + "[profile empty]\noutput = json\n");

    private static Dictionary<string, string> Keys(FakeSts sts) => new()
    {
        ["AWS_ACCESS_KEY_ID"] = "AKIABASE",
        ["AWS_SECRET_ACCESS_KEY"] = "secret-of-base",
        ["AWS_ENDPOINT_URL_STS"] = sts.Url,
    };

    private static string Parameters(RecordedRequest request) =>
        $"session {FakeSts.Parameter(request, "RoleSessionName")}, id {FakeSts.Parameter(request, "ExternalId")}, "
        + $"seconds {FakeSts.Parameter(request, "DurationSeconds")}, region {request.SigningRegion}";
}
