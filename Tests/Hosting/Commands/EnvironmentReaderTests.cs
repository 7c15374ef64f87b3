using AwsSigV4Proxy.Hosting.Commands;

namespace AwsSigV4Proxy.Tests.Hosting.Commands;

internal sealed class EnvironmentReaderTests
{
    private const string Prefix = "AWS_SIGV4_PROXY_";

    [Test]
    public async Task Run_EnvironmentAlone_IsEnough()
    {
        var run = await CommandLineRun.RunAsync([], new()
        {
            [Prefix + "FORWARD_TO"] = "https://x.test",
            [Prefix + "UPSTREAM_IDLE_TIMEOUT"] = "7",
            [Prefix + "ASSUME_ROLE"] = "arn:aws:iam::123456789012:role/a, arn:aws:iam::123456789012:role/b",
            [Prefix + "LOG_FORMAT"] = "",
        });

        await Assert.That(run.Error).IsEqualTo("");
        await Assert.That(run.Options!.UpstreamIdleTimeout).IsEqualTo(TimeSpan.FromSeconds(7));
        await Assert.That(run.Options!.AssumeRoles.Count).IsEqualTo(2);
        await Assert.That(run.Options!.LogFormat).IsEqualTo(LogFormat.Text);
    }

    [Test]
    public async Task Run_ArgumentsAndEnvironment_ArgumentsWinOptionByOption()
    {
        var run = await CommandLineRun.RunAsync(
            ["-f", "https://argument.test", "--allow-origin", "https://argument.test", "--no-verify-ssl=false"],
            new()
            {
                [Prefix + "FORWARD_TO"] = "not even a URL",
                [Prefix + "ALLOW_ORIGIN"] = "https://environment.test",
                [Prefix + "NO_VERIFY_SSL"] = "true",
                [Prefix + "REGION"] = "eu-north-1",
            });

        await Assert.That(run.Error).IsEqualTo("");
        await Assert.That(run.Options!.ForwardTo!.Host).IsEqualTo("argument.test");
        await Assert.That(string.Join(' ', run.Options!.AllowOrigins)).IsEqualTo("https://argument.test");
        await Assert.That(run.Options!.VerifySsl).IsTrue();
        await Assert.That(run.Options!.Region).IsEqualTo("eu-north-1");
    }

    [Test]
    [Arguments("LISTEN_ON", "nowhere", "AWS_SIGV4_PROXY_LISTEN_ON: 'nowhere' is not a port from 0 to 65535")]
    [Arguments("LOG_LEVEL", "--help", "AWS_SIGV4_PROXY_LOG_LEVEL: '--help' is not a log level")]
    [Arguments("NO_VERIFY_SSL", "maybe", "AWS_SIGV4_PROXY_NO_VERIFY_SSL: 'maybe' is neither true nor false")]
    [Arguments("UTILITY_PORT", "8080", "--listen-on and AWS_SIGV4_PROXY_UTILITY_PORT have the same port, 8080")]
    [Arguments("KEY", "-----BEGIN PRIVATE KEY-----", "AWS_SIGV4_PROXY_KEY: the value is a file's text, not its name")]
    public async Task Run_BadValueInTheEnvironment_IsRefusedByTheVariablesName(string variable, string value, string message)
    {
        var run = await CommandLineRun.RunAsync(["-f", "https://x.test"], new() { [Prefix + variable] = value });

        await Assert.That(run.Error).StartsWith($"error: {message}\nhint: ");
        await Assert.That(run.ExitStatus).IsEqualTo(2);
        await Assert.That(run.Options).IsNull();
    }

    [Test]
    [Arguments("true", false)]
    [Arguments("TRUE", false)]
    [Arguments("1", false)]
    [Arguments("Yes", false)]
    [Arguments("on", false)]
    [Arguments("false", true)]
    [Arguments("0", true)]
    [Arguments("No", true)]
    [Arguments("OFF", true)]
    [Arguments("", true)]
    public async Task Run_FlagInTheEnvironment_TakesWordsForOnAndOff(string value, bool verifies)
    {
        var run = await CommandLineRun.RunAsync(["-f", "https://x.test"], new() { [Prefix + "NO_VERIFY_SSL"] = value });

        await Assert.That(run.Options!.VerifySsl).IsEqualTo(verifies);
    }

    // Kubernetes sets these in every pod of a namespace that has Services of these names.
    [Test]
    public async Task Run_VariablesOfKubernetesServices_AreIgnored()
    {
        var run = await CommandLineRun.RunAsync(["-f", "https://x.test"], new()
        {
            [Prefix + "SERVICE_HOST"] = "10.0.0.1",
            [Prefix + "SERVICE_PORT"] = "8080",
            [Prefix + "SERVICE_PORT_HTTP"] = "8080",
            [Prefix + "PORT"] = "tcp://10.0.0.1:8080",
            [Prefix + "PORT_8080_TCP"] = "tcp://10.0.0.1:8080",
            [Prefix + "PORT_8080_TCP_ADDR"] = "10.0.0.1",
            [Prefix + "UTILITY_SERVICE_HOST"] = "10.0.0.2",
            [Prefix + "UTILITY_PORT"] = "tcp://10.0.0.2:9090",
        });

        await Assert.That(run.Error).IsEqualTo("");
        await Assert.That(run.Options!.Service).IsEqualTo("es");
        await Assert.That(run.Options!.ListenOn.TcpPort).IsEqualTo(8080);
        await Assert.That(run.Options!.UtilityPort).IsEqualTo(9090);
    }

    [Test]
    public async Task Demo_ProxysVariables_AreNotItsBusiness()
    {
        var run = await CommandLineRun.RunAsync(["demo"], new() { [Prefix + "LISTEN_ON"] = "nowhere", [Prefix + "SERVE"] = "true" });

        await Assert.That(run.DemoServes).IsFalse();
    }
}
