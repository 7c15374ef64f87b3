using System.Net;
using AwsSigV4Proxy.Hosting.Checks;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Forwarding;
using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Tests.Fakes;
using Microsoft.Extensions.Logging;

namespace AwsSigV4Proxy.Tests.Hosting.Commands;

internal sealed class CommandLineTests
{
    [Test]
    public async Task Run_EveryOptionGiven_EachReachesItsProperty()
    {
        using var files = new TestFolder();
        var (cert, key, ca, users) = (files.Write("cert"), files.Write("key"), files.Write("ca"), files.Write("users"));

        var run = await CommandLineRun.RunAsync(
        [
            "--forward-to", "http://upstream.test:8443/stage/", "--service", "execute-api", "--region", "eu-central-1",
            "--sign-host", "Signed.test", "--algorithm", "sigv4a", "--region-set", "eu-*", "--region-set", "us-west-2",
            "--strip-header", "X-One,X-Two", "--set-header", "X-Team: a, b", "--duplicate-header", "Authorization",
            "--assume-role", "arn:aws:iam::123456789012:role/one", "--assume-role", "arn:aws:iam::123456789012:role/two",
            "--external-id", "ticket:1/2", "--role-session-name", "me@home", "--role-duration", "15m", "--sts-region", "eu-south-1",
            "--profile", "team one", "--require-credentials",
            "--listen-on", "127.0.0.1:1", "--utility-port", "2", "--cert", cert, "--key", key, "--basic-auth-file", users,
            "--allow-origin", "https://a.test,https://b.test", "--connect-timeout", "3", "--request-timeout", "4",
            "--idle-timeout", "5", "--upstream-idle-timeout", "6", "--ca", ca, "--payload", "Unsigned",
            "--sign-location", "query", "--signature-lifetime", "7",
            "--buffer-size", "8KiB", "--max-body-size", "9MiB", "--shutdown-timeout", "10", "--log-level", "debug",
            "--log-format", "json", "--access-log", "--access-log-query", "--log-failed-requests", "--log-signing",
        ]);

        await Assert.That(run.Error).IsEqualTo("");
        await Assert.That(run.ExitStatus).IsEqualTo(CommandLineRun.HandlerStatus);
        var options = run.Options!;
        string[] roles = ["arn:aws:iam::123456789012:role/one", "arn:aws:iam::123456789012:role/two"];
        string[] origins = ["https://a.test", "https://b.test"];
        await Assert.That(options.AssumeRoles).IsEquivalentTo(roles);
        await Assert.That(options.AllowOrigins).IsEquivalentTo(origins);
        await Assert.That(string.Join(' ', options.HeaderRules.Stripped)).IsEqualTo("X-One X-Two");
        await Assert.That(options.HeaderRules.Set.Single()).IsEqualTo(KeyValuePair.Create("X-Team", "a, b"));
        await Assert.That(options.HeaderRules.Duplicated.Single()).IsEqualTo("Authorization");
        // Records compare lists by reference, so those two are put in from the outcome.
        await Assert.That(options).IsEqualTo(new ProxyOptions
        {
            ForwardTo = new UpstreamTarget("http", "upstream.test", 8443, "/stage", new UrlAuthority("signed.test", null)),
            SignHost = new UrlAuthority("signed.test", null),
            Algorithm = SigningAlgorithm.SigV4a,
            RegionSet = "eu-*,us-west-2",
            HeaderRules = options.HeaderRules,
            Service = "execute-api",
            Region = "eu-central-1",
            AssumeRoles = options.AssumeRoles,
            ExternalId = "ticket:1/2",
            RoleSessionName = "me@home",
            RoleDuration = TimeSpan.FromMinutes(15),
            StsRegion = "eu-south-1",
            Profile = "team one",
            RequireCredentials = true,
            ListenOn = new ListenAddress.Tcp(IPAddress.Loopback, 1),
            UtilityPort = 2,
            CertFile = cert,
            KeyFile = key,
            BasicAuthFile = users,
            AllowOrigins = options.AllowOrigins,
            ConnectTimeout = TimeSpan.FromSeconds(3),
            RequestTimeout = TimeSpan.FromSeconds(4),
            IdleTimeout = TimeSpan.FromSeconds(5),
            UpstreamIdleTimeout = TimeSpan.FromSeconds(6),
            CaFile = ca,
            Payload = PayloadOption.Unsigned,
            SignLocation = SignatureLocation.Query,
            SignatureLifetime = TimeSpan.FromSeconds(7),
            BufferSizeBytes = 8 << 10,
            MaxBodySizeBytes = 9 << 20,
            ShutdownTimeout = TimeSpan.FromSeconds(10),
            LogLevel = LogLevel.Debug,
            LogFormat = LogFormat.Json,
            AccessLog = true,
            AccessLogQuery = true,
            LogFailedRequests = true,
            LogSigning = true,
        });
    }

