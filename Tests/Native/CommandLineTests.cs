using System.Reflection;
using System.Text.RegularExpressions;
using AwsSigV4Proxy.Hosting.Commands;

namespace AwsSigV4Proxy.Tests.Native;

/// <summary>The command line of the published executable, as a person meets it.</summary>
internal sealed partial class CommandLineTests
{
    [Test]
    public async Task Help_OfTheExecutable_NamesEveryOptionWithItsDefaultInAHundredColumns()
    {
        var (status, output, error) = await Executable.RunAsync(["--help"]);

        await Assert.That(status).IsEqualTo(0);
        await Assert.That(error).IsEqualTo("");
        await Assert.That(output.Split('\n').Max(static line => line.Length)).IsLessThanOrEqualTo(100);
        await Assert.That(string.Join('\n', OptionLines().Matches(output).Select(static match => match.Value.Trim())))
            .IsEqualTo("""
                -f, --forward-to URL
                --forward-by-host
                --allow-host PATTERN...
                -s, --service NAME
                -r, --region NAME
                --sign-host HOST[:PORT]
                -a, --assume-role ARN...
                --external-id ID
                --role-session-name NAME
                --role-duration TIME
                --sts-region NAME
                --profile NAME
                --require-credentials
                -l, --listen-on [IP:]PORT
                -u, --utility-port PORT
                -c, --cert FILE
                -k, --key FILE
                --basic-auth-file FILE
                --allow-origin ORIGIN...
                --connect-timeout TIME
                --request-timeout TIME
                --idle-timeout TIME
                --upstream-idle-timeout TIME
                --ca FILE
                --no-verify-ssl
                --algorithm NAME
                --region-set REGION...
                --payload WHICH
                --sign-location PLACE
                --signature-lifetime TIME
                --no-sign
                --strip-header NAME...
                --set-header FIELD...
                --duplicate-header NAME...
                --buffer-size SIZE
                --max-body-size SIZE
                --shutdown-timeout TIME
                --log-level LEVEL
                --log-format FORMAT
                --access-log
                --access-log-query
                --log-failed-requests
                --log-signing
                -h, --help
                -V, --version
                """);
        await Assert.That(string.Join('\n', Defaults().Matches(output).Select(static match => match.Groups[1].Value)))
            .IsEqualTo("""
                from the URL
                from the URL, else the AWS configuration
                the target's
                AWS_ROLE_SESSION_NAME, else aws-sigv4-proxy-HOSTNAME
                1h, set by AWS
                the signing region, else the AWS configuration's
                AWS_PROFILE, in the default chain
                0.0.0.0:8080
                9090
                10s
                30s
                300s
                40s
                the system's, else Mozilla's, built in
                sigv4, unless the host takes nothing but the other
                from the URL, else the region
                auto
                header
                1MiB
                5GiB
                30s
                info
                text
                """);
    }

    [Test]
    [Arguments("scope", "Usage: aws-sigv4-proxy scope [URL...]")]
    [Arguments("check", "Usage: aws-sigv4-proxy check [options]")]
    [Arguments("demo", "Usage: aws-sigv4-proxy demo [--serve]")]
    public async Task Help_OfACommand_ShowsItsUsage(string command, string usage)
    {
        var (status, output, _) = await Executable.RunAsync([command, "--help"]);

        await Assert.That(status).IsEqualTo(0);
        await Assert.That(output).Contains(usage);
    }

    [Test]
    public async Task Version_OfTheExecutable_IsTheProjects()
    {
        var version = typeof(HelpText).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

        var (status, output, error) = await Executable.RunAsync(["-V"]);

        await Assert.That((status, output, error)).IsEqualTo((0, $"aws-sigv4-proxy {version}\n", ""));
    }

    [Test]
    public async Task Help_ReaderThatGoesAway_IsNoFailure()
    {
        using var process = Executable.Start(["--help"]);
        process.StandardOutput.Close();

        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        await Assert.That((process.ExitCode, error)).IsEqualTo((0, ""));
    }

