using System.Diagnostics;
using System.Net;
using System.Text.Json;
using AwsSigV4Proxy.Tests.Fakes;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace AwsSigV4Proxy.Tests.Native;

/// <summary>The check command of the published executable, against fakes of STS and of a target, well and ill.</summary>
internal sealed class CheckTests
{
    private const string AwsHost = "search-logs.eu-west-1.es.amazonaws.com";
    private static readonly string[] Names = ["target", "service", "region", "listening", "credentials", "identity", "dns", "tcp", "tls", "request", "clock"];

    [Test]
    public async Task Check_AllIsWell_SaysSoLineByLineWithStatus0()
    {
        await using var aws = await FakeAws.StartAsync();
        await using var sts = await FakeSts.StartAsync();

        var (status, output, error) = await RunAsync(sts, ["-f", $"{Origin(aws)}/prod", "-s", "es", "-r", "eu-west-1"]);

        await Assert.That(error).IsEqualTo("");
        await Assert.That(status).IsEqualTo(0);
        await Assert.That(string.Join('\n', output.Split('\n').Where(static line => line.Length > 0 && line[0] != ' ')))
            .Matches($"""
                ^ok    target       {Origin(aws)}/prod, from --forward-to
                ok    service      es, from --service
                ok    region       eu-west-1, from --region
                ok    listening    127.0.0.1:0: free
                ok    credentials  AKIDTEST, from environment variables; temporary, and nobody says when they expire
                ok    identity     arn:aws:iam::123456789012:user/AKIDTEST, told by STS at {sts.Url}/
                ok    dns          127.0.0.1 is an address
                ok    tcp          connected to 127.0.0.1:{aws.Address.Port} in \d+ ms
                --    tls          the target is http
                ok    request      GET /prod answered 200: the signature was accepted
                ok    clock        this machine's clock is \d s (ahead of|behind) the target's
                All is well.$
                """);
        await Assert.That((await aws.NextAsync()).RawTarget).IsEqualTo("/prod");
        await Assert.That(sts.Requests.Single().SigningRegion).IsEqualTo("eu-west-1");
    }

    [Test]
    public async Task Check_AwsHostBehindATunnel_IsDialledSignedAndFoundByItsName()
    {
        using var certificates = new TestCertificates();
        using var folder = new TestFolder();
        await using var aws = await FakeAws.StartAsync(
            listen: listener => listener.UseHttps(TestCertificates.ForServer(certificates.Issue(names: AwsHost))));
        await using var sts = await FakeSts.StartAsync();

        var report = await RunJsonAsync(
            sts, 0, ["-f", Origin(aws), "--sign-host", AwsHost, "--ca", folder.Write("ca.pem", certificates.RootPem)],
            ("AWS_REGION", "us-east-1"));

        await Assert.That(report.All(static check => check.Mark == "ok")).IsTrue();
        await Assert.That(Found(report, "service")).IsEqualTo("es, from the host name");
        await Assert.That(Found(report, "region")).IsEqualTo("eu-west-1, from the host name");
        await Assert.That(Found(report, "tls")).StartsWith("TLS 1.3, certificate of CN=localhost, signed by CN=Test root, good from ");
        await Assert.That((await aws.NextAsync()).Header("Host")).IsEqualTo(AwsHost);
    }

    [Test]
    public async Task Check_EnvironmentAndConfiguration_AreNamedAsOrigins()
    {
        await using var aws = await FakeAws.StartAsync();
        await using var sts = await FakeSts.StartAsync();

        var report = await RunJsonAsync(
            sts, 0, [], ("AWS_SIGV4_PROXY_FORWARD_TO", Origin(aws)), ("AWS_SIGV4_PROXY_SERVICE", "es"), ("AWS_DEFAULT_REGION", "eu-north-1"));

        await Assert.That(Found(report, "target")).EndsWith(", from AWS_SIGV4_PROXY_FORWARD_TO");
        await Assert.That(Found(report, "service")).IsEqualTo("es, from AWS_SIGV4_PROXY_SERVICE");
        await Assert.That(Found(report, "region")).IsEqualTo("eu-north-1, from AWS_DEFAULT_REGION");
    }