    [Test]
    public async Task Run_OnlyTheTargetGiven_TheRestIsTheDocumentedDefaults()
    {
        var options = (await CommandLineRun.RunAsync("-f https://search.test")).Options!;

        await Assert.That(options.ListenOn.ToString()).IsEqualTo("0.0.0.0:8080");
        await Assert.That(options.UtilityPort).IsEqualTo(9090);
        await Assert.That(options.ConnectTimeout).IsEqualTo(TimeSpan.FromSeconds(10));
        await Assert.That(options.RequestTimeout).IsEqualTo(TimeSpan.FromSeconds(30));
        await Assert.That(options.IdleTimeout).IsEqualTo(TimeSpan.FromSeconds(300));
        await Assert.That(options.UpstreamIdleTimeout).IsEqualTo(TimeSpan.FromSeconds(40));
        await Assert.That(options.ShutdownTimeout).IsEqualTo(TimeSpan.FromSeconds(30));
        await Assert.That(options.BufferSizeBytes).IsEqualTo(1 << 20);
        await Assert.That(options.MaxBodySizeBytes).IsEqualTo(5L << 30);
        await Assert.That((options.LogLevel, options.LogFormat)).IsEqualTo((LogLevel.Information, LogFormat.Text));
        await Assert.That((options.Payload, options.SignLocation)).IsEqualTo((PayloadOption.Auto, SignatureLocation.Header));
        await Assert.That(options.SignatureLifetime).IsNull();
        await Assert.That(options.VerifySsl).IsTrue();
        await Assert.That(options.AssumeRoles).IsEmpty();
        await Assert.That(options.ExternalId ?? options.RoleSessionName ?? options.StsRegion ?? options.Profile).IsNull();
        await Assert.That(options.RoleDuration).IsNull();
        await Assert.That(options.RequireCredentials).IsFalse();
        await Assert.That(options.CertFile ?? options.KeyFile ?? options.CaFile).IsNull();
    }

    [Test]
    [Arguments("--no-verify-ssl", false)]
    [Arguments("--no-verify-ssl=true", false)]
    [Arguments("--no-verify-ssl=ON", false)]
    [Arguments("--no-verify-ssl=false", true)]
    [Arguments("--no-verify-ssl=0", true)]
    public async Task Run_Flag_IsOnUnlessItsValueSaysOff(string flag, bool verifies)
    {
        var run = await CommandLineRun.RunAsync($"-f https://search.test {flag}");

        await Assert.That(run.Options!.VerifySsl).IsEqualTo(verifies);
    }

    [Test]
    [Arguments("--unsigned-payload", PayloadOption.Unsigned, true)]
    [Arguments("--unsigned-payload=false", PayloadOption.Auto, true)]
    [Arguments("--no-sign-reqs", PayloadOption.Auto, false)]
    [Arguments("--no-sign", PayloadOption.Auto, false)]
    public async Task Run_FlagOfAnotherProxy_MeansTheOptionHere(string flag, object payload, bool signs)
    {
        var options = (await CommandLineRun.RunAsync($"-f https://search.test {flag}")).Options!;

        await Assert.That(options.Payload).IsEqualTo((PayloadOption)payload);
        await Assert.That(options.Sign).IsEqualTo(signs);
    }

    [Test]
    [Arguments("--strip-header X-A --duplicate-header X-B --assume-role arn:aws:iam::123456789012:role/r")]
    [Arguments("--strip X-A --duplicate-headers X-B --role-arn arn:aws:iam::123456789012:role/r")]
    [Arguments("--strip X-A --duplicate-header X-B --assume arn:aws:iam::123456789012:role/r")]
    public async Task Run_OptionOfAnotherProxy_MeansTheOptionHere(string arguments)
    {
        var options = (await CommandLineRun.RunAsync($"-f https://search.test {arguments}")).Options!;

        await Assert.That(options.HeaderRules.Stripped.Single()).IsEqualTo("X-A");
        await Assert.That(options.HeaderRules.Duplicated.Single()).IsEqualTo("X-B");
        await Assert.That(options.AssumeRoles.Single()).IsEqualTo("arn:aws:iam::123456789012:role/r");
    }

    [Test]
    public async Task Run_ForwardByHost_HasNoTargetAndTakesWhatMayBeNamed()
    {
        var run = await CommandLineRun.RunAsync("--forward-by-host --allow-host *.example.test,http://minio:9000 --allow-host x.test");

        await Assert.That(run.Error).IsEqualTo("");
        await Assert.That(run.Options!.ForwardTo).IsNull();
        await Assert.That(string.Join(' ', run.Options!.AllowHosts)).IsEqualTo("*.example.test http://minio:9000 x.test");
        await Assert.That((run.Options!.Service, run.Options!.Region)).IsEqualTo(("", ""));
    }

