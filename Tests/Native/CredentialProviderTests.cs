using AwsSigV4Proxy.Tests.Fakes;
using static AwsSigV4Proxy.Tests.Native.CredentialRun;

namespace AwsSigV4Proxy.Tests.Native;

/// <summary>Every provider of the default chain, in the native executable: which access key signs what reaches the upstream.</summary>
internal sealed class CredentialProviderTests
{
    [Test]
    [Arguments("AWS_SESSION_TOKEN")]
    [Arguments("AWS_SECURITY_TOKEN")]
    public async Task Environment_SessionCredentials_SignTheRequest(string token)
    {
        using var home = new TestFolder();
        var signed = await SendOneAsync(home, new()
        {
            ["AWS_ACCESS_KEY_ID"] = "ASIAENVIRONMENT",
            ["AWS_SECRET_ACCESS_KEY"] = "secret-of-environment",
            [token] = "token-of-environment",
        });

        await Assert.That(signed.AccessKeyId).IsEqualTo("ASIAENVIRONMENT");
        await Assert.That(signed.SecurityToken).IsEqualTo("token-of-environment");
    }

    [Test]
    public async Task CredentialsFile_DefaultProfile_SignsWithoutToken()
    {
        using var home = new TestFolder();
        home.Write(".aws/credentials", "[default]\naws_access_key_id = AKIAFILE\naws_secret_access_key = secret-of-file\n");

        var signed = await SendOneAsync(home, []);

        await Assert.That(signed.AccessKeyId).IsEqualTo("AKIAFILE");
        await Assert.That(signed.SecurityToken).IsNull();
    }

    [Test]
    public async Task CredentialsFile_NamedElsewhere_LeavesConfigInHome()
    {
        using var home = new TestFolder();
        var path = home.Write("elsewhere/keys", "[default]\naws_access_key_id = AKIAELSEWHERE\naws_secret_access_key = x\n");
        home.Write(".aws/config", "[default]\nregion = sa-east-1\n");
        await using var upstream = await RecordingUpstream.StartAsync();
        await using var proxy = await NativeProxy.StartAsync(
            upstream, home, new Dictionary<string, string> { ["AWS_SHARED_CREDENTIALS_FILE"] = path });

        await proxy.Client.GetStringAsync("/");

        await Assert.That(upstream.Requests[0].AccessKeyId).IsEqualTo("AKIAELSEWHERE");
        await Assert.That(upstream.Requests[0].SigningRegion).IsEqualTo("sa-east-1");
    }

    [Test]
    public async Task Profile_RoleOnSourceProfile_IsAssumedWithTheSourcesKeys()
    {
        using var home = new TestFolder();
        await using var sts = await FakeSts.StartAsync();
        home.Write(".aws/credentials", "[base]\naws_access_key_id = AKIABASE\naws_secret_access_key = secret-of-base\n");
        home.Write(".aws/config",
            $"[profile app]\nrole_arn = {Role}app\nsource_profile = middle\nexternal_id = ticket\nrole_session_name = me\nduration_seconds = 1800\nregion = eu-north-1\n"
            + $"[profile middle]\nrole_arn = {Role}middle\nsource_profile = base\n");

        var signed = await SendOneAsync(home, new() { ["AWS_PROFILE"] = "app", ["AWS_ENDPOINT_URL_STS"] = sts.Url });

        await Assert.That(signed.AccessKeyId).IsEqualTo("ASIAAPP2");
        await Assert.That(signed.SecurityToken).IsEqualTo("token-of-ASIAAPP2");
        await Assert.That(sts.Requests[0].AccessKeyId).IsEqualTo("AKIABASE");
        await Assert.That(sts.Requests[1].AccessKeyId).IsEqualTo("ASIAMIDDLE1");
        await Assert.That(sts.Requests[1].SigningRegion).IsEqualTo("eu-north-1");
        await Assert.That(FakeSts.Parameter(sts.Requests[1], "ExternalId")).IsEqualTo("ticket");
        await Assert.That(FakeSts.Parameter(sts.Requests[1], "RoleSessionName")).IsEqualTo("me");
        await Assert.That(FakeSts.Parameter(sts.Requests[1], "DurationSeconds")).IsEqualTo("1800");
    }