    [Test]
    [Arguments("", "--forward-to is required, or --forward-by-host")]
    [Arguments("-f", "--forward-to lacks its value")]
    [Arguments("-f --service es", "--forward-to lacks its value: an option follows")]
    [Arguments("--sevrice es", "unknown option '--sevrice'")]
    [Arguments("dmo", "unknown command 'dmo'")]
    [Arguments("--format json", "unknown option '--format'")]
    [Arguments("check", "--forward-to is required, or --forward-by-host")]
    [Arguments("check -f https://x.test -s es -r e --format xml", "--format: 'xml' is not a format")]
    [Arguments("-f x.test", "--forward-to: 'x.test' has no scheme")]
    [Arguments("-f https://u:p@x.test", "--forward-to: the URL has a user or a password")]
    [Arguments("-f https://x.test?q", "--forward-to: the URL has a query or a fragment")]
    [Arguments("-f https://x.test -s es -r e/w", "--region: 'e/w' is not a region")]
    [Arguments("-f https://x.test -s es -r e -l -1", "--listen-on: '-1' is not a port from 0 to 65535")]
    [Arguments("-f https://x.test -s es -r e -l host:1", "--listen-on: 'host' is not an IP address")]
    [Arguments("-f https://x.test -s es -r e -u 70000", "--utility-port: '70000' is not a port from 0 to 65535")]
    [Arguments("-f https://x.test -s es -r e -l 9090", "--listen-on and --utility-port have the same port, 9090")]
    [Arguments("-f https://x.test -s es -r e -a role", "--assume-role: 'role' is not the ARN of an IAM role")]
    [Arguments("-f https://x.test -s es -r e --connect-timeout 0", "--connect-timeout: '0' is out of range")]
    [Arguments("-f https://x.test -s es -r e --request-timeout 1d", "--request-timeout: '1d' is not a duration")]
    [Arguments("-f https://x.test -s es -r e --signature-lifetime 2h", "--signature-lifetime: '2h' is out of range")]
    [Arguments("-f https://x.test -s es -r e --ca /nowhere", "--ca: '/nowhere' does not exist")]
    [Arguments("-f https://x.test -s es -r e --key /nowhere", "--key: '/nowhere' does not exist")]
    [Arguments("-f https://x.test -s es -r e --allow-origin *", "--allow-origin: '*' would let any web page use these credentials")]
    [Arguments("-f https://x.test -s es -r e --buffer-size 1M", "--buffer-size: '1M' is not a size")]
    [Arguments("-f https://x.test -s es -r e --log-level all", "--log-level: 'all' is not a log level")]
    [Arguments("-f https://x.test", "cannot tell the service and the region from the host 'x.test': it is no AWS endpoint")]
    public async Task Run_BadArguments_AreRefusedWithErrorHintAndStatus2(string arguments, string message)
    {
        var (status, output, error) = await Executable.RunAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        await Assert.That(error).StartsWith($"error: {message}\nhint: ");
        await Assert.That(error.Count(static letter => letter == '\n')).IsEqualTo(2);
        await Assert.That(output).IsEqualTo("");
        await Assert.That(status).IsEqualTo(2);
    }

    // The last bad value tells how far the reading came: the ones before it were taken, or ignored.
    [Test]
    public async Task Run_Environment_IsReadAndErrorsNameTheVariable()
    {
        var (status, _, error) = await Executable.RunAsync([], new Dictionary<string, string>
        {
            ["AWS_SIGV4_PROXY_FORWARD_TO"] = "https://x.test",
            ["AWS_SIGV4_PROXY_LISTEN_ON"] = "",
            ["AWS_SIGV4_PROXY_NO_VERIFY_SSL"] = "false",
            ["AWS_SIGV4_PROXY_LOG_LEVEL"] = "loud",
        });

        await Assert.That(error).StartsWith("error: AWS_SIGV4_PROXY_LOG_LEVEL: 'loud' is not a log level\nhint: ");
        await Assert.That(status).IsEqualTo(2);
    }

    [Test]
    public async Task Run_ArgumentAndVariable_TheArgumentWins()
    {
        var (_, _, error) = await Executable.RunAsync(
            ["--log-level", "quiet"],
            new Dictionary<string, string> { ["AWS_SIGV4_PROXY_FORWARD_TO"] = "https://x.test", ["AWS_SIGV4_PROXY_LOG_LEVEL"] = "loud" });

        await Assert.That(error).StartsWith("error: --log-level: 'quiet' is not a log level\n");
    }

    [Test]
    public async Task Run_VariablesOfKubernetesServices_AreIgnored()
    {
        var (status, _, error) = await Executable.RunAsync(["--log-level", "last"], new Dictionary<string, string>
        {
            ["AWS_SIGV4_PROXY_FORWARD_TO"] = "https://x.test",
            ["AWS_SIGV4_PROXY_SERVICE_HOST"] = "10.0.0.1",
            ["AWS_SIGV4_PROXY_SERVICE_PORT"] = "8080",
            ["AWS_SIGV4_PROXY_PORT"] = "tcp://10.0.0.1:8080",
            ["AWS_SIGV4_PROXY_PORT_8080_TCP"] = "tcp://10.0.0.1:8080",
            ["AWS_SIGV4_PROXY_UTILITY_PORT"] = "tcp://10.0.0.2:9090",
        });

        await Assert.That(error).StartsWith("error: --log-level: 'last' is not a log level\n");
        await Assert.That(status).IsEqualTo(2);
    }

    // The left column of each option's first line.
    [GeneratedRegex(@"^ {2}(?:-[A-Za-z], | {4})--[^ ]+(?: [^ ]+)?(?=  )", RegexOptions.Multiline)]
    private static partial Regex OptionLines();

    [GeneratedRegex(@"\[default: ([^\]]*)\]")]
    private static partial Regex Defaults();
}
