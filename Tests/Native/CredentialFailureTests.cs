using AwsSigV4Proxy.Tests.Fakes;
using static AwsSigV4Proxy.Tests.Native.CredentialRun;

namespace AwsSigV4Proxy.Tests.Native;

/// <summary>
/// The endpoints that providers ask, when they fail: what the 503 and the log then say. No answer of theirs is ever shown,
/// since any may hold a secret; here each does.
/// </summary>
internal sealed class CredentialFailureTests
{
    private const string Expired =
        """{"Code":"Success","AccessKeyId":"ASIAOLD","SecretAccessKey":"hidden","Token":"hidden","Expiration":"2020-01-01T00:00:00Z"}""";

    [Test]
    [Arguments(401, """{"code":"AuthFailure","message":"hidden"}""", "answered 401 (AuthFailure); check the authorization token")]
    [Arguments(403, "hidden", "answered 403; check the authorization token")]
    [Arguments(404, """{"code":"hidden by a space"}""", "answered 404; check the URI")]
    [Arguments(500, "hidden", "answered 500; try again later")]
    [Arguments(200, "<html>hidden", "is not the JSON that AWS describes")]
    [Arguments(200, "null", "is not the JSON that AWS describes")]
    [Arguments(200, """{"AccessKeyId":"hidden","SecretAccessKey":null}""", "holds no credentials")]
    [Arguments(200, Expired, "have expired at 2020-01-01")]
    [Arguments(0, "", "did not answer (timeout)")]
    public async Task Container_Fails_SaysHowAndWhatToDo(int status, string text, string expected)
    {
        using var home = new TestFolder();
        await using var ecs = await FakeEcs.StartAsync();
        ecs.Fault = _ => (status, text);

        var detail = await RefuseOneAsync(home, new()
        {
            ["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = ecs.Url + "/secret-path",
            ["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "hidden",
        });

        await Assert.That(detail).Contains("No AWS credentials: ").And.Contains("container").And.Contains(expected);
        await Assert.That(detail).DoesNotContain("hidden").And.DoesNotContain("secret-path");
    }

    [Test]
    [Arguments("refused", "did not answer (ConnectionRefused)")]
    [Arguments("http://192.0.2.1/", "http://192.0.2.1 is neither https, nor loopback")]
    [Arguments("http://user:hidden@127.0.0.1/", "is not an http or https URL")]
    [Arguments("hidden", "is not an http or https URL")]
    public async Task Container_UriThatCannotBeAsked_SaysWhy(string uri, string expected)
    {
        using var home = new TestFolder();
        var detail = await RefuseOneAsync(
            home, new() { ["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = uri == "refused" ? $"http://127.0.0.1:{FreePort.Find()}/" : uri });

        await Assert.That(detail).Contains(expected).And.DoesNotContain("hidden");
    }

    [Test]
    [Arguments(null, "cannot be read (FileNotFoundException); check AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")]
    [Arguments("\n", "is empty")]
    [Arguments("hidden\r\nX-Other: hidden", "holds a line break")]
    [Arguments("hiddén", "another character that no header takes")]
    public async Task Container_TokenFileThatGivesNone_IsNamed(string? content, string expected)
    {
        using var home = new TestFolder();
        await using var ecs = await FakeEcs.StartAsync();
        var file = content is null ? home["token"] : home.Write("token", content);

        var detail = await RefuseOneAsync(home, new()
        {
            ["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = ecs.Url,
            ["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = file,
            ["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "of-the-environment",
        });

        await Assert.That(detail).Contains(file).And.Contains(expected).And.DoesNotContain("hidd");
        await Assert.That(ecs.Requests).IsEmpty();
    }

    [Test]
    [Arguments(500, "hidden", "answered 500")]
    [Arguments(200, "<html>hidden", "the answer for role instance-role is not the JSON that AWS describes")]
    [Arguments(200, """{"Code":"AssumeRoleUnauthorizedAccess","Message":"hidden"}""", "(AssumeRoleUnauthorizedAccess); check the role's trust policy for EC2")]
    [Arguments(0, "", "did not answer (timeout)")]
    public async Task InstanceMetadata_CredentialsFail_SaysHow(int status, string text, string expected)
    {
        using var home = new TestFolder();
        await using var imds = await FakeImds.StartAsync();
        imds.Fault = request => request.Target.EndsWith("/instance-role", StringComparison.Ordinal) ? (status, text) : null;

        await Assert.That(await RefuseOneAsync(home, Metadata(imds))).Contains(expected).And.DoesNotContain("hidden");
    }

    // During an outage of the service AWS takes them longer than they say.
    [Test]
    public async Task InstanceMetadata_GivesExpiredCredentials_AreUsedAndToldOf()
    {
        using var home = new TestFolder();
        await using var imds = await FakeImds.StartAsync();
        imds.Fault = request => request.Target.EndsWith("/instance-role", StringComparison.Ordinal) ? (200, Expired) : null;
        await using var upstream = await RecordingUpstream.StartAsync();
        await using var proxy = await NativeProxy.StartAsync(upstream, home, Metadata(imds));

        await proxy.Client.GetStringAsync("/");

        await Assert.That(upstream.Requests[0].AccessKeyId).IsEqualTo("ASIAOLD");
        await Assert.That(proxy.Output).Contains("(expired at 2020-01-01 00:00:00Z, and instance metadata gives no newer ones); they expire at 2");
    }

    // A network that asks to log in answers everything with its page.
    [Test]
    [Arguments("PUT", "<html>hidden\nhidden", "is no token: something else answers there")]
    [Arguments("GET", "<html>hidden", "is no role's name: something else answers there")]
    public async Task InstanceMetadata_SomethingElseAnswers_SaysSo(string method, string text, string expected)
    {
        using var home = new TestFolder();
        await using var imds = await FakeImds.StartAsync();
        imds.Fault = request => request.Method == method ? (200, text) : null;

        await Assert.That(await RefuseOneAsync(home, Metadata(imds))).Contains(expected).And.DoesNotContain("hidden");
    }

    // Version 1 gives credentials to whoever makes an instance send a GET.
    [Test]
    [Arguments(404)]
    [Arguments(405)]
    [Arguments(0)]
    public async Task InstanceMetadata_NoVersion2_NeverFallsBackToVersion1(int tokenStatus)
    {
        using var home = new TestFolder();
        await using var imds = await FakeImds.StartAsync();
        imds.Fault = request => request.Method == "PUT" ? (tokenStatus, "") : (200, "instance-role");

        var detail = await RefuseOneAsync(home, new(Metadata(imds)) { ["AWS_EC2_METADATA_V1_DISABLED"] = "false" });

        await Assert.That(detail).Contains(tokenStatus == 0 ? "did not answer (timeout)" : $"refused a token with status {tokenStatus}");
        await Assert.That(imds.Requests.All(static request => request.Method == "PUT")).IsTrue();
    }

    [Test]
    [Arguments(403, "AccessDenied", "AccessDenied: who may not; check the role's trust policy")]
    [Arguments(400, "ExpiredTokenException", "ExpiredTokenException: the credentials or the token it was asked with have expired")]
    [Arguments(400, "InvalidIdentityToken", "InvalidIdentityToken: who may not; check the identity provider")]
    [Arguments(500, "InternalFailure", "InternalFailure, status 500")]
    [Arguments(200, "<html>hidden", "its answer is not what AWS describes")]
    [Arguments(200, "<AssumeRoleWithWebIdentityResponse/>", "its answer is not what AWS describes")]
    [Arguments(200, "<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>A</AccessKeyId></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>", "its answer is not what AWS describes")]
    [Arguments(200, "<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials><Expiration>hidden</Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>", "its answer is not what AWS describes")]
    [Arguments(502, "<html>hidden", "502 with no error of AWS's")]
    public async Task WebIdentity_StsFails_SaysHow(int status, string codeOrText, string expected)
    {
        using var home = new TestFolder();
        await using var sts = await FakeSts.StartAsync();
        sts.Fault = _ => (status, codeOrText[0] == '<' ? codeOrText : $"<ErrorResponse><Error><Code>{codeOrText}</Code><Message>who may not</Message></Error></ErrorResponse>");

        var detail = await RefuseOneAsync(home, WebIdentity(home, sts.Url));

        await Assert.That(detail).Contains($"web identity: role {Role}pod cannot be assumed").And.Contains(expected).And.DoesNotContain("hidden");
    }

    [Test]
    public async Task WebIdentity_StsRefusesTheConnection_SaysSo()
    {
        using var home = new TestFolder();

        await Assert.That(await RefuseOneAsync(home, WebIdentity(home, $"http://127.0.0.1:{FreePort.Find()}")))
            .Contains("cannot be reached (ConnectionRefused)");
    }

    [Test]
    [Arguments("HTTPS_PROXY")]
    [Arguments("ALL_PROXY")]
    public async Task WebIdentity_ProxyRefusesTheConnection_IsNamedByItsVariable(string variable)
    {
        using var home = new TestFolder();
        var environment = WebIdentity(home, "");
        environment.Remove("AWS_ENDPOINT_URL_STS");
        environment["AWS_REGION"] = "us-west-2";
        environment[variable] = $"http://user:hidden@127.0.0.1:{FreePort.Find()}";

        await Assert.That(await RefuseOneAsync(home, environment))
            .Contains($"cannot be reached (ConnectionRefused) through the proxy that {variable} names").And.DoesNotContain("hidden");
    }

    [Test]
    [Arguments("", "is empty")]
    [Arguments(null, "cannot be read (FileNotFoundException)")]
    public async Task WebIdentity_TokenFileThatGivesNone_IsNamed(string? content, string expected)
    {
        using var home = new TestFolder();
        var environment = WebIdentity(home, "http://127.0.0.1:1");
        if (content is null)
            File.Delete(home["token"]);
        else
            home.Write("token", content);

        await Assert.That(await RefuseOneAsync(home, environment)).Contains(home["token"]).And.Contains(expected);
    }

    [Test]
    [Arguments(401, "UnauthorizedException", "its SSO session has ended; run `aws sso login --profile work`")]
    [Arguments(403, "ForbiddenException", "SSO does not let you use role developer in account 123456789012")]
    [Arguments(404, "ResourceNotFoundException", "SSO: ResourceNotFoundException, status 404")]
    [Arguments(500, "", "SSO: ")]
    [Arguments(200, "", "SSO: ")]
    public async Task Sso_RoleIsNotGiven_SaysWhy(int status, string code, string expected)
    {
        using var home = new TestFolder();
        await using var sso = await FakeSso.StartAsync();
        sso.Fault = _ => (status, $$"""{"__type":"{{code}}","message":"hidden"}""");
        WriteSsoSession(home, sso.AccessToken, DateTimeOffset.UtcNow.AddHours(8));

        await Assert.That(await RefuseOneAsync(home, Sso(sso))).Contains(expected).And.DoesNotContain("hidden");
    }

    [Test]
    public async Task Sso_AnswersWithoutCredentials_SaysSo()
    {
        using var home = new TestFolder();
        await using var sso = await FakeSso.StartAsync();
        sso.Fault = static _ => (200, "{}");
        WriteSsoSession(home, sso.AccessToken, DateTimeOffset.UtcNow.AddHours(8));

        await Assert.That(await RefuseOneAsync(home, Sso(sso))).Contains("SSO: its answer is not what AWS describes");
    }

    [Test]
    public async Task Sso_SessionCannotBeRenewed_AnswersWithTheLoginToRun()
    {
        using var home = new TestFolder();
        await using var sso = await FakeSso.StartAsync();
        sso.Fault = _ => (400, """{"__type":"InvalidGrantException","error":"invalid_grant","error_description":"hidden"}""");
        WriteSsoSession(home, "old-access-token", DateTimeOffset.UtcNow.AddHours(-1));

        await Assert.That(await RefuseOneAsync(home, Sso(sso))).Contains("run `aws sso login --profile work`").And.DoesNotContain("hidden");
    }

    [Test]
    [Arguments("web identity", "error: No AWS credentials: web identity: role ")]
    [Arguments("--assume-role", "error: No AWS credentials: --assume-role: role ")]
    public async Task Sts_NeverAnswers_IsNamedWhenItsTimeIsUp(string asker, string expected)
    {
        using var home = new TestFolder();
        await using var sts = await FakeSts.StartAsync();
        sts.Fault = static _ => (0, "");
        var environment = asker == "web identity"
            ? WebIdentity(home, sts.Url)
            : new() { ["AWS_ACCESS_KEY_ID"] = "AKIABASE", ["AWS_SECRET_ACCESS_KEY"] = "hidden", ["AWS_ENDPOINT_URL_STS"] = sts.Url };

        var error = await FailToStartAsync(home, environment, asker == "web identity" ? [] : ["-a", Role + "pod"]);

        await Assert.That(error).Contains(expected).And.Contains($"STS at {sts.Url}/: did not answer in time").And.DoesNotContain("hidden");
        await Assert.That(sts.Requests.Count).IsEqualTo(2);
    }

    [Test]
    public async Task Sso_NeverAnswers_IsNamedWhenItsTimeIsUp()
    {
        using var home = new TestFolder();
        await using var sso = await FakeSso.StartAsync();
        sso.Fault = static _ => (0, "");
        WriteSsoSession(home, sso.AccessToken, DateTimeOffset.UtcNow.AddHours(8));

        await Assert.That(await FailToStartAsync(home, Sso(sso))).Contains("error: No AWS credentials: profile: ");
    }

    private static Dictionary<string, string> WebIdentity(TestFolder home, string sts) => new()
    {
        ["AWS_WEB_IDENTITY_TOKEN_FILE"] = home.Write("token", "hidden"),
        ["AWS_ROLE_ARN"] = Role + "pod",
        ["AWS_ENDPOINT_URL_STS"] = sts,
    };
}