    [Test]
    public async Task Profile_RoleOnCredentialSource_IsAssumedWithTheInstancesKeys()
    {
        using var home = new TestFolder();
        await using var imds = await FakeImds.StartAsync();
        await using var sts = await FakeSts.StartAsync();
        home.Write(".aws/config", $"[default]\nrole_arn = {Role}app\ncredential_source = Ec2InstanceMetadata\n");

        var signed = await SendOneAsync(home, new(Metadata(imds)) { ["AWS_ENDPOINT_URL_STS"] = sts.Url });

        await Assert.That(signed.AccessKeyId).IsEqualTo("ASIAAPP1");
        await Assert.That(sts.Requests[0].AccessKeyId).IsEqualTo("ASIAINSTANCE");
    }

    [Test]
    public async Task CredentialProcess_PrintsCredentials_SignTheRequest()
    {
        using var home = new TestFolder();
        var json = home.Write("answer.json",
            """{"Version":1,"AccessKeyId":"ASIAPROCESS","SecretAccessKey":"x","SessionToken":"token-of-process","Expiration":"2999-01-01T00:00:00Z"}""");
        home.Write(".aws/config", $"[profile tool]\ncredential_process = cat \"{json}\"\n");

        var signed = await SendOneAsync(home, new() { ["AWS_PROFILE"] = "tool" });

        await Assert.That(signed.AccessKeyId).IsEqualTo("ASIAPROCESS");
        await Assert.That(signed.SecurityToken).IsEqualTo("token-of-process");
    }

    [Test]
    public async Task CredentialProcess_Fails_AnswersWithStatusAndKeepsItsOutputSecret()
    {
        using var home = new TestFolder();
        home.Write(".aws/config", "[profile tool]\ncredential_process = sh -c 'echo hidden-secret >&2; echo hidden-secret; exit 3'\n");

        var detail = await RefuseOneAsync(home, new() { ["AWS_PROFILE"] = "tool" });

        await Assert.That(detail).Contains("ended with status 3").And.DoesNotContain("hidden-secret");
    }

    [Test]
    public async Task Sso_SessionWithCachedToken_GivesTheRolesCredentials()
    {
        using var home = new TestFolder();
        await using var sso = await FakeSso.StartAsync();
        WriteSsoSession(home, sso.AccessToken, DateTimeOffset.UtcNow.AddHours(8));

        var signed = await SendOneAsync(home, Sso(sso));

        await Assert.That(signed.AccessKeyId).IsEqualTo("ASIASSO");
        await Assert.That(signed.SecurityToken).IsEqualTo("token-of-ASIASSO");
        await Assert.That(sso.Requests[0].Target).Contains("account_id=123456789012").And.Contains("role_name=developer");
    }

    [Test]
    public async Task Sso_TokenExpired_IsRenewedByItsRefreshToken()
    {
        using var home = new TestFolder();
        await using var sso = await FakeSso.StartAsync();
        WriteSsoSession(home, "old-access-token", DateTimeOffset.UtcNow.AddHours(-1));

        var signed = await SendOneAsync(home, Sso(sso));

        await Assert.That(signed.AccessKeyId).IsEqualTo("ASIASSO");
        await Assert.That(sso.Requests[0].Target).IsEqualTo("/token");
        await Assert.That(sso.Requests[0].Body).Contains("refresh_token");
    }

    [Test]
    public async Task Sso_NoToken_AnswersWithTheLoginToRun()
    {
        using var home = new TestFolder();
        await using var sso = await FakeSso.StartAsync();
        WriteSsoProfile(home);

        await Assert.That(await RefuseOneAsync(home, Sso(sso))).Contains("aws sso login --profile work");
    }