    [Test]
    [Arguments("--algorithm", "sigv4a", "--region-set", "eu-*")]
    [Arguments("--sign-location", "query")]
    [Arguments("--payload", "unsigned")]
    public async Task Check_OtherSignatures_AreAcceptedToo(params string[] arguments)
    {
        await using var aws = await FakeAws.StartAsync();
        await using var sts = await FakeSts.StartAsync();

        var report = await RunJsonAsync(sts, 0, ["-f", Origin(aws), "-s", "es", "-r", "eu-west-1", .. arguments]);

        await Assert.That(report.Single(static check => check.Name == "request").Cause).IsEqualTo("accepted");
    }

    [Test]
    public async Task Check_NoSign_NeedsNoCredentials()
    {
        await using var upstream = await TestServer.StartAsync(static context => context.Response.WriteAsync("hello"));

        var report = await RunJsonAsync(null, 0, ["-f", upstream.Address.GetLeftPart(UriPartial.Authority), "--no-sign"]);

        await Assert.That(Found(report, "request")).IsEqualTo("GET / answered 200: forwarded unsigned");
        await Assert.That(Marks(report)).IsEqualTo("ok skipped skipped ok skipped skipped ok ok skipped ok ok");
    }

    [Test]
    public async Task Check_ByHost_ChecksCredentialsAndIdentityAlone()
    {
        await using var sts = await FakeSts.StartAsync();

        var report = await RunJsonAsync(sts, 0, ["--forward-by-host"]);

        await Assert.That(Marks(report)).IsEqualTo("skipped skipped skipped ok ok ok skipped skipped skipped skipped skipped");
        await Assert.That(Found(report, "target")).Contains("there is no one target to try");
    }

    // The proxy does not start with them, whatever host a request will name.
    [Test]
    public async Task Check_ByHostAndRootsThatCannotBeRead_Fails()
    {
        using var folder = new TestFolder();
        await using var sts = await FakeSts.StartAsync();
        var roots = folder.Write("ca.pem", "nothing");

        var report = await RunJsonAsync(sts, 1, ["--forward-by-host", "--ca", roots]);

        await Assert.That(Marks(report)).IsEqualTo("skipped skipped skipped ok ok ok skipped skipped failed skipped skipped");
        await Assert.That(Found(report, "tls")).Contains(roots);
    }

    [Test]
    public async Task Check_NoCredentials_SaysWhereItLooked()
    {
        await using var aws = await FakeAws.StartAsync();
        using var home = new TestFolder();
        var (status, output, _) = await Executable.RunAsync(
            ["check", "-l", "127.0.0.1:0", "-u", "0", "-f", Origin(aws), "-s", "es", "-r", "eu-west-1"],
            new Dictionary<string, string> { ["HOME"] = home.Path, ["AWS_EC2_METADATA_DISABLED"] = "true" });

        await Assert.That(status).IsEqualTo(1);
        await Assert.That(output).Contains("FAIL  credentials  No AWS credentials: environment: AWS_ACCESS_KEY_ID is not set");
        await Assert.That(output).Contains($"- profile 'default': {home.Path}/.aws/credentials (not there), {home.Path}/.aws/config (not there)");
        await Assert.That(output).Contains("AWS_CONTAINER_CREDENTIALS_FULL_URI (not set)");
        await Assert.That(output).Contains("--    request      there are no credentials to sign it with");
        await Assert.That(output).EndsWith("\nFailed: credentials.\n");
        await Assert.That(aws.WasVisited).IsFalse();
    }

