using AwsSigV4Proxy.Tests.Fakes;
using static AwsSigV4Proxy.Tests.Native.CredentialRun;

namespace AwsSigV4Proxy.Tests.Native;

/// <summary>
/// Which of several identities signs: the one that was asked for, or none. On an instance whose role would be the last in the
/// chain.
/// </summary>
internal sealed class ProfileRuleTests
{
    private const string Keys = "aws_access_key_id = AKIAKEYS\naws_secret_access_key = hidden\n";

    [Test]
    [Arguments("AWS_ACCESS_KEY_ID", "AKIAHALF", "AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not; set both or neither")]
    [Arguments("AWS_SECRET_ACCESS_KEY", "hidden", "AWS_SECRET_ACCESS_KEY is set, but AWS_ACCESS_KEY_ID is not; set both or neither")]
    [Arguments("AWS_WEB_IDENTITY_TOKEN_FILE", "/token", "AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_ROLE_ARN is not; set both or neither")]
    [Arguments("AWS_PROFILE", "default", "there is no 'default' in ")]
    [Arguments("AWS_DEFAULT_PROFILE", "missing", "correct AWS_DEFAULT_PROFILE or run `aws configure --profile missing`")]
    [Arguments("AWS_PROFILE", "my work", "correct AWS_PROFILE or run `aws configure --profile 'my work'`")]
    public async Task Environment_AsksForWhatIsNotThere_NobodyElseSigns(string variable, string value, string expected)
    {
        using var home = new TestFolder();
        await using var imds = await FakeImds.StartAsync();

        await Assert.That(await RefuseOneAsync(home, new(Metadata(imds)) { [variable] = value })).Contains(expected).And.DoesNotContain("hidden");
        await Assert.That(imds.Requests).IsEmpty();
    }

    [Test]
    [Arguments("aws_access_key_id = AKIAHALF", "'default' names no credentials, or settings that do not go together")]
    [Arguments("aws_secret_access_key = hidden", "'default' names no credentials, or settings that do not go together")]
    [Arguments("source_profile = other", "'default' names no credentials, or settings that do not go together")]
    [Arguments("web_identity_token_file = /token", "'default' names no credentials, or settings that do not go together")]
    [Arguments("use_fips_endpoint = hidden\n" + Keys, "'default' is there, but a setting in it cannot be understood")]
    [Arguments("max_attempts = hidden\n" + Keys, "'default' is there, but a setting in it cannot be understood")]
    [Arguments("endpoint_discovery_enabled = hidden\n" + Keys, "'default' is there, but a setting in it cannot be understood")]
    [Arguments(Keys + Keys, "'default' is there, but a setting in it cannot be understood, or stands there twice")]
    [Arguments("login_session = arn:aws:iam::123456789012:user/me", "for which the AWS CLI must be installed")]
    public async Task UnnamedProfile_IsHalfConfigured_NobodyElseSigns(string settings, string expected)
    {
        using var home = new TestFolder();
        await using var imds = await FakeImds.StartAsync();
        home.Write(".aws/config", $"[default]\n{settings}\n");

        await Assert.That(await RefuseOneAsync(home, Metadata(imds))).Contains(expected).And.DoesNotContain("hidden");
        await Assert.That(imds.Requests).IsEmpty();
    }

    [Test]
    [Arguments("[default]\nregion = us-west-2\n", null)]
    [Arguments("[profile work]\nregion = us-west-2\n", "work")]
    public async Task Profile_WithoutCredentialSettings_LetsTheInstanceSign(string config, string? profile)
    {
        using var home = new TestFolder();
        await using var imds = await FakeImds.StartAsync();
        home.Write(".aws/config", config);

        var signed = await SendOneAsync(home, new(Metadata(imds)) { ["AWS_PROFILE"] = profile ?? "" });

        await Assert.That(signed.AccessKeyId).IsEqualTo("ASIAINSTANCE");
    }

    [Test]
    [Arguments("[profile work]\ncredential_process = false\n", Keys)]
    [Arguments("", Keys)]
    public async Task Profile_WithKeysAndAProcess_SignsWithTheKeys(string config, string credentials)
    {
        using var home = new TestFolder();
        home.Write(".aws/config", config);
        home.Write(".aws/credentials", $"[work]\n{credentials}");

        await Assert.That((await SendOneAsync(home, new() { ["AWS_DEFAULT_PROFILE"] = "work" })).AccessKeyId).IsEqualTo("AKIAKEYS");
    }

    [Test]
    public async Task Profile_WithSsoAndOldKeys_SignsWithSso()
    {
        using var home = new TestFolder();
        await using var sso = await FakeSso.StartAsync();
        WriteSsoSession(home, sso.AccessToken, DateTimeOffset.UtcNow.AddHours(8));
        home.Write(".aws/credentials", $"[work]\n{Keys}");

        await Assert.That((await SendOneAsync(home, Sso(sso))).AccessKeyId).IsEqualTo("ASIASSO");
    }

    // As `aws configure --profile 'my work'` writes it.
    [Test]
    public async Task Profile_NameInQuotes_IsFound()
    {
        using var home = new TestFolder();
        home.Write(".aws/config", $"[profile 'my work']\n{Keys}");

        await Assert.That((await SendOneAsync(home, new() { ["AWS_PROFILE"] = "my work" })).AccessKeyId).IsEqualTo("AKIAKEYS");
    }

    // EKS sets the variables of the web identity by itself.
    [Test]
    [Arguments("AWS_PROFILE", "AKIAKEYS")]
    [Arguments("AWS_DEFAULT_PROFILE", "AKIAKEYS")]
    [Arguments("AWS_OTHER", "ASIAPOD1")]
    public async Task WebIdentityOfTheEnvironment_ComesAfterANamedProfile(string variable, string expected)
    {
        using var home = new TestFolder();
        await using var sts = await FakeSts.StartAsync();
        home.Write(".aws/credentials", $"[default]\n{Keys}");

        var signed = await SendOneAsync(home, new()
        {
            [variable] = "default",
            ["AWS_WEB_IDENTITY_TOKEN_FILE"] = home.Write("token", "web-identity-token"),
            ["AWS_ROLE_ARN"] = Role + "pod",
            ["AWS_ENDPOINT_URL_STS"] = sts.Url,
        });

        await Assert.That(signed.AccessKeyId).IsEqualTo(expected);
    }
}
