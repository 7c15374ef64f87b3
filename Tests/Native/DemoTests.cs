using System.Diagnostics;
using System.Net;

namespace AwsSigV4Proxy.Tests.Native;

/// <summary>The demo of the published executable.</summary>
public class DemoTests
{
    [Test]
    public async Task Demo_Always_ShowsBothRequestsAndTheVerdict()
    {
        var (exitCode, output, error) = await Executable.RunAsync(["demo"]);

        await Assert.That(exitCode).IsEqualTo(0);
        await Assert.That(error).IsEqualTo("");
        await Assert.That(output.Split("signature verified").Length - 1).IsEqualTo(2);
        // The POST's body, as it was sent and as it arrived.
        await Assert.That(output.Split("{\"colour\":\"red\"}").Length - 1).IsEqualTo(2);
        await Assert.That(output).Contains(" GET /my-index/_search?q=colour:red&size=1\n").And.Contains(" POST /my-index/_doc\n")
            .And.Contains("demo passed");
    }

    [Test]
    public async Task Demo_Output_HoldsNeitherTokenNorSignature()
    {
        var (_, output, _) = await Executable.RunAsync(["demo"]);

        await Assert.That(output).Contains("Signature=(redacted)").And.Contains("X-Amz-Security-Token: (redacted)");
        await Assert.That(output).DoesNotMatch("[0-9a-fA-F]{64}");
    }

    [Test]
    public async Task Demo_Serve_KeepsServingUntilASignal()
    {
        using var demo = Executable.Start(["demo", "--serve"]);
        try
        {
            string? line;
            do
                line = await demo.StandardOutput.ReadLineAsync();
            while (line is not null && !line.TrimStart().StartsWith("curl ", StringComparison.Ordinal));
            var url = line!.Split('\'')[1];

            using var caller = new HttpClient();
            using var answer = await caller.PostAsync(url, new StringContent("a body"));
            await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.OK);
            await Assert.That(await demo.StandardOutput.ReadLineAsync()).IsEqualTo("POST /any/path?with=any-query: signature verified");

            using var kill = Process.Start("/bin/sh", ["-c", $"kill -INT {demo.Id}"]);
            await demo.WaitForExitAsync();
            await Assert.That(demo.ExitCode).IsEqualTo(0);
        }
        finally
        {
            if (!demo.HasExited)
                demo.Kill();
        }
    }
}
