using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AwsSigV4Proxy.Benchmarks;

/// <summary>
/// From the start of the executable's process to the first signed answer in a caller's hands: with credentials from the
/// environment, over loopback, to an upstream with and without TLS. <c>--version</c>, which starts the process and ends it,
/// takes turns with them: the floor. The caller tries to connect in a tight loop, which keeps one core busy.
/// </summary>
internal static class StartupTime
{
    private const int Runs = 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Measures and prints.</summary>
    /// <param name="executable">The published executable.</param>
    /// <returns>The exit status.</returns>
    public static async Task<int> MeasureAsync(string executable)
    {
        if (!File.Exists(executable))
        {
            await Console.Error.WriteLineAsync($"error: {executable} does not exist\nhint: make build");
            return 1;
        }

        await using var http = SignatureUpstream.Start(tls: false);
        await using var https = SignatureUpstream.Start(tls: true);
        (string Name, Func<double> Measure)[] cases =
        [
            ("--version, the floor", () => MeasureVersion(executable)),
            ("first answer, http upstream", () => MeasureFirstAnswer(executable, "-f", http.Address)),
            ("first answer, https upstream, --ca", () => MeasureFirstAnswer(executable, "-f", https.Address, "--ca", https.CertificateFile)),
        ];

        var times = Array.ConvertAll(cases, static _ => new List<double>());
        // The first round warms the file cache and this program up.
        for (var run = 0; run <= Runs; run++)
        {
            for (var i = 0; i < cases.Length; i++)
            {
                var time = cases[i].Measure();
                if (run > 0)
                    times[i].Add(time);
            }
        }

        Console.WriteLine($"{Runs} runs each, in turns; milliseconds from the start of the process");
        for (var i = 0; i < cases.Length; i++)
        {
            times[i].Sort();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{cases[i].Name,-36} min {times[i][0],5:0.0}  median {times[i][Runs / 2],5:0.0}"));
        }

        return 0;
    }

    private static double MeasureVersion(string executable)
    {
        var clock = Stopwatch.StartNew();
        using var process = Start(executable, "--version");
        process.WaitForExit();
        return clock.Elapsed.TotalMilliseconds;
    }

    private static double MeasureFirstAnswer(string executable, params string[] options)
    {
        var port = FindFreePort();
        var clock = Stopwatch.StartNew();
        using var process = Start(
            executable, ["-l", $"127.0.0.1:{port}", "-u", "0", "-s", "es", "-r", "eu-west-1", .. options]);
        try
        {
            using var socket = Connect(port, process, clock);
            socket.Send("GET /_cat/indices HTTP/1.1\r\nHost: localhost\r\n\r\n"u8);
            var answer = new byte[1024];
            var length = socket.Receive(answer);
            var time = clock.Elapsed.TotalMilliseconds;
            var head = Encoding.ASCII.GetString(answer, 0, length);
            return head.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal)
                ? time
                : throw new InvalidOperationException($"The first answer was not 200: {head}");
        }
        finally
        {
            process.Kill();
            process.WaitForExit();
        }
    }

    private static Socket Connect(int port, Process process, Stopwatch clock)
    {
        while (true)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                socket.Connect(IPAddress.Loopback, port);
                return socket;
            }
            catch (SocketException) when (!process.HasExited && clock.Elapsed < Patience)
            {
                socket.Dispose();
            }
        }
    }

    private static Process Start(string executable, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(executable, arguments) { RedirectStandardOutput = true };
        start.Environment["AWS_ACCESS_KEY_ID"] = "AKIDEXAMPLE";
        start.Environment["AWS_SECRET_ACCESS_KEY"] = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
        start.Environment["AWS_SESSION_TOKEN"] = "token";
        return Process.Start(start)!;
    }

    private static int FindFreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
