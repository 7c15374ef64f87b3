using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using AwsSigV4Proxy.Tests.Fakes;
using Microsoft.AspNetCore.Http;

namespace AwsSigV4Proxy.Tests.Native;

/// <summary>The published executable whose log is too long: nobody reads it, or all fail alike. It keeps answering, and ends.</summary>
internal sealed class LogRunTests
{
    private const string DropsMetric = "aws_sigv4_proxy_log_dropped_lines_total";

    [Test]
    public async Task Run_NobodyReadsTheLog_AnswersAndCountsWhatItDrops()
    {
        using var proxy = UnreadProxy.Start();
        using var client = await proxy.ConnectAsync();
        // What is refused at once, whose line is long: the pipe is full soon.
        while (await proxy.DropsAsync() == 0)
            await FloodAsync(proxy.Port);

        using var answer = await client.GetAsync("/");
        var drops = await proxy.DropsAsync();
        var summary = await proxy.ReadToLineAsync(" log lines were dropped, since nobody took them in time");

        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.BadGateway);
        await Assert.That(answer.Headers.GetValues("x-sigv4-proxy-error").Single()).IsEqualTo("upstream_unreachable");
        await Assert.That(summary).EndsWith($" {drops} log lines were dropped, since nobody took them in time");
    }

    [Test]
    public async Task Run_NobodyReadsTheLog_EndsWhenItIsTold()
    {
        using var proxy = UnreadProxy.Start();
        using var client = await proxy.ConnectAsync();
        while (await proxy.DropsAsync() == 0)
            await FloodAsync(proxy.Port);

        await Assert.That(await proxy.StopAsync()).IsEqualTo(0);
    }

    [Test]
    public async Task Run_FloodOfFailures_LogsTenAndThenHowManyMore()
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await NativeProxy.StartAsync(aws, "--access-log");

        await FloodAsync(proxy.Client.BaseAddress!.Port, pathLength: 1);
        var summary = await proxy.WaitForLineAsync("WRN host_denied: ");
        await proxy.StopAsync();

        await Assert.That(summary).Matches("^1991 more requests failed like this in the last (9|10|11) s$");
        await Assert.That(Count(proxy.Output, " 403 host_denied: ")).IsEqualTo(10);
        await Assert.That(Count(proxy.Output, " 403 from host_denied in ")).IsEqualTo(2001);
        await Assert.That(Count(proxy.Output, "more requests failed")).IsEqualTo(1);
    }

    [Test]
    public async Task Run_FloodOfSignaturesThatDoNotMatch_LogsTenAndThenHowManyMore()
    {
        await using var aws = await FakeAws.StartAsync(static (context, _) =>
        {
            context.Response.StatusCode = 403;
            context.Response.ContentType = "application/xml";
            return context.Response.WriteAsync(
                "<Error><Code>SignatureDoesNotMatch</Code><Message>m</Message><CanonicalRequest>GET\n/other</CanonicalRequest></Error>");
        });
        await using var proxy = await NativeProxy.StartAsync(aws);

        for (var i = 0; i < 15; i++)
            await proxy.Client.GetAsync("/");
        await proxy.StopAsync();

        await Assert.That(Count(proxy.Output, ": SignatureDoesNotMatch: first difference")).IsEqualTo(10);
        await Assert.That(proxy.Output).Contains("signature_mismatch: 5 more requests failed like this in the last ");
    }

    [Test]
    public async Task Run_StopsInAFloodOfFailures_SaysHowManyMore()
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await NativeProxy.StartAsync(aws);

        await FloodAsync(proxy.Client.BaseAddress!.Port, pathLength: 1);
        await proxy.StopAsync();

        await Assert.That(proxy.Output).Contains("host_denied: 1991 more requests failed like this in the last ");
        await Assert.That(proxy.Output.Split('\n')[^1]).Contains("more requests failed");
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    /// <summary>Sends requests over one connection, none of which waits for the answer of another.</summary>
    private static async Task FloodAsync(int port, int pathLength = 1000)
    {
        const int Requests = 2000;
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        await using var stream = client.GetStream();
        var one = $"GET /{new string('x', pathLength)} HTTP/1.1\r\nHost: evil.example\r\n";
        var all = string.Concat(Enumerable.Repeat(one + "\r\n", Requests)) + one + "Connection: close\r\n\r\n";
        var reading = stream.CopyToAsync(Stream.Null);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(all));
        await reading;
    }

    /// <summary>A proxy with an access log that is not read, in front of nothing.</summary>
    private sealed class UnreadProxy : IDisposable
    {
        private readonly Process _process;
        private readonly HttpClient _utility;

        private UnreadProxy(Process process, int port, int utilityPort)
        {
            (_process, Port) = (process, port);
            _utility = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{utilityPort}") };
        }

        public int Port { get; }

        public static UnreadProxy Start()
        {
            var (port, utilityPort) = (FreePort.Find(), FreePort.Find());
            var environment = NativeProxy.Credentials;
            environment["AWS_EC2_METADATA_DISABLED"] = "true";
            return new UnreadProxy(
                Executable.Start(
                    ["-f", $"http://127.0.0.1:{FreePort.Find()}", "-s", "es", "-r", "eu-west-1", "-l", $"127.0.0.1:{port}", "-u", $"{utilityPort}", "--access-log"],
                    environment),
                port, utilityPort);
        }

        public async Task<HttpClient> ConnectAsync()
        {
            for (var attempt = 0; ; attempt++)
            {
                try
                {
                    await _utility.GetStringAsync("/health");
                    return new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Port}"), Timeout = TimeSpan.FromSeconds(60) };
                }
                catch (HttpRequestException) when (attempt < 3000 && !_process.HasExited)
                {
                    await Task.Delay(10);
                }
            }
        }

        public async Task<long> DropsAsync()
        {
            var metrics = await _utility.GetStringAsync("/metrics");
            var line = metrics.Split('\n').Single(line => line.StartsWith(DropsMetric, StringComparison.Ordinal));
            return long.Parse(line.Split(' ')[1]);
        }

        public async Task<string> ReadToLineAsync(string end)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            while (await _process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            {
                if (line.EndsWith(end, StringComparison.Ordinal))
                    return line;
            }

            throw new InvalidOperationException($"The proxy never wrote '{end}'.");
        }

        public async Task<int> StopAsync()
        {
            using (var kill = Process.Start("/bin/sh", ["-c", $"kill -TERM {_process.Id}"]))
                await kill.WaitForExitAsync();
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            await _process.WaitForExitAsync(limit.Token);
            return _process.ExitCode;
        }

        public void Dispose()
        {
            if (!_process.HasExited)
                _process.Kill();
            _process.Dispose();
            _utility.Dispose();
        }
    }
}
