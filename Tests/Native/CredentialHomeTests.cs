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
}
