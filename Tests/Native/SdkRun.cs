using System.Diagnostics;
using System.Text.RegularExpressions;
using AwsSigV4Proxy.Tests.Fakes;

namespace AwsSigV4Proxy.Tests.Native;

/// <summary>
/// One run of a script of <c>Tests/Sdk</c>, which has an SDK with keys that nothing knows upload to S3 through the published
/// executable: what it sent, and what S3 holds now.
/// </summary>
internal sealed partial class SdkRun
{
    // A run that takes longer hangs. Far more than any needs, so that a busy machine fails no test.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>
    /// The files that scripts send: nothing, what fits the proxy's buffer, what does not, and what goes in parts of 5 MiB.
    /// </summary>
    private static readonly Dictionary<string, byte[]> Files = new()
    {
        ["empty"] = [],
        ["text"] = "Gr\u00FC\u00DFe aus \u65E5\u672C \U0001F600\r\n"u8.ToArray(),
        ["small"] = RandomBytes(40_001),
        ["medium"] = RandomBytes(2_200_001),
        ["large"] = RandomBytes((5 << 20) + 12_345),
    };

    private readonly FakeS3 _s3 = new();

    private SdkRun() { }

    /// <summary>The script's exit status.</summary>
    public int ExitCode { get; private set; }

    /// <summary>What it wrote to standard error.</summary>
    public string Error { get; private set; } = "";

    /// <summary>The PUTs that it told of, a line <c>KEY MODE</c> for each on standard output.</summary>
    public (string Key, string Mode)[] Puts { get; private set; } = [];

    /// <summary>How many objects S3 holds.</summary>
    public int ObjectCount => _s3.Objects.Count;

    /// <summary>
    /// Each case, a key's first segment, and the modes in which it was sent to the proxy: <c>x-amz-content-sha256</c>,
    /// <c>HASH</c> for a hexadecimal one. Without the cases called default, whose mode is for each version of an SDK to choose.
    /// </summary>
    public string Modes => string.Join('\n', Puts
        .Select(put => (Case: put.Key.Split('/')[0], Mode: HexHash().Replace(put.Mode, "HASH")))
        .Where(put => !put.Case.StartsWith("default", StringComparison.Ordinal) && put.Case != "gone")
        .Distinct().GroupBy(put => put.Case, put => put.Mode)
        .Select(modes => $"{modes.Key}: {string.Join(' ', modes.Order(StringComparer.Ordinal))}").Order(StringComparer.Ordinal));

    /// <summary>Runs a script to its end.</summary>
    /// <param name="command">The program and its first arguments; behind them stand the proxy's URL and the folder of files.</param>
    /// <param name="overTls">Whether the SDK talks TLS to the proxy.</param>
    /// <param name="wrongSecret">Whether the proxy signs with a secret that S3 does not know.</param>
    public static async Task<SdkRun> OfAsync(string[] command, bool overTls, bool wrongSecret = false)
    {
        var run = new SdkRun();
        using var folder = new TestFolder();
        using var certificates = new TestCertificates();
        await using var aws = await FakeAws.StartAsync(run._s3.AnswerAsync);
        var credentials = wrongSecret ? TestProxy.WrongCredentials : TestProxy.Credentials;
        await using var proxy = await NativeProxy.StartAsync(
            aws.Address,
            new Dictionary<string, string>
            {
                ["AWS_ACCESS_KEY_ID"] = credentials.AccessKeyId,
                ["AWS_SECRET_ACCESS_KEY"] = credentials.SecretAccessKey,
                ["AWS_SESSION_TOKEN"] = credentials.SessionToken!,
            },
            ["-s", "s3", "--buffer-size", "64KiB", .. overTls ? TlsArguments(certificates, folder) : []]);

        await run.RunAsync([.. command, proxy.Client.BaseAddress!.GetLeftPart(UriPartial.Authority), folder.Path], folder, overTls);
        return run;
    }

    /// <summary>Every object that was sent is there byte for byte, with the checksum that it was to be sent with, and no other.</summary>
    public async Task HoldsAllThatWasSentAsync()
    {
        await Assert.That(ExitCode).IsEqualTo(0).Because(Error);
        await Assert.That(_s3.Objects.Keys).IsEquivalentTo(
            Puts.Select(put => put.Key).Where(key => !key.StartsWith("gone/", StringComparison.Ordinal)).Distinct());
        foreach (var (key, stored) in _s3.Objects)
        {
            await Assert.That(stored.Body.AsSpan().SequenceEqual(Files[key.Split('/')[^1]])).IsTrue().Because(key);
            await Assert.That(stored.Headers.ContainsKey("content-encoding")).IsFalse().Because(key);
            var checksum = $"x-amz-checksum-{key.Split('/')[0]}";
            if (Checksum.IsOne(checksum))
                await Assert.That(stored.Headers.Keys).Contains(checksum).Because(key);
        }
    }

    private static string[] TlsArguments(TestCertificates certificates, TestFolder folder)
    {
        var leaf = certificates.Issue();
        folder.Write("ca.pem", certificates.RootPem);
        folder.Write("cert.pem", TestCertificates.Pem(leaf));
        folder.Write("key.pem", TestCertificates.TraditionalKeyPem(leaf));
        return ["-c", folder["cert.pem"], "-k", folder["key.pem"]];
    }

    /// <summary>All that an SDK gets to know: keys that nothing knows, another region than the proxy's, and whom to trust.</summary>
    private static Dictionary<string, string> Environment(TestFolder folder, bool overTls)
    {
        var environment = new Dictionary<string, string>
        {
            ["PATH"] = System.Environment.GetEnvironmentVariable("PATH") ?? "",
            ["HOME"] = folder.Path,
            ["AWS_ACCESS_KEY_ID"] = "AKIDDUMMY",
            ["AWS_SECRET_ACCESS_KEY"] = "dummy",
            ["AWS_REGION"] = "us-east-1",
            ["AWS_DEFAULT_REGION"] = "us-east-1",
            ["AWS_EC2_METADATA_DISABLED"] = "true",
        };
        if (overTls)
            environment["AWS_CA_BUNDLE"] = environment["NODE_EXTRA_CA_CERTS"] = folder["ca.pem"];
        return environment;
    }

    private async Task RunAsync(string[] command, TestFolder folder, bool overTls)
    {
        foreach (var (name, bytes) in Files)
            await File.WriteAllBytesAsync(folder[name], bytes);
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.Path,
        };
        start.Environment.Clear();
        foreach (var (name, value) in Environment(folder, overTls))
            start.Environment[name] = value;

        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            process.StandardInput.Close();
            var (output, error) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token);
            (ExitCode, Error) = (process.ExitCode, await error);
            Puts = [.. (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => (line[..line.LastIndexOf(' ')], line[(line.LastIndexOf(' ') + 1)..]))];
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private static byte[] RandomBytes(int count)
    {
        var bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    [GeneratedRegex("^[0-9a-f]{64}$")]
    private static partial Regex HexHash();
}