    [Test]
    [Arguments("http://nothing.invalid", "dns", "the name nothing.invalid cannot be resolved")]
    [Arguments("http://127.0.0.1:{port}", "tcp", "127.0.0.1:{port} refuses connections")]
    public async Task Check_NoConnection_FailsThereAndSkipsTheRest(string url, string name, string found)
    {
        var port = $"{FreePort.Find()}";
        await using var sts = await FakeSts.StartAsync();

        var report = await RunJsonAsync(sts, 1, ["-f", url.Replace("{port}", port, StringComparison.Ordinal), "-s", "es", "-r", "eu-west-1"]);

        await Assert.That(Failed(report)).IsEqualTo(name);
        await Assert.That(Found(report, name)).StartsWith(found.Replace("{port}", port, StringComparison.Ordinal));
        await Assert.That(Found(report, "clock")).IsEqualTo($"{name} did not succeed");
    }

    [Test]
    [Arguments("expired", " expired on 20")]
    [Arguments("early", " is not good before 20")]
    [Arguments("another name", " is for localhost, 127.0.0.1, not for " + AwsHost)]
    [Arguments("another root", " is not trusted (")]
    [Arguments("no certificate", "the handshake failed: ")]
    public async Task Check_CertificateThatIsNotGood_SaysWhy(string fault, string found)
    {
        using var certificates = new TestCertificates();
        using var others = new TestCertificates();
        using var folder = new TestFolder();
        var now = DateTimeOffset.UtcNow;
        var leaf = fault switch
        {
            "expired" => certificates.Issue(notBefore: now.AddDays(-9), notAfter: now.AddDays(-1)),
            "early" => certificates.Issue(notBefore: now.AddDays(1), notAfter: now.AddDays(9)),
            _ => certificates.Issue(),
        };
        await using var upstream = await TestServer.StartAsync(static _ => Task.CompletedTask, fault == "no certificate" ? null : leaf);
        await using var sts = await FakeSts.StartAsync();
        string[] name = fault == "another name" ? ["--sign-host", AwsHost] : [];

        var report = await RunJsonAsync(
            sts, 1, ["-f", $"https://127.0.0.1:{upstream.Address.Port}", "-s", "es", "-r", "eu-west-1", .. name,
                "--ca", folder.Write("ca.pem", (fault == "another root" ? others : certificates).RootPem)]);

        await Assert.That(Failed(report)).IsEqualTo("tls");
        await Assert.That(Found(report, "tls")).Contains(found);
    }

    [Test]
    public async Task Check_CertificateThatExpiresSoon_IsAWarning()
    {
        using var certificates = new TestCertificates();
        using var folder = new TestFolder();
        await using var aws = await FakeAws.StartAsync(listen: listener => listener.UseHttps(
            TestCertificates.ForServer(certificates.Issue(notAfter: DateTimeOffset.UtcNow.AddDays(3)))));
        await using var sts = await FakeSts.StartAsync();

        var report = await RunJsonAsync(
            sts, 3, ["-f", Origin(aws), "-s", "es", "-r", "eu-west-1", "--ca", folder.Write("ca.pem", certificates.RootPem)]);

        await Assert.That(Marks(report)).IsEqualTo("ok ok ok ok ok ok ok ok warning ok ok");
    }

    [Test]
    public async Task Check_TargetThatSpeaksNoHttp_FailsInTheRequest()
    {
        await using var upstream = RawUpstream.Answering("no HTTP\r\n\r\n");
        await using var sts = await FakeSts.StartAsync();

        var report = await RunJsonAsync(sts, 1, ["-f", upstream.Address.GetLeftPart(UriPartial.Authority), "-s", "es", "-r", "eu-west-1"]);

        await Assert.That(Failed(report)).IsEqualTo("request");
        await Assert.That(report.Single(static check => check.Name == "request").Next!).Contains("see the target's log");
        await Assert.That(report.Single(static check => check.Name == "request").Cause).IsEqualTo("connection");
    }

