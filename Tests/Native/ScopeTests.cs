using System.Diagnostics;

namespace AwsSigV4Proxy.Tests.Native;

/// <summary>The scope command of the published executable, as a filter in a pipeline.</summary>
public class ScopeTests
{
    [Test]
    public async Task Scope_Arguments_PrintsALineForEach()
    {
        var (exitCode, output, _) = await Executable.RunAsync(
            ["scope", "https://search-a.eu-west-1.es.amazonaws.com/_search", "b.s3.eu-central-1.amazonaws.com"]);

        await Assert.That(exitCode).IsEqualTo(0);
        await Assert.That(output).IsEqualTo("search-a.eu-west-1.es.amazonaws.com\tes\teu-west-1\nb.s3.eu-central-1.amazonaws.com\ts3\teu-central-1\n");
    }

    [Test]
    public async Task Scope_StandardInput_PrintsALineForEachAndStatus3ForUnknown()
    {
        var (exitCode, output, _) = await Executable.RunAsync(
            ["scope"], input: "https://sqs.cn-north-1.amazonaws.com.cn\n\nhttps://evilamazonaws.com\n");

        await Assert.That(exitCode).IsEqualTo(3);
        await Assert.That(output).IsEqualTo("sqs.cn-north-1.amazonaws.com.cn\tsqs\tcn-north-1\nevilamazonaws.com\t-\t-\n");
    }

    [Test]
    public async Task Scope_ReaderOfItsOutputGoesAway_EndsThoughItsInputNeverDoes()
    {
        using var shell = Process.Start(new ProcessStartInfo(
            "/bin/sh", ["-c", "yes sqs.us-east-1.amazonaws.com 2>/dev/null | \"$0\" scope | head -n 1", Executable.FullPath])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, error) = (shell.StandardOutput.ReadToEndAsync(), shell.StandardError.ReadToEndAsync());
        await shell.WaitForExitAsync();

        await Assert.That(await output).IsEqualTo("sqs.us-east-1.amazonaws.com\tsqs\tus-east-1\n");
        await Assert.That(await error).IsEqualTo("");
    }
}
