using System.Net;
using System.Text.Json;
using AwsSigV4Proxy.Tests.Fakes;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace AwsSigV4Proxy.Tests.Native;

/// <summary>The published executable as a proxy: signing, many callers, TLS, signals, logs, a start that fails.</summary>
public class RunTests
{
    [Test]
    public async Task Run_Request_ArrivesSigned()
    {
        await using var aws = await FakeAws.StartAsync((context, request) => context.Response.WriteAsync($"{request.Method} {request.Body.Length}"));
        await using var proxy = await NativeProxy.StartAsync(aws);

        using var answer = await proxy.Client.PostAsync("/a%2Fb?c=d", new StringContent("hello"));

        await Assert.That(await answer.Content.ReadAsStringAsync()).IsEqualTo("POST 5");
        await Assert.That((await aws.NextAsync()).RawTarget).IsEqualTo("/a%2Fb?c=d");
    }

    [Test]
    public async Task Run_200ConnectionsAtOnce_AllAreServed()
    {
        const int Callers = 200;
        var (arrived, all) = (0, new TaskCompletionSource());
        await using var aws = await FakeAws.StartAsync(async (context, request) =>
        {
            // Nobody is answered before everybody is there: all of them are open at once.
            if (Interlocked.Increment(ref arrived) == Callers)
                all.SetResult();
            await all.Task;
            await context.Response.WriteAsync($"{request.RawTarget} {request.Body.Length}");
        });
        await using var proxy = await NativeProxy.StartAsync(aws);

        var answers = await Task.WhenAll(Enumerable.Range(0, Callers).Select(async i =>
        {
            using var answer = await proxy.Client.PostAsync($"/{i}", new StringContent(new string('x', i * 10)));
            return $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
        }));

        await Assert.That(answers).IsEquivalentTo(Enumerable.Range(0, Callers).Select(i => $"200 /{i} {i * 10}"));
    }

    [Test]
    public async Task Run_TlsOnBothSides_Serves()
    {
        using var certificates = new TestCertificates();
        using var folder = new TestFolder();
        var leaf = certificates.Issue();
        await using var aws = await FakeAws.StartAsync(
            (context, _) => context.Response.WriteAsync("hello"),
            listener => listener.UseHttps(TestCertificates.ForServer(certificates.Issue())));
        await using var proxy = await NativeProxy.StartAsync(aws,
            "--ca", folder.Write("ca.pem", certificates.RootPem), "-c", folder.Write("cert.pem", TestCertificates.Pem(leaf)),
            "-k", folder.Write("key.pem", TestCertificates.TraditionalKeyPem(leaf)));
        using var caller = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = { CertificateChainPolicy = certificates.TrustingRoot() },
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, proxy.Client.BaseAddress)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        using var answer = await caller.SendAsync(request);