    [Test]
    public async Task Check_HttpToAPortThatSpeaksTls_NamesHttps()
    {
        using var certificates = new TestCertificates();
        await using var upstream = await TestServer.StartAsync(static _ => Task.CompletedTask, certificates.Issue());
        await using var sts = await FakeSts.StartAsync();

        var report = await RunJsonAsync(sts, 1, ["-f", $"http://127.0.0.1:{upstream.Address.Port}", "-s", "es", "-r", "eu-west-1"]);

        await Assert.That(Failed(report)).IsEqualTo("request");
        await Assert.That(report.Single(static check => check.Name == "request").Next)
            .IsEqualTo("this port speaks TLS: write https:// in --forward-to");
    }

    [Test]
    public async Task Check_Redirect_IsAWarning()
    {
        await using var upstream = await TestServer.StartAsync(static context =>
        {
            context.Response.StatusCode = 302;
            context.Response.Headers.Location = "https://login.test/";
            return Task.CompletedTask;
        });
        await using var sts = await FakeSts.StartAsync();

        var report = await RunJsonAsync(sts, 3, ["-f", upstream.Address.GetLeftPart(UriPartial.Authority), "-s", "es", "-r", "eu-west-1"]);

        await Assert.That(Found(report, "request")).StartsWith("GET / answered 302, a redirect to \"https://login.test/\"");
        await Assert.That(report.Single(static check => check.Name == "request").Next!).StartsWith("if it leads to the endpoint");
    }

    [Test]
    public async Task Check_RedirectOfS3_NamesTheRegionOfTheBucket()
    {
        await using var upstream = await TestServer.StartAsync(static context =>
        {
            context.Response.StatusCode = 301;
            context.Response.Headers["x-amz-bucket-region"] = "eu-central-1";
            return Task.CompletedTask;
        });
        await using var sts = await FakeSts.StartAsync();

        var report = await RunJsonAsync(sts, 1, ["-f", upstream.Address.GetLeftPart(UriPartial.Authority), "-s", "s3", "-r", "eu-west-1"]);

        await Assert.That(report.Single(static check => check.Name == "request").Next!).StartsWith("give --region eu-central-1");
    }

    [Test]
    public async Task Check_RefusalByAPage_QuotesItsTitle()
    {
        await using var upstream = await TestServer.StartAsync(static context =>
        {
            context.Response.StatusCode = 403;
            return context.Response.WriteAsync("<html><head><title>Request blocked</title></head></html>");
        });
        await using var sts = await FakeSts.StartAsync();

        var report = await RunJsonAsync(sts, 1, ["-f", upstream.Address.GetLeftPart(UriPartial.Authority), "-s", "es", "-r", "eu-west-1"]);

        await Assert.That(Found(report, "request")).StartsWith("GET / answered 403: \"Request blocked\": refused");
    }

    [Test]
    public async Task Check_RootsThatCannotBeRead_FailTheHandshake()
    {
        using var folder = new TestFolder();
        await using var aws = await FakeAws.StartAsync();
        await using var sts = await FakeSts.StartAsync();
        var roots = folder.Write("ca.pem", "nothing");

        var report = await RunJsonAsync(
            sts, 1, ["-f", $"https://127.0.0.1:{aws.Address.Port}", "-s", "es", "-r", "eu-west-1", "--ca", roots]);

        await Assert.That(Failed(report)).IsEqualTo("tls");
        await Assert.That(Found(report, "tls")).Contains(roots);
    }

    [Test]
    public async Task Check_RootsThatCannotBeReadAndNoHandshake_FailTheRequest()
    {
        using var folder = new TestFolder();
        await using var aws = await FakeAws.StartAsync();
        await using var sts = await FakeSts.StartAsync();
        var roots = folder.Write("ca.pem", "nothing");

        var report = await RunJsonAsync(sts, 1, ["-f", Origin(aws), "-s", "es", "-r", "eu-west-1", "--ca", roots]);

        await Assert.That(Failed(report)).IsEqualTo("request");
        await Assert.That(Found(report, "request")).Contains(roots);
    }

