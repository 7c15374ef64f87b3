using System.Diagnostics;
using System.Text;

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
    public async Task Scope_TwentyThousandLines_GivesEachItsAnswer()
    {
        const int Rounds = 2_500; // of 8 lines
        var input = new StringBuilder();
        var expected = new StringBuilder();
        for (var i = 0; i < Rounds; i++)
        {
            input.Append(
                $"""
                https://bucket-{i}.with.dots.s3.eu-west-1.amazonaws.com/key?x={i}
                https://search-{i}.cn-north-1.es.amazonaws.com.cn/_search
                id{i}.execute-api.us-gov-west-1.amazonaws.com:443/prod
                HTTPS://ID{i}.LAMBDA-URL.US-EAST-1.ON.AWS/
                https://maps.geo.eu-central-1.amazonaws.com/v2/tiles/{i}
                https://id{i}.mrap.accesspoint.s3-global.amazonaws.com/key
                https://web-{i}.us-east-1.elb.amazonaws.com/
                https://host-{i}.evilamazonaws.com/

                """);
            expected.Append(
                $"""
                bucket-{i}.with.dots.s3.eu-west-1.amazonaws.com s3 eu-west-1
                search-{i}.cn-north-1.es.amazonaws.com.cn es cn-north-1
                id{i}.execute-api.us-gov-west-1.amazonaws.com execute-api us-gov-west-1
                id{i}.lambda-url.us-east-1.on.aws lambda us-east-1
                maps.geo.eu-central-1.amazonaws.com geo-maps eu-central-1
                id{i}.mrap.accesspoint.s3-global.amazonaws.com s3 *
                web-{i}.us-east-1.elb.amazonaws.com - -
                host-{i}.evilamazonaws.com - -

                """.Replace(' ', '\t'));
        }

        var (exitCode, output, error) = await Executable.RunAsync(["scope"], input: input.ToString());

        await Assert.That(error).IsEqualTo("");
        await Assert.That(exitCode).IsEqualTo(3);
        await Assert.That(output == expected.ToString()).IsTrue();
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