        await Assert.That(await answer.Content.ReadAsStringAsync()).IsEqualTo("hello");
    }

    [Test]
    [Arguments("TERM")]
    [Arguments("INT")]
    [Arguments("QUIT")]
    [Arguments("HUP")]
    public async Task Run_SignalWithRequestInFlight_FinishesItAndEndsWithStatus0(string signal)
    {
        var (arrived, released) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var aws = await FakeAws.StartAsync(async (context, _) =>
        {
            arrived.SetResult();
            await released.Task;
            await context.Response.WriteAsync("finished");
        });
        await using var proxy = await NativeProxy.StartAsync(aws);

        var inFlight = proxy.Client.GetStringAsync("/");
        await arrived.Task;
        proxy.Signal(signal);
        await proxy.WaitForLineAsync($"SIG{signal} received");
        released.SetResult();

        await Assert.That(await inFlight).IsEqualTo("finished");
        await Assert.That(await proxy.WaitForExitAsync()).IsEqualTo(0);
    }

    [Test]
    public async Task Run_SecondSignal_EndsAtOnce()
    {
        var arrived = new TaskCompletionSource();
        await using var upstream = RawUpstream.Start(async (stream, stop) =>
        {
            await RawUpstream.ReadHeadAsync(stream, stop);
            arrived.SetResult();
            await Task.Delay(Timeout.Infinite, stop);
        });
        await using var proxy = await NativeProxy.StartAsync(upstream.Address, NativeProxy.Credentials);

        var inFlight = proxy.Client.GetAsync("/");
        await arrived.Task;
        proxy.Signal("TERM");
        await proxy.WaitForLineAsync("SIGTERM received");
        // The same one again, as timeout(1) sends it, counts for nothing; another one is meant.
        proxy.Signal("TERM");
        proxy.Signal("INT");

        await Assert.That(await proxy.WaitForExitAsync()).IsEqualTo(128 + 2);
        await Assert.That(async () => await inFlight).Throws<HttpRequestException>();
    }

    [Test]
    public async Task Run_UtilityPort_TellsHealthAndReadiness()
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await NativeProxy.StartAsync(aws, "-u", $"{FreePort.Find()}");
        using var probe = new HttpClient { BaseAddress = new Uri(await proxy.WaitForLineAsync("health and readiness on ")) };

        await Assert.That(await probe.GetStringAsync("/")).IsEqualTo("OK\n");
        await Assert.That(await probe.GetStringAsync("/health")).IsEqualTo("OK\n");
        await Assert.That((await probe.GetAsync("/ready")).StatusCode).IsEqualTo(HttpStatusCode.OK);
        await Assert.That((await probe.GetAsync("/other")).StatusCode).IsEqualTo(HttpStatusCode.NotFound);
        await Assert.That((await probe.PostAsync("/health", null)).StatusCode).IsEqualTo(HttpStatusCode.MethodNotAllowed);
        await Assert.That(aws.WasVisited).IsFalse();
    }

    [Test]
    public async Task Run_WithoutCredentials_IsNotReadyAndSaysWhy()
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await NativeProxy.StartAsync(aws.Address, new Dictionary<string, string>(), "-u", $"{FreePort.Find()}");
        using var probe = new HttpClient { BaseAddress = new Uri(await proxy.WaitForLineAsync("health and readiness on ")) };
        await proxy.WaitForLineAsync("No AWS credentials");

        using var ready = await probe.GetAsync("/ready");
        using var answer = await proxy.Client.GetAsync("/");

        await Assert.That(ready.StatusCode).IsEqualTo(HttpStatusCode.ServiceUnavailable);
        await Assert.That(await ready.Content.ReadAsStringAsync()).Contains("AWS_ACCESS_KEY_ID");
        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.ServiceUnavailable);
        await Assert.That(answer.Headers.RetryAfter).IsNotNull();
        await Assert.That((await probe.GetAsync("/health")).StatusCode).IsEqualTo(HttpStatusCode.OK);
    }

    [Test]
    public async Task Run_PortTaken_EndsWithStatus1AndSaysWhich()
    {
        await using var aws = await FakeAws.StartAsync();
        var (exitCode, output, error) = await Executable.RunAsync(
            ["-f", "http://127.0.0.1:1", "-s", "es", "-r", "eu-west-1", "-u", "0", "-l", $"127.0.0.1:{aws.Address.Port}"], NativeProxy.Credentials);

        await Assert.That(exitCode).IsEqualTo(1);
        await Assert.That(error).StartsWith("error: ").And.Contains($"{aws.Address.Port}").And.Contains("\nhint: ");
        await Assert.That(output).DoesNotContain("listening");
    }

    [Test]
    [Arguments("text")]
    [Arguments("json")]
    public async Task Run_LogAtTrace_HoldsNoSecret(string format)
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await NativeProxy.StartAsync(aws, "--log-level", "trace", "--log-format", format);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/?X-Amz-Signature=callers-signature&X-Amz-Security-Token=callers-token&key=in-query");
        request.Headers.TryAddWithoutValidation("Authorization", "Basic dXNlcjpwYXNz");
        request.Headers.TryAddWithoutValidation("Cookie", "session=in-cookie");

        using var answer = await proxy.Client.SendAsync(request);
        var sent = (await aws.NextAsync()).Header("authorization")!;
        await proxy.StopAsync();

        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.OK);
        foreach (var secret in (string[])
            [TestProxy.Credentials.SecretAccessKey, TestProxy.Credentials.SessionToken!, sent[^64..],
             "callers-signature", "callers-token", "dXNlcjpwYXNz", "in-cookie", "in-query"])
        {
            await Assert.That(proxy.Output).DoesNotContain(secret);
        }

        await Assert.That(proxy.Output).DoesNotContain("could not be written");
    }

    [Test]
    public async Task Run_FailureWithControlCharacters_IsLoggedWithoutThem()
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await NativeProxy.StartAsync(aws);

        var head = await RawCaller.HeadOfAnswerAsync(proxy.Client.BaseAddress!,
            "PUT / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nx-amz-content-sha256: STREAMING-\u001B[31mRED\u009B\r\n\r\nx");
        await proxy.WaitForLineAsync("bad_request");

        await Assert.That(head).StartsWith("HTTP/1.1 400 ");
        await Assert.That(proxy.Output.Any(c => char.IsControl(c) && c != '\n')).IsFalse();
    }

    [Test]
    public async Task Run_LogAsJson_IsOneObjectALineWithStableNames()
    {
        await using var upstream = RawUpstream.Start((_, _) => Task.CompletedTask);
        await using var proxy = await NativeProxy.StartAsync(upstream.Address, NativeProxy.Credentials, "--log-format", "json");

        using var answer = await proxy.Client.GetAsync("/path?secret");
        await proxy.StopAsync();
        var lines = proxy.Output.Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        var failure = lines.Single(line => line.TryGetProperty("code", out _));

        await Assert.That(lines.All(line => line.TryGetProperty("time", out _) && line.TryGetProperty("level", out _)
            && line.TryGetProperty("message", out _))).IsTrue();
        await Assert.That(failure.GetProperty("code").GetString()).IsEqualTo("upstream_reset");
        await Assert.That(failure.GetProperty("status").GetInt32()).IsEqualTo(502);
        await Assert.That(failure.GetProperty("method").GetString()).IsEqualTo("GET");
        await Assert.That(failure.GetProperty("path").GetString()).IsEqualTo("/path");
    }

    [Test]
    public async Task Run_LargeBody_LiesInAFileThatNobodyElseCanReadAndThatHasNoName()
    {
        if (!OperatingSystem.IsLinux())
            return; // /proc shows what an open file is

        using var folder = new TestFolder();
        var (arrived, released) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var aws = await FakeAws.StartAsync(async (_, _) =>
        {
            arrived.SetResult();
            await released.Task;
        });
        var environment = NativeProxy.Credentials;
        environment["TMPDIR"] = folder.Path;
        await using var proxy = await NativeProxy.StartAsync(aws.Address, environment, "--buffer-size", "1KiB");

        var inFlight = proxy.Client.PostAsync("/", new ByteArrayContent(new byte[100_000]));
        await arrived.Task;
        var file = new DirectoryInfo($"/proc/{proxy.Id}/fd").GetFiles()
            .Single(fd => fd.LinkTarget?.StartsWith(folder.Path, StringComparison.Ordinal) == true);

        await Assert.That(Directory.GetFiles(folder.Path)).IsEmpty();
        await Assert.That(file.LinkTarget).EndsWith(" (deleted)");
        using (var handle = File.OpenHandle(file.FullName))
            await Assert.That(File.GetUnixFileMode(handle)).IsEqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        released.SetResult();
        await Assert.That((await inFlight).StatusCode).IsEqualTo(HttpStatusCode.OK);
    }

    [Test]
    public async Task Run_LargeBodyThatItsCallerCutsShort_LeavesNoTemporaryFileOpen()
    {
        if (!OperatingSystem.IsLinux())
            return; // /proc shows what an open file is

        using var folder = new TestFolder();
        await using var aws = await FakeAws.StartAsync();
        var environment = NativeProxy.Credentials;
        environment["TMPDIR"] = folder.Path;
        await using var proxy = await NativeProxy.StartAsync(aws.Address, environment, "--buffer-size", "1KiB");
        bool HasFile() => new DirectoryInfo($"/proc/{proxy.Id}/fd").GetFiles()
            .Any(fd => fd.LinkTarget?.StartsWith(folder.Path, StringComparison.Ordinal) == true);

        await using (var caller = await RawConnection.OpenAsync(proxy.Client.BaseAddress!))
        {
            await caller.WriteAsync("PUT / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 200000\r\n\r\n");
            await caller.WriteAsync(new byte[100_000]);
            await UntilAsync(HasFile);
            caller.Reset();
        }

        await UntilAsync(() => !HasFile());
        await Assert.That(aws.WasVisited).IsFalse();
    }

    [Test]
    public async Task Run_LargeBodyWithoutTemporaryFolder_SaysWhatToDo()
    {
        using var folder = new TestFolder();
        await using var aws = await FakeAws.StartAsync();
        var environment = NativeProxy.Credentials;
        environment["TMPDIR"] = folder["none"];
        await using var proxy = await NativeProxy.StartAsync(aws.Address, environment, "--buffer-size", "1KiB");

        using var small = await proxy.Client.PostAsync("/", new ByteArrayContent(new byte[1000]));
        using var large = await proxy.Client.PostAsync("/", new ByteArrayContent(new byte[100_000]));

        await Assert.That(small.StatusCode).IsEqualTo(HttpStatusCode.OK);
        await Assert.That(large.StatusCode).IsEqualTo(HttpStatusCode.ServiceUnavailable);
        await Assert.That(await large.Content.ReadAsStringAsync()).Contains("spool_unavailable").And.Contains("TMPDIR").And.Contains(folder["none"]);
    }

    [Test]
    public async Task Run_CredentialsWithALineBreak_AreNeverSent()
    {
        await using var aws = await FakeAws.StartAsync();
        var environment = NativeProxy.Credentials;
        environment["AWS_SESSION_TOKEN"] = "token\r\nX-Evil: 1";
        await using var proxy = await NativeProxy.StartAsync(aws.Address, environment);

        using var answer = await proxy.Client.GetAsync("/");

        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.ServiceUnavailable);
        await Assert.That(await answer.Content.ReadAsStringAsync()).Contains("line break").And.DoesNotContain("X-Evil");
        await Assert.That(aws.WasVisited).IsFalse();
    }

    [Test]
    public async Task Run_SystemWithoutRoots_TrustsMozillas()
    {
        using var certificates = new TestCertificates();
        using var folder = new TestFolder();
        await using var aws = await FakeAws.StartAsync(listen:
            listener => listener.UseHttps(TestCertificates.ForServer(certificates.Issue())));
        var environment = NativeProxy.Credentials;
        environment["SSL_CERT_FILE"] = folder["none.pem"];
        environment["SSL_CERT_DIR"] = folder["none"];
        await using var proxy = await NativeProxy.StartAsync(aws.Address, environment);

        // No public authority issued the upstream's certificate: what shows is which roots it was held against.
        using var answer = await proxy.Client.GetAsync("/");

        await Assert.That(answer.Headers.GetValues("x-sigv4-proxy-error").Single()).IsEqualTo("upstream_tls");
        await proxy.WaitForLineAsync("Mozilla");
    }

    /// <summary>Looks again and again: a file that is opened or closed by another process is no event here.</summary>
    private static async Task UntilAsync(Func<bool> holds)
    {
        while (!holds())
            await Task.Delay(TimeSpan.FromMilliseconds(10));
    }
}