    [Test]
    public async Task Check_CertificateThatIsNotVerified_IsAWarning()
    {
        using var certificates = new TestCertificates();
        await using var aws = await FakeAws.StartAsync(
            listen: listener => listener.UseHttps(TestCertificates.ForServer(certificates.Issue())));
        await using var sts = await FakeSts.StartAsync();

        var report = await RunJsonAsync(sts, 3, ["-f", Origin(aws), "-s", "es", "-r", "eu-west-1", "--no-verify-ssl"]);

        await Assert.That(Marks(report)).IsEqualTo("ok ok ok ok ok ok ok ok warning ok ok");
    }

    [Test]
    [Arguments(AwsHost, "InvalidClientTokenId", "failed", 1)]
    [Arguments("minio.test", "InvalidClientTokenId", "skipped", 0)]
    [Arguments(AwsHost, "UnrecognizedClientException", "failed", 1)]
    public async Task Check_CredentialsThatStsRefuses_FailWhereTheyAreForAws(string host, string code, string mark, int exitStatus)
    {
        await using var aws = await FakeAws.StartAsync();
        await using var sts = await FakeSts.StartAsync();
        sts.Error = code;

        var report = await RunJsonAsync(sts, exitStatus, ["-f", Origin(aws), "--sign-host", host, "-s", "es", "-r", "eu-west-1"]);

        await Assert.That(report.Single(static check => check.Name == "identity").Mark).IsEqualTo(mark);
        await Assert.That(Found(report, "identity")).Contains("AWS does not know the access key");
    }

    // These say nothing against the credentials, and the proxy itself asks STS for roles alone.
    [Test]
    [Arguments("AccessDenied", "a policy of the VPC endpoint")]
    [Arguments("Throttling", "try again later")]
    [Arguments("RegionDisabledException", "--sts-region")]
    [Arguments("RequestExpired", "set this machine's clock")]
    [Arguments("InternalFailure", "try again later")]
    public async Task Check_StsThatRefusesSomethingElse_IsAWarning(string code, string next)
    {
        await using var aws = await FakeAws.StartAsync();
        await using var sts = await FakeSts.StartAsync();
        sts.Error = code;

        var report = await RunJsonAsync(sts, 3, ["-f", Origin(aws), "--sign-host", AwsHost, "-s", "es", "-r", "eu-west-1"]);

        var identity = report.Single(static check => check.Name == "identity");
        await Assert.That(identity.Mark).IsEqualTo("warning");
        await Assert.That(identity.Found).Contains(code);
        await Assert.That(identity.Found).DoesNotContain("trust policy");
        await Assert.That(identity.Next!).Contains(next);
        await Assert.That(identity.Next!).EndsWith("the proxy itself asks STS for roles alone");
    }

    [Test]
    [Arguments("service", 403, """{"message":"Credential should be scoped to correct service: 'aoss'. "}""")]
    [Arguments("region", 403, """{"message":"Credential should be scoped to a valid region, not 'eu-west-1'. "}""")]
    [Arguments("token", 403, "<ErrorResponse><Error><Code>ExpiredToken</Code><Message>{echo}</Message></Error></ErrorResponse>")]
    [Arguments("policy", 403, """{"Message":"User: arn:aws:iam::1:user/a is not authorized to perform: es:ESHttpGet {echo}"}""")]
    [Arguments("signature", 403, "<Error><Code>SignatureDoesNotMatch</Code><Message>m {echo}</Message><CanonicalRequest>GET\n/\n\nhost:elsewhere\nx-amz-security-token:test-session-token\n</CanonicalRequest></Error>")]
    [Arguments("refused", 403, """{"message":"Forbidden {echo}"}""")]
    [Arguments("server", 500, """{"message":"{echo}"}""")]
    public async Task Check_Refusal_IsExplainedByItsCauseWithoutSecrets(string cause, int status, string body)
    {
        var echo = "";
        await using var aws = await FakeAws.StartAsync((context, request) =>
        {
            echo = $"{TestProxy.Credentials.SecretAccessKey} {request.Header("X-Amz-Security-Token")} {request.Header("Authorization")}";
            context.Response.StatusCode = status;
            return context.Response.WriteAsync(body.Replace("{echo}", echo, StringComparison.Ordinal));
        });
        await using var sts = await FakeSts.StartAsync();
        string[] arguments = ["-f", Origin(aws), "-s", "es", "-r", "eu-west-1", "--log-signing", "--log-level", "trace"];

        var report = await RunJsonAsync(sts, 1, arguments);
        var text = await RunAsync(sts, arguments);

        var request = report.Single(static check => check.Name == "request");
        await Assert.That((request.Mark, request.Cause)).IsEqualTo(("failed", cause));
        await Assert.That(Failed(report)).IsEqualTo("request");
        foreach (var output in (string[])[request.Text, text.Output, text.Error])
            await AssertHoldsNoSecretAsync(output, echo);
    }

