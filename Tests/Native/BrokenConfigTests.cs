using System.Net;
using AwsSigV4Proxy.Tests.Fakes;
using static AwsSigV4Proxy.Tests.Native.CredentialRun;

namespace AwsSigV4Proxy.Tests.Native;

/// <summary>Config files that cannot be understood, and settings that make no sense: named, never the end of everything.</summary>
internal sealed class BrokenConfigTests
{
    [Test]
    [Arguments("web identity", "[default]\nhidden junk\n", "config cannot be understood at line 2")]
    [Arguments("web identity", "[default]\nsso_session = nope\n", "'default' is there, but its sso_session cannot be understood, or names what is not there")]
    [Arguments("--assume-role", "[profile other]\n\nhidden junk\n", "config cannot be understood at line 3")]
    public async Task Config_ThatBreaksTheSdk_IsNamedAndWorksOnceItIsMended(string asker, string config, string expected)
    {
        using var home = new TestFolder();
        await using var sts = await FakeSts.StartAsync();
        await using var upstream = await RecordingUpstream.StartAsync();
        home.Write(".aws/config", config);
        var environment = new Dictionary<string, string> { ["AWS_ENDPOINT_URL_STS"] = sts.Url };
        if (asker == "web identity")
        {
            environment["AWS_WEB_IDENTITY_TOKEN_FILE"] = home.Write("token", "hidden");
            environment["AWS_ROLE_ARN"] = Role + "pod";
        }
        else
        {
            environment["AWS_ACCESS_KEY_ID"] = "AKIABASE";
            environment["AWS_SECRET_ACCESS_KEY"] = "hidden";
        }

        await using var proxy = await NativeProxy.StartAsync(
            upstream, home, environment, asker == "web identity" ? ["-r", "us-west-2"] : ["-r", "us-west-2", "-a", Role + "pod"]);
        using var refusal = await proxy.Client.GetAsync("/");

        await Assert.That(refusal.StatusCode).IsEqualTo(HttpStatusCode.ServiceUnavailable);
        await Assert.That(await refusal.Content.ReadAsStringAsync()).Contains(expected);
        await Assert.That(proxy.Output).DoesNotContain("hidden");

        home.Write(".aws/config", "[default]\n");
        await proxy.WaitForLineAsync("AWS credentials are refreshed again");
        using var answer = await proxy.Client.GetAsync("/");

        await Assert.That(answer.IsSuccessStatusCode).IsTrue();
        await Assert.That(upstream.Requests[0].AccessKeyId).StartsWith("ASIAPOD");
    }

    [Test]
    [Arguments("AWS_EC2_METADATA_SERVICE_ENDPOINT", "hidden", "", "AWS_EC2_METADATA_SERVICE_ENDPOINT is not an http or https URL")]
    [Arguments("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "hidden", "", "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE is neither IPv4 nor IPv6")]
    [Arguments("X", "", "ec2_metadata_service_endpoint = hidden", "ec2_metadata_service_endpoint of 'default' is not an http or https URL")]
    [Arguments("X", "", "sso_session = hidden", "'default' is there, but its sso_session cannot be understood, or names what is not there")]
    [Arguments("X", "", "hidden", "config cannot be understood at line 2")]
    public async Task Check_OfSettingsWithoutSense_NamesThem(string variable, string value, string setting, string expected)
    {
        using var home = new TestFolder();
        home.Write(".aws/config", $"[default]\n{setting}\n");

        var (status, output, error) = await Executable.RunAsync(
            ["check", "-f", $"http://127.0.0.1:{FreePort.Find()}", "-s", "es", "-r", "us-west-2", "-l", "127.0.0.1:0", "-u", "0"],
            new Dictionary<string, string> { ["HOME"] = home.Path, ["PATH"] = "/usr/bin:/bin", [variable] = value });

        await Assert.That(error).IsEmpty();
        await Assert.That(status).IsEqualTo(1);
        await Assert.That(output).Contains(expected);
        await Assert.That(output).DoesNotContain("hidden");
    }

    [Test]
    public async Task InstanceMetadata_EndpointOfTheProfile_IsAsked()
    {
        using var home = new TestFolder();
        await using var imds = await FakeImds.StartAsync();
        home.Write(".aws/config", $"[default]\nec2_metadata_service_endpoint = {imds.Url}/\n");

        await Assert.That((await SendOneAsync(home, new() { ["AWS_EC2_METADATA_DISABLED"] = "false" })).AccessKeyId).IsEqualTo("ASIAINSTANCE");
    }
}