    [Test]
    public async Task Sso_LegacyProfile_GivesTheRolesCredentials()
    {
        using var home = new TestFolder();
        await using var sso = await FakeSso.StartAsync();
        const string StartUrl = "https://example.awsapps.com/start";
        home.Write(".aws/config",
            $"[profile work]\nsso_start_url = {StartUrl}\nsso_region = us-east-1\nsso_account_id = 123456789012\nsso_role_name = developer\n");
        WriteSsoToken(home, StartUrl, sso.AccessToken, DateTimeOffset.UtcNow.AddHours(8));

        var signed = await SendOneAsync(home, Sso(sso));

        await Assert.That(signed.AccessKeyId).IsEqualTo("ASIASSO");
    }

    [Test]
    public async Task WebIdentity_ByEnvironment_IsAssumedWithTheTokenUnsigned()
    {
        using var home = new TestFolder();
        await using var sts = await FakeSts.StartAsync();

        var signed = await SendOneAsync(home, new()
        {
            ["AWS_WEB_IDENTITY_TOKEN_FILE"] = home.Write("token", "web-identity-token\n"),
            ["AWS_ROLE_ARN"] = Role + "pod",
            ["AWS_ROLE_SESSION_NAME"] = "pod one",
            ["AWS_REGION"] = "eu-west-3",
            ["AWS_ENDPOINT_URL_STS"] = sts.Url,
        });

        await Assert.That(signed.AccessKeyId).IsEqualTo("ASIAPOD1");
        await Assert.That(sts.Requests[0].AccessKeyId).IsNull();
        await Assert.That(FakeSts.Parameter(sts.Requests[0], "WebIdentityToken")).IsEqualTo("web-identity-token");
        await Assert.That(FakeSts.Parameter(sts.Requests[0], "RoleSessionName")).IsEqualTo("pod-one");
    }

    [Test]
    public async Task WebIdentity_ByProfile_IsAssumedWithTheToken()
    {
        using var home = new TestFolder();
        await using var sts = await FakeSts.StartAsync();
        var token = home.Write("token", "web-identity-token");
        home.Write(".aws/config", $"[default]\nrole_arn = {Role}pod\nweb_identity_token_file = {token}\n");

        var signed = await SendOneAsync(home, new() { ["AWS_ENDPOINT_URL"] = sts.Url });

        await Assert.That(signed.AccessKeyId).IsEqualTo("ASIAPOD1");
    }

