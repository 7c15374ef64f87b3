using System.Diagnostics;
using AwsSigV4Proxy.Tests.Fakes;
using static AwsSigV4Proxy.Tests.Native.CredentialRun;

namespace AwsSigV4Proxy.Tests.Native;

/// <summary>What people have on their own machine, when it is wrong: profiles, credential processes, variables of the environment.</summary>
internal sealed class ProfileFailureTests
{
    [Test]
    [Arguments("role_arn = ROLE/x\nsource_profile = base\nmfa_serial = arn:aws:iam::123456789012:mfa/me", "'work' asks for a code (mfa_serial), which a proxy cannot type")]
    [Arguments("role_arn = ROLE/x\nsource_profile = none", "there is no 'none' in ")]
    [Arguments("role_arn = ROLE/x\nsource_profile = loop", "source_profile of 'loop' leads back to itself")]
    [Arguments("role_arn = ROLE/x", "has a role_arn, but no source_profile and no credential_source")]
    [Arguments("role_arn = ROLE/x\ncredential_source = Moon", "use Environment, EcsContainer or Ec2InstanceMetadata")]
    [Arguments("role_arn = ROLE/x\ncredential_source = Environment", "'work' takes its credentials from environment: AWS_ACCESS_KEY_ID is not set")]
    [Arguments("role_arn = ROLE/x\ncredential_source = EcsContainer", "'work' takes its credentials from container: neither ")]
    [Arguments("sso_account_id = 123456789012\nsso_role_name = r", "its SSO settings lack sso_region; add it")]
    [Arguments("sso_session = corporation\nsso_role_name = r", "its SSO settings lack sso_account_id; add it")]
    [Arguments("sso_session = corporation\n", "'work' names no credentials, or settings that do not go together")]
    [Arguments("aws_access_key_id = AKIAHALF", "'work' names no credentials, or settings that do not go together")]
    [Arguments("credential_process = /no/such/program", "its credential_process ended with status 127")]
    public async Task Profile_ThatCannotGive_SaysWhy(string settings, string expected)
    {
        using var home = new TestFolder();
        home.Write(".aws/config",
            $"[profile work]\n{settings.Replace("ROLE", "arn:aws:iam::123456789012:role", StringComparison.Ordinal)}\n"
            + $"[profile base]\naws_access_key_id = AKIABASE\naws_secret_access_key = hidden\n"
            + "[sso-session corporation]\nsso_region = us-east-1\nsso_start_url = https://example.awsapps.com/start\n"
            + $"[profile loop]\nrole_arn = {Role}y\nsource_profile = loop\n");

        await Assert.That(await RefuseOneAsync(home, new() { ["AWS_PROFILE"] = "work" })).Contains(expected).And.DoesNotContain("hidden");
    }

    [Test]
    [Arguments("hidden", "did not print the JSON that AWS describes")]
    [Arguments("", "did not print the JSON that AWS describes")]
    [Arguments("null", "printed JSON without AccessKeyId and SecretAccessKey")]
    [Arguments("""{"Version":1,"AccessKeyId":1,"SecretAccessKey":"hidden"}""", "did not print the JSON that AWS describes")]
    [Arguments("""{"Version":2,"AccessKeyId":"A","SecretAccessKey":"hidden"}""", "printed Version 2, where AWS describes 1")]
    [Arguments("""{"AccessKeyId":"A","SecretAccessKey":"hidden"}""", "printed Version 0, where AWS describes 1")]
    [Arguments("""{"Version":1,"AccessKeyId":"hidden"}""", "printed JSON without AccessKeyId and SecretAccessKey")]
    [Arguments("""{"Version":1,"AccessKeyId":"A","SecretAccessKey":"hidden","Expiration":"2020-01-01T00:00:00Z"}""", "those of profile tool have expired at 2020-01-01 00:00:00Z. Renew them")]
    public async Task CredentialProcess_PrintsNoneThatCanSign_SaysWhy(string printed, string expected)
    {
        using var home = new TestFolder();
        home.Write(".aws/config", $"[profile tool]\ncredential_process = cat \"{home.Write("answer.json", printed)}\"\n");

        await Assert.That(await RefuseOneAsync(home, new() { ["AWS_PROFILE"] = "tool" })).Contains(expected).And.DoesNotContain("hidden");
    }

