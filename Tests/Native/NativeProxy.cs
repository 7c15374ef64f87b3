using System.Collections.Concurrent;
using System.Diagnostics;
using AwsSigV4Proxy.Tests.Fakes;

namespace AwsSigV4Proxy.Tests.Native;

/// <summary>
/// The published native executable, run as a process with an environment of its own: nothing of the machine's AWS
/// configuration gets in, and no real metadata service is ever asked.
/// </summary>
/// <remarks>
/// What it expects of the executable: the options <c>-f -r -s -a -l -u</c>; on standard output one line
/// <c>listening on http://127.0.0.1:PORT</c> (whatever stands before it) once requests are taken; an end with status 0 on
/// SIGTERM.
/// </remarks>
internal sealed class NativeProxy : IAsyncDisposable
{
    private const string ReadyMark = "listening on ";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly SemaphoreSlim _written = new(0);
    private readonly TaskCompletionSource<string> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TestFolder? _ownHome;

    private NativeProxy(Process process) => _process = process;

    /// <summary>A client that talks to it.</summary>
    public HttpClient Client { get; } = new() { Timeout = TimeSpan.FromSeconds(60) };

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>Everything it wrote so far to standard output and standard error.</summary>
    public string Output => string.Join('\n', _lines);

    /// <summary>Starts it in eu-west-1 with a new home folder, and waits until it takes requests.</summary>
    public static async Task<NativeProxy> StartAsync(
        Uri upstream, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var home = new TestFolder();
        try
        {
            var proxy = await StartAsync(upstream.GetLeftPart(UriPartial.Authority), home, environment, ["-r", "eu-west-1", .. arguments]);
            proxy._ownHome = home;
            return proxy;
        }
        catch
        {
            home.Dispose();
            throw;
        }
    }

    /// <summary>The environment that holds the credentials of every test proxy.</summary>
    public static Dictionary<string, string> Credentials => new()
    {
        ["AWS_ACCESS_KEY_ID"] = TestProxy.Credentials.AccessKeyId,
        ["AWS_SECRET_ACCESS_KEY"] = TestProxy.Credentials.SecretAccessKey,
        ["AWS_SESSION_TOKEN"] = TestProxy.Credentials.SessionToken!,
    };

    /// <summary>Starts it in eu-west-1 with these credentials, and waits until it takes requests.</summary>
    public static Task<NativeProxy> StartAsync(FakeAws upstream, params string[] arguments) =>
        StartAsync(upstream.Address, Credentials, arguments);

    /// <summary>Starts it and waits until it takes requests.</summary>
    public static Task<NativeProxy> StartAsync(
        FakeServer upstream, TestFolder home, IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        StartAsync(upstream.Url, home, environment, arguments);

    /// <summary>Starts it by another command, which executes it in a place that it prepares.</summary>
    public static Task<NativeProxy> LaunchAsync(
        FakeServer upstream, TestFolder home, IReadOnlyDictionary<string, string> environment, string[] launcher, params string[] arguments) =>
        StartAsync(upstream.Url, home, environment, arguments, launcher);

    /// <param name="upstream">Where it forwards to.</param>
    /// <param name="home">Its home folder.</param>
    /// <param name="environment">Its environment beyond <c>PATH</c>, <c>HOME</c> and <c>AWS_EC2_METADATA_DISABLED=true</c>.</param>
    /// <param name="arguments">More arguments.</param>
    /// <param name="launcher">The command that executes it, such as <c>env -u HOME</c>; empty for none.</param>
    private static async Task<NativeProxy> StartAsync(
        string upstream, TestFolder home, IReadOnlyDictionary<string, string> environment, string[] arguments, params string[] launcher)
    {
        string[] command = [.. launcher, Executable.FullPath];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = home.Path,
        };
        foreach (var argument in (string[])
            [.. arguments.Contains("--forward-by-host") ? (string[])[] : ["-f", upstream], .. Unless(arguments, "-s", "execute-api"), "-l", "127.0.0.1:0", .. Unless(arguments, "-u", "0"), .. arguments])
            start.ArgumentList.Add(argument);
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
        start.Environment["HOME"] = home.Path;
        start.Environment["AWS_EC2_METADATA_DISABLED"] = "true";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;

        var proxy = new NativeProxy(new Process { StartInfo = start, EnableRaisingEvents = true });
        try
        {
            await proxy.StartAsync();
            return proxy;
        }
        catch
        {
            await proxy.DisposeAsync();
            throw;
        }
    }

    /// <summary>Tells it to stop (SIGTERM) and returns its exit status.</summary>
    public Task<int> StopAsync()
    {
        Signal("TERM");
        return WaitForExitAsync();
    }

    /// <summary>Sends it a signal: <c>TERM</c>, <c>INT</c>, ...</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("/bin/sh", ["-c", $"kill -{name} {_process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Waits for its end and returns its exit status; a signal that killed it counts 128 and its number.</summary>
    public async Task<int> WaitForExitAsync()
    {
        using var limit = new CancellationTokenSource(StopLimit);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    /// <summary>Waits for a line that holds a text, written before or to come, and returns what follows the text in it.</summary>
    public async Task<string> WaitForLineAsync(string text)
    {
        while (true)
        {
            foreach (var line in _lines)
            {
                if (line.IndexOf(text, StringComparison.Ordinal) is var at && at >= 0)
                    return line[(at + text.Length)..];
            }

            if (!await _written.WaitAsync(StartLimit))
                throw new InvalidOperationException($"The proxy never wrote '{text}'. It wrote:\n{Output}");
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        _ownHome?.Dispose();
    }

    /// <summary>An option with its value, unless the test gives it another.</summary>
    private static string[] Unless(string[] arguments, string option, string value) => arguments.Contains(option) ? [] : [option, value];

    private async Task StartAsync()
    {
        _process.OutputDataReceived += (_, line) => Record(line.Data);
        _process.ErrorDataReceived += (_, line) => Record(line.Data);
        _process.Exited += (_, _) => _ready.TrySetException(new InvalidOperationException("The proxy ended before it was ready."));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        try
        {
            Client.BaseAddress = new Uri(await _ready.Task.WaitAsync(StartLimit));
        }
        catch (Exception exception) when (exception is TimeoutException or InvalidOperationException)
        {
            throw new InvalidOperationException($"The proxy did not start. It wrote:\n{Output}", exception);
        }
    }

    private void Record(string? line)
    {
        if (line is null)
            return;
        _lines.Enqueue(line);
        _written.Release();
        var at = line.IndexOf(ReadyMark, StringComparison.Ordinal);
        if (at >= 0)
            _ready.TrySetResult(line[(at + ReadyMark.Length)..].Split(' ', '"')[0]);
    }
}