    [Test]
    public async Task Container_FullUriWithTokenFile_SendsTheToken()
    {
        using var home = new TestFolder();
        await using var ecs = await FakeEcs.StartAsync();
        ecs.AuthorizationToken = "pod-identity-token";

        var signed = await SendOneAsync(home, new()
        {
            ["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = ecs.Url + "/v1/credentials",
            ["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = home.Write("token", "pod-identity-token"),
        });

        await Assert.That(signed.AccessKeyId).IsEqualTo("ASIACONTAINER");
        await Assert.That(signed.SecurityToken).IsEqualTo("token-of-ASIACONTAINER");
        await Assert.That(ecs.Requests[0].Target).IsEqualTo("/v1/credentials");
    }

    [Test]
    public async Task InstanceMetadata_Version2_GivesCredentialsAndRegion()
    {
        using var home = new TestFolder();
        await using var imds = await FakeImds.StartAsync();
        await using var upstream = await RecordingUpstream.StartAsync();
        await using var proxy = await NativeProxy.StartAsync(upstream, home, Metadata(imds));

        await proxy.Client.GetStringAsync("/");

        await Assert.That(upstream.Requests[0].AccessKeyId).IsEqualTo("ASIAINSTANCE");
        await Assert.That(upstream.Requests[0].SecurityToken).IsEqualTo("token-of-ASIAINSTANCE");
        await Assert.That(upstream.Requests[0].SigningRegion).IsEqualTo("ap-southeast-2");
        await Assert.That(imds.Requests.Where(r => r.Method == "GET").All(r => r.Headers.ContainsKey("x-aws-ec2-metadata-token"))).IsTrue();
    }

    [Test]
    [Arguments(403, "instance-role", "IMDSv2")]
    [Arguments(200, null, "attach an instance profile")]
    public async Task InstanceMetadata_NothingToGive_AnswersWithWhatToDo(int tokenStatus, string? role, string advice)
    {
        using var home = new TestFolder();
        await using var imds = await FakeImds.StartAsync();
        imds.TokenStatus = tokenStatus;
        imds.Role = role;

        await Assert.That(await RefuseOneAsync(home, Metadata(imds))).Contains(advice);
    }

    [Test]
    public async Task InstanceMetadata_Disabled_IsNeverAsked()
    {
        using var home = new TestFolder();
        await using var imds = await FakeImds.StartAsync();

        var detail = await RefuseOneAsync(home, new(Metadata(imds)) { ["AWS_EC2_METADATA_DISABLED"] = "true" });

        await Assert.That(detail).Contains("AWS_EC2_METADATA_DISABLED");
        await Assert.That(imds.Requests).IsEmpty();
    }

    [Test]
    public async Task AssumeRole_SignatureRefused_KeepsTheSecretsOfTheAnswerToItself()
    {
        using var home = new TestFolder();
        await using var sts = await FakeSts.StartAsync();
        sts.Error = "SignatureDoesNotMatch";
        sts.ErrorMessage = "The Canonical String should have been x-amz-security-token:hidden-token";

        var detail = await RefuseOneAsync(
            home,
            new()
            {
                ["AWS_ACCESS_KEY_ID"] = "ASIABASE",
                ["AWS_SECRET_ACCESS_KEY"] = "hidden-secret",
                ["AWS_SESSION_TOKEN"] = "hidden-token",
                ["AWS_ENDPOINT_URL_STS"] = sts.Url,
            },
            "-a",
            Role + "first");

        await Assert.That(detail).Contains("SignatureDoesNotMatch").And.Contains("role/first").And.DoesNotContain("hidden");
    }

    [Test]
    public async Task AssumeRole_TwoRoles_AreAssumedOneWithTheOther()
    {
        using var home = new TestFolder();
        await using var sts = await FakeSts.StartAsync();
        var environment = new Dictionary<string, string>
        {
            ["AWS_ACCESS_KEY_ID"] = "AKIABASE",
            ["AWS_SECRET_ACCESS_KEY"] = "secret-of-base",
            ["AWS_ENDPOINT_URL_STS"] = sts.Url,
        };

        var signed = await SendOneAsync(home, environment, "-a", Role + "first", "-a", Role + "second");

        await Assert.That(signed.AccessKeyId).IsEqualTo("ASIASECOND2");
        await Assert.That(signed.SecurityToken).IsEqualTo("token-of-ASIASECOND2");
        await Assert.That(sts.Requests[0].AccessKeyId).IsEqualTo("AKIABASE");
        await Assert.That(sts.Requests[1].AccessKeyId).IsEqualTo("ASIAFIRST1");
        await Assert.That(sts.Requests[1].SecurityToken).IsEqualTo("token-of-ASIAFIRST1");
        await Assert.That(sts.Requests[0].SigningRegion).IsEqualTo("us-west-2");
        await Assert.That(FakeSts.Parameter(sts.Requests[0], "RoleSessionName")).StartsWith("aws-sigv4-proxy-");
    }

    [Test]
    public async Task Credentials_WhileFresh_AreNotFetchedAgain()
    {
        using var home = new TestFolder();
        await using var ecs = await FakeEcs.StartAsync();
        await using var upstream = await RecordingUpstream.StartAsync();
        await using var proxy = await NativeProxy.StartAsync(
            upstream, home, new Dictionary<string, string> { ["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = ecs.Url }, "-r", "us-west-2");

        for (var i = 0; i < 20; i++)
            await proxy.Client.GetStringAsync("/");

        await Assert.That(upstream.Requests.Count).IsEqualTo(20);
        await Assert.That(ecs.Requests.Count).IsEqualTo(1);
    }
}