    // The slowest way to fail: named all the same once its time is up, and ended with all that it started.
    [Test]
    public async Task CredentialProcess_NeverEnds_IsNamedAndEndedWhenItsTimeIsUp()
    {
        using var home = new TestFolder();
        // Whoever has the first pipe open for writing keeps the second command, the test's, from its end.
        home.Write(".aws/config", $"[default]\ncredential_process = sh -c 'exec 9>{home["alive"]}; sleep 1000' && true\n");
        using var alive = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"mkfifo {home["alive"]} && echo made && cat {home["alive"]}"])
        {
            RedirectStandardOutput = true,
        })!;
        await alive.StandardOutput.ReadLineAsync();

        await Assert.That(await FailToStartAsync(home, []))
            .Contains("error: No AWS credentials: profile: gave none within 20 s").And.Contains("Tried before: environment: ");

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await alive.WaitForExitAsync(limit.Token);
    }

    // A helper that it starts for the next time has the same pipe.
    [Test]
    public async Task CredentialProcess_LeavesAProgramBehind_DeliversAllTheSame()
    {
        using var home = new TestFolder();
        var json = home.Write("answer.json", """{"Version":1,"AccessKeyId":"ASIAPROCESS","SecretAccessKey":"x"}""");
        home.Write(".aws/config", $"[profile tool]\ncredential_process = sleep 15 & cat {json}\n");
        var time = Stopwatch.StartNew();

        await Assert.That((await SendOneAsync(home, new() { ["AWS_PROFILE"] = "tool" })).AccessKeyId).IsEqualTo("ASIAPROCESS");
        await Assert.That(time.Elapsed).IsLessThan(TimeSpan.FromSeconds(12));
    }

    [Test]
    public async Task CredentialProcess_WithBackslashes_GetsThemAsTheyStandInTheFile()
    {
        using var home = new TestFolder();
        home.Write("my answer.json", """{"Version":1,"AccessKeyId":"ASIAPROCESS","SecretAccessKey":"x"}""");
        home.Write(".aws/config", $"[profile tool]\ncredential_process = cat {home.Path}/my\\ answer.json\n");

        await Assert.That((await SendOneAsync(home, new() { ["AWS_PROFILE"] = "tool" })).AccessKeyId).IsEqualTo("ASIAPROCESS");
    }

    [Test]
    public async Task CredentialProcess_PrintsWithoutAnEnd_IsEnded()
    {
        using var home = new TestFolder();
        home.Write(".aws/config", "[profile tool]\ncredential_process = yes hidden\n");

        await Assert.That(await RefuseOneAsync(home, new() { ["AWS_PROFILE"] = "tool" }))
            .Contains("its credential_process prints without an end").And.DoesNotContain("hidden");
    }

    [Test]
    public async Task CredentialProcess_AsksAQuestion_HearsThatNobodyIsThere()
    {
        using var home = new TestFolder();
        home.Write(".aws/config", "[profile tool]\ncredential_process = read -r code || exit 7\n");

        await Assert.That(await RefuseOneAsync(home, new() { ["AWS_PROFILE"] = "tool" })).Contains("ended with status 7");
    }

    [Test]
    [Arguments("899")]
    [Arguments("43201")]
    [Arguments("1h")]
    public async Task Profile_DurationThatStsDoesNotTake_IsRefusedBeforeStsIsAsked(string seconds)
    {
        using var home = new TestFolder();
        home.Write(".aws/config",
            $"[profile work]\nrole_arn = {Role}x\nsource_profile = work\naws_access_key_id = A\naws_secret_access_key = x\nduration_seconds = {seconds}\n");

        await Assert.That(await RefuseOneAsync(home, new() { ["AWS_PROFILE"] = "work" }))
            .Contains($"'work' has duration_seconds = {seconds}; write a number from 900 to 43200");
    }

    // There anyone may have left a config file, with a program to run.
    [Test]
    public async Task Home_ThatDoesNotExist_NeverMeansTheWorkingFolder()
    {
        using var folder = new TestFolder();
        folder.Write(".aws/config", "[default]\naws_access_key_id = AKIAPLANTED\naws_secret_access_key = x\n");

        var detail = await RefuseOneAsync(
            folder, new() { ["HOME"] = "/nowhere", ["AWS_SHARED_CREDENTIALS_FILE"] = folder.Write("keys", "[other]\n") });

        await Assert.That(detail).Contains("there is no 'default' in ").And.Contains(" or /nowhere/.aws/config");
    }

    [Test]
    public async Task Environment_SecretWithALineBreak_IsRefusedUnseen()
    {
        using var home = new TestFolder();

        var detail = await RefuseOneAsync(home, new() { ["AWS_ACCESS_KEY_ID"] = "AKIAONE", ["AWS_SECRET_ACCESS_KEY"] = "hidden\n" });

        await Assert.That(detail).Contains("those of environment variables hold a line break").And.DoesNotContain("hidden");
    }
}