    [Test]
    [Arguments("-f https://x.test -s s3 -r us-east-1 -l 1 -u 2")]
    [Arguments("-f=https://x.test -s=s3 -r=us-east-1 -l=1 -u=2")]
    [Arguments("-fhttps://x.test -ss3 -rus-east-1 -l1 -u2")]
    [Arguments("--forward-to=https://x.test --service=s3 --region=us-east-1 --listen-on=1 --utility-port=2")]
    [Arguments("--endpoint https://x.test --name s3 --region us-east-1 --port 1 --utility-port 2")]
    public async Task Run_AnySpelling_MeansTheSame(string arguments)
    {
        var options = (await CommandLineRun.RunAsync(arguments)).Options!;

        await Assert.That(options.ForwardTo!.ToString()).IsEqualTo("https://x.test");
        await Assert.That((options.Service, options.Region)).IsEqualTo(("s3", "us-east-1"));
        await Assert.That((options.ListenOn.TcpPort, options.UtilityPort)).IsEqualTo((1, 2));
    }

    [Test]
    public async Task Run_NothingGiven_SaysWhatIsNeeded()
    {
        var run = await CommandLineRun.RunAsync("");

        await Assert.That(run.ExitStatus).IsEqualTo(2);
        await Assert.That(run.Output).IsEqualTo("");
        await Assert.That(run.Error).IsEqualTo(
            "error: --forward-to is required, or --forward-by-host\n"
            + "hint: give the URL where signed requests go; or try aws-sigv4-proxy demo, or --help\n");
    }

    [Test]
    [Arguments("demo", false)]
    [Arguments("demo --serve", true)]
    [Arguments("demo --serve=no", false)]
    public async Task Demo_WithOrWithoutServe_PassesItOn(string arguments, bool serves)
    {
        var run = await CommandLineRun.RunAsync(arguments);

        await Assert.That(run.DemoServes).IsEqualTo(serves);
        await Assert.That(run.ExitStatus).IsEqualTo(CommandLineRun.HandlerStatus);
    }

    [Test]
    [Arguments("scope", "")]
    [Arguments("scope https://a.test https://b.test", "https://a.test https://b.test")]
    [Arguments("scope -- --help -h --", "--help -h --")]
    public async Task Scope_Arguments_ArriveAsTheyAre(string arguments, string urls)
    {
        var run = await CommandLineRun.RunAsync(arguments);

        await Assert.That(string.Join(' ', run.ScopeUrls!)).IsEqualTo(urls);
        await Assert.That(run.Output).IsEqualTo("standard input");
        await Assert.That(run.ExitStatus).IsEqualTo(CommandLineRun.HandlerStatus);
    }

    [Test]
    public async Task Run_Check_GetsTheSameOptionsAndItsFormat()
    {
        string[] options = ["-f", "https://x.test", "--connect-timeout", "3", "--no-sign"];

        var check = await CommandLineRun.RunAsync(["check", .. options, "--format", "json"]);
        var run = await CommandLineRun.RunAsync(options);

        await Assert.That(check.ExitStatus).IsEqualTo(CommandLineRun.HandlerStatus);
        await Assert.That(check.Options).IsNull();
        await Assert.That(run.CheckedOptions).IsNull();
        await Assert.That(check.CheckedOptions).IsEqualTo(run.Options);
        await Assert.That(check.CheckFormat).IsEqualTo(CheckFormat.Json);
    }

    [Test]
    public async Task Run_HandlerThrows_IsReportedAsABugWithStatus1()
    {
        var run = await CommandLineRun.RunAsync(
            ["-f", "https://x.test"], handler: static _ => throw new InvalidOperationException("something broke"));

        await Assert.That(run.ExitStatus).IsEqualTo(1);
        await Assert.That(run.Error).StartsWith("error: something broke\nhint: this is a bug in aws-sigv4-proxy");
    }

    [Test]
    public async Task Run_OutputCannotBeWritten_IsAFailureAndNoCrash()
    {
        using var full = new FullWriter();
        using var error = new StringWriter();
        var handlers = new CommandHandlers(null!, null!, null!, null!, null!);

        var status = await CommandLine.RunAsync(["--help"], handlers, new ProcessStreams(static _ => null, TextReader.Null, full, error));

        await Assert.That(status).IsEqualTo(1);
        await Assert.That(error.ToString()).IsEqualTo("error: No space left on device\n");
    }

    [Test]
    public async Task Run_ErrorCannotBeWritten_StillHasItsExitStatus()
    {
        using var full = new FullWriter();
        var handlers = new CommandHandlers(null!, null!, null!, null!, null!);

        var status = await CommandLine.RunAsync([], handlers, new ProcessStreams(static _ => null, TextReader.Null, TextWriter.Null, full));

        await Assert.That(status).IsEqualTo(2);
    }

    /// <summary>A writer on a disk that is full.</summary>
    private sealed class FullWriter : StringWriter
    {
        public override void Write(string? value) => throw new IOException("No space left on device");
    }
}
