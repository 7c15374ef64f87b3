using AwsSigV4Proxy.Tests.Fakes;
using static AwsSigV4Proxy.Tests.Native.CredentialRun;

namespace AwsSigV4Proxy.Tests.Native;

/// <summary>
/// A home folder that is none (no HOME, an empty or a relative one, one that does not exist) never means the working folder: there
/// anyone may have left endpoints, tokens and programs to run. The working folder is the home that each test makes.
/// </summary>
internal sealed class CredentialHomeTests
{
    [Test]
    [Arguments("")]
    [Arguments(".")]
    [Arguments("/nowhere")]
    public async Task Endpoint_OfTheWorkingFolder_IsNeverAsked(string home)
    {
        using var folder = new TestFolder();
        await using var planted = await FakeSts.StartAsync();
        folder.Write(".aws/config", $"[default]\nendpoint_url = {planted.Url}\n");

        var detail = await RefuseOneAsync(folder, new()
        {
            ["HOME"] = home,
            ["AWS_WEB_IDENTITY_TOKEN_FILE"] = folder.Write("token", "hidden"),
            ["AWS_ROLE_ARN"] = Role + "pod",
            ["AWS_REGION"] = "us-west-2",
            // So that the STS of AWS is not asked either.
            ["HTTPS_PROXY"] = $"http://127.0.0.1:{FreePort.Find()}",
        });

        await Assert.That(detail).Contains("STS in us-west-2: cannot be reached");
        await Assert.That(planted.Requests).IsEmpty();
    }

    [Test]
    [Arguments("")]
    [Arguments(".")]
    [Arguments("/nowhere")]
    public async Task Program_OfTheWorkingFolder_IsNeverRun(string home)
    {
        using var folder = new TestFolder();
        folder.Write(".aws/credentials", $"[planted]\ncredential_process = touch {folder["run"]}\n");

        var detail = await RefuseOneAsync(
            folder, new() { ["HOME"] = home, ["AWS_PROFILE"] = "planted", ["AWS_CONFIG_FILE"] = folder.Write("conf", "[default]\n") });

        await Assert.That(detail).Contains("there is no 'planted' in /");
        await Assert.That(File.Exists(folder["run"])).IsFalse();
    }

    [Test]
    public async Task SsoToken_OfTheWorkingFolder_IsNeverSent()
    {
        using var folder = new TestFolder();
        await using var sso = await FakeSso.StartAsync();
        WriteSsoSession(folder, sso.AccessToken, DateTimeOffset.UtcNow.AddHours(8));

        var detail = await RefuseOneAsync(folder, new(Sso(sso)) { ["HOME"] = "/nowhere", ["AWS_CONFIG_FILE"] = folder[".aws/config"] });

        await Assert.That(detail).Contains("SSO keeps its tokens in the home folder, and /nowhere does not exist");
        await Assert.That(sso.Requests).IsEmpty();
    }

    [Test]
    public async Task Check_NamesThePlacesThatAreUsed()
    {
        var (_, output, error) = await CheckAsync(new() { ["HOME"] = "relative" });

        await Assert.That(error).IsEmpty();
        await Assert.That(output).Contains("profile 'default': /").And.DoesNotContain("relative/.aws");
    }

    [Test]
    [Arguments("", "web identity: ", "profile 'default': ")]
    [Arguments("work", "profile 'work': ", "web identity: ")]
    public async Task Check_NamesThePlacesInTheOrderOfTheChain(string profile, string first, string second)
    {
        var (_, output, _) = await CheckAsync(new() { ["HOME"] = "/nowhere", ["AWS_DEFAULT_PROFILE"] = profile });

        await Assert.That(output.IndexOf($"- {first}", StringComparison.Ordinal)).IsPositive();
        await Assert.That(output.IndexOf($"- {second}", StringComparison.Ordinal))
            .IsGreaterThan(output.IndexOf($"- {first}", StringComparison.Ordinal));
    }

    private static Task<(int ExitCode, string Output, string Error)> CheckAsync(Dictionary<string, string> environment) => Executable.RunAsync(
        ["check", "-f", $"http://127.0.0.1:{FreePort.Find()}", "-s", "es", "-r", "us-west-2", "-l", "127.0.0.1:0", "-u", "0"],
        new Dictionary<string, string>(environment) { ["AWS_EC2_METADATA_DISABLED"] = "true" });
}
