using AwsSigV4Proxy.Tests.Fakes;
using static AwsSigV4Proxy.Tests.Native.CredentialRun;

namespace AwsSigV4Proxy.Tests.Native;

/// <summary>
/// Which host of AWS assumes a role. The executable reaches the world by an HTTP proxy here, which notes where it wants to go
/// and lets it go nowhere.
/// </summary>
internal sealed class StsEndpointTests
{
    [Test]
    [Arguments("", "", "sts.us-west-2.amazonaws.com:443")]
    [Arguments("", "--sts-region cn-north-1", "sts.cn-north-1.amazonaws.com.cn:443")]
    [Arguments("AWS_REGION=eu-west-1", "", "sts.us-west-2.amazonaws.com:443")]
    [Arguments("AWS_USE_FIPS_ENDPOINT=true", "", "sts-fips.us-west-2.amazonaws.com:443")]
    [Arguments("AWS_USE_DUALSTACK_ENDPOINT=true", "", "sts.us-west-2.api.aws:443")]
    [Arguments("AWS_USE_FIPS_ENDPOINT=true AWS_USE_DUALSTACK_ENDPOINT=true", "", "sts-fips.us-west-2.api.aws:443")]
    [Arguments("AWS_STS_REGIONAL_ENDPOINTS=legacy", "", "sts.us-west-2.amazonaws.com:443")]
    [Arguments("AWS_STS_REGIONAL_ENDPOINTS=regional", "--sts-region us-east-1", "sts.us-east-1.amazonaws.com:443")]
    public async Task AssumeRole_AnySettings_AsksTheRegionalEndpoint(string variables, string options, string expected)
    {
        using var home = new TestFolder();
        await using var exit = await RecordingUpstream.StartAsync();
        exit.Fault = static _ => (403, "");
        var environment = new Dictionary<string, string>
        {
            ["AWS_ACCESS_KEY_ID"] = "AKIABASE",
            ["AWS_SECRET_ACCESS_KEY"] = "x",
            ["HTTPS_PROXY"] = exit.Url,
        };
        foreach (var variable in variables.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            environment.Add(variable.Split('=')[0], variable.Split('=')[1]);

        await RefuseOneAsync(home, environment, ["-a", Role + "one", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

        await Assert.That(string.Join(' ', exit.Requests.Select(static request => request.Target).Distinct())).IsEqualTo(expected);
    }

    // The one that every service shares, unless STS has its own.
    [Test]
    [Arguments("AWS_ENDPOINT_URL", true)]
    [Arguments("AWS_ENDPOINT_URL_STS", true)]
    [Arguments("AWS_ENDPOINT_URL_S3", false)]
    public async Task AssumeRole_EndpointOfTheEnvironment_ReplacesStsAlone(string variable, bool isAsked)
    {
        using var home = new TestFolder();
        await using var exit = await RecordingUpstream.StartAsync();
        await using var sts = await FakeSts.StartAsync();
        exit.Fault = static _ => (403, "");
        await using var upstream = await RecordingUpstream.StartAsync();
        await using var proxy = await NativeProxy.StartAsync(upstream, home, new Dictionary<string, string>
        {
            ["AWS_ACCESS_KEY_ID"] = "AKIABASE",
            ["AWS_SECRET_ACCESS_KEY"] = "x",
            ["HTTPS_PROXY"] = exit.Url,
            [variable] = sts.Url,
        }, "-r", "us-west-2", "-a", Role + "one");

        using var answer = await proxy.Client.GetAsync("/");

        await Assert.That(answer.IsSuccessStatusCode).IsEqualTo(isAsked);
        await Assert.That(sts.Requests.Count > 0).IsEqualTo(isAsked);
        await Assert.That(exit.Requests.Count == 0).IsEqualTo(isAsked);
    }

    // What an endpoint of this machine gives goes by no proxy, whatever the environment says.
    [Test]
    public async Task Container_HttpProxyInTheEnvironment_IsNotTold()
    {
        using var home = new TestFolder();
        await using var exit = await RecordingUpstream.StartAsync();
        await using var ecs = await FakeEcs.StartAsync();
        ecs.AuthorizationToken = "pod-identity-token";

        var signed = await SendOneAsync(home, new()
        {
            ["HTTP_PROXY"] = exit.Url,
            ["http_proxy"] = exit.Url,
            ["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = ecs.Url,
            ["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = home.Write("token", "pod-identity-token\n"),
            ["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "of-the-environment",
        });

        await Assert.That(signed.AccessKeyId).IsEqualTo("ASIACONTAINER");
        await Assert.That(exit.Requests).IsEmpty();
    }
}