    [Test]
    public async Task Check_WrongSecret_IsASignatureThatDoesNotMatch()
    {
        await using var aws = await FakeAws.StartAsync(refuse: static (context, _) =>
            context.Response.WriteAsync("""{"__type":"InvalidSignatureException","message":"The request signature we calculated does not match"}"""));

        var report = await RunJsonAsync(
            null, 1, ["-f", Origin(aws), "-s", "es", "-r", "eu-west-1"],
            ("AWS_SECRET_ACCESS_KEY", TestProxy.WrongCredentials.SecretAccessKey), ("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9"));

        await Assert.That(report.Single(static check => check.Name == "request").Cause).IsEqualTo("signature");
    }

    [Test]
    public async Task Check_ClockThatIsOff_FailsOfItsOwnAndInTheRequest()
    {
        await using var aws = await FakeAws.StartAsync(
            refuse: static (context, _) => context.Response.WriteAsync("<Error><Code>RequestTimeTooSkewed</Code><Message>m</Message></Error>"),
            time: new ShiftedTime(TimeSpan.FromMinutes(20)));
        await using var sts = await FakeSts.StartAsync();

        var report = await RunJsonAsync(sts, 1, ["-f", Origin(aws), "-s", "es", "-r", "eu-west-1"]);

        await Assert.That(Failed(report)).IsEqualTo("request clock");
        await Assert.That(report.Single(static check => check.Name == "request").Cause).IsEqualTo("clock");
        await Assert.That(Found(report, "clock")).Matches("^this machine's clock is (1199|1200|1201) s behind the target's");
    }

    [Test]
    public async Task Check_TargetThatDoesNotAnswer_FailsInTime()
    {
        await using var upstream = await TestServer.StartAsync(static context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await using var sts = await FakeSts.StartAsync();
        var started = Stopwatch.GetTimestamp();

        // The connection is there at once: its limit, which the process may not have to end in the test's, is none of the request's.
        var report = await RunJsonAsync(
            sts, 1, ["-f", upstream.Address.GetLeftPart(UriPartial.Authority), "-s", "es", "-r", "eu-west-1",
                "--connect-timeout", "50s", "--request-timeout", "300ms"]);

        await Assert.That(Stopwatch.GetElapsedTime(started)).IsLessThan(TimeSpan.FromSeconds(40));
        await Assert.That(Found(report, "request")).EndsWith("did not answer within 300ms (--request-timeout)");
        await Assert.That(report.Single(static check => check.Name == "request").Cause).IsEqualTo("connection");
        await Assert.That(report.Single(static check => check.Name == "request").Next!).Contains("raise --request-timeout");
    }

    [Test]
    public async Task Check_Text_IsWrittenWhileTheRestStillRuns()
    {
        var asked = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        await using var upstream = await TestServer.StartAsync(async context =>
        {
            asked.TrySetResult();
            await goOn.Task;
        });
        await using var sts = await FakeSts.StartAsync();
        using var home = new TestFolder();
        var variables = NativeProxy.Credentials;
        (variables["HOME"], variables["AWS_ENDPOINT_URL_STS"]) = (home.Path, sts.Url);
        using var process = Executable.Start(
            ["check", "-l", "127.0.0.1:0", "-u", "0", "-f", upstream.Address.GetLeftPart(UriPartial.Authority), "-s", "es", "-r", "eu-west-1"], variables);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));

        await asked.Task.WaitAsync(limit.Token);
        string? line;
        do
        {
            line = await process.StandardOutput.ReadLineAsync(limit.Token);
        }
        while (line?.StartsWith("--    tls ", StringComparison.Ordinal) == false);

        // It came before the answer to the request did.
        await Assert.That(line).IsEqualTo("--    tls          the target is http");
        goOn.SetResult();
        await Assert.That(await process.StandardOutput.ReadToEndAsync(limit.Token)).EndsWith("All is well.\n");
        await process.WaitForExitAsync(limit.Token);
    }

    private static string Origin(FakeAws aws) => aws.Address.GetLeftPart(UriPartial.Authority);

    private static string Found(IEnumerable<Check> report, string name) => report.Single(check => check.Name == name).Found;

    private static string Marks(IEnumerable<Check> report) => string.Join(' ', report.Select(static check => check.Mark));

    private static string Failed(IEnumerable<Check> report) =>
        string.Join(' ', report.Where(static check => check.Mark == "failed").Select(static check => check.Name));

    private static async Task AssertHoldsNoSecretAsync(string output, string echo)
    {
        await Assert.That(output).DoesNotContain(TestProxy.Credentials.SecretAccessKey);
        await Assert.That(output).DoesNotContain(TestProxy.Credentials.SessionToken!);
        await Assert.That(output).DoesNotContain(echo.Split("Signature=")[1]);
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(
        FakeSts? sts, string[] arguments, params (string Name, string Value)[] environment)
    {
        using var home = new TestFolder();
        var variables = NativeProxy.Credentials;
        (variables["HOME"], variables["AWS_EC2_METADATA_DISABLED"]) = (home.Path, "true");
        if (sts is not null)
            variables["AWS_ENDPOINT_URL_STS"] = sts.Url;
        foreach (var (name, value) in environment)
            variables[name] = value;
        return await Executable.RunAsync(["check", "-l", "127.0.0.1:0", "-u", "0", .. arguments], variables);
    }

    /// <summary>Runs it with <c>--format json</c> and reads the report, which always has the same checks.</summary>
    private static async Task<IReadOnlyList<Check>> RunJsonAsync(
        FakeSts? sts, int exitStatus, string[] arguments, params (string Name, string Value)[] environment)
    {
        var (status, output, error) = await RunAsync(sts, [.. arguments, "--format", "json"], environment);
        await Assert.That(error).IsEqualTo("");
        using var document = JsonDocument.Parse(output);
        var report = document.RootElement.GetProperty("checks").EnumerateArray().Select(check => new Check(
            check.GetProperty("name").GetString()!, check.GetProperty("mark").GetString()!, check.GetProperty("found").GetString()!,
            check.TryGetProperty("next", out var next) ? next.GetString() : null,
            check.TryGetProperty("cause", out var cause) ? cause.GetString() : null, output)).ToArray();
        await Assert.That(string.Join(' ', report.Select(static check => check.Name))).IsEqualTo(string.Join(' ', Names));
        await Assert.That(status).IsEqualTo(exitStatus).Because(output);
        await Assert.That(document.RootElement.GetProperty("ok").GetBoolean()).IsEqualTo(exitStatus == 0);
        return report;
    }

    /// <summary>A check of the JSON report.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Mark">Its mark.</param>
    /// <param name="Found">Its sentence.</param>
    /// <param name="Next">What to do, or null.</param>
    /// <param name="Cause">The cause of a refusal, or null.</param>
    /// <param name="Text">The whole report.</param>
    private sealed record Check(string Name, string Mark, string Found, string? Next, string? Cause, string Text);
}
