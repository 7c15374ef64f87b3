using AwsSigV4Proxy.Hosting.Checks;

namespace AwsSigV4Proxy.Tests.Hosting.Checks;

internal sealed class CheckProgressTests
{
    [Test]
    public async Task Run_CheckThatThrows_FailsByTheNameOfTheExceptionAlone()
    {
        var output = new StringWriter();
        var progress = new CheckProgress(CheckFormat.Text, output);

        var goesOn = await progress.RunAsync(
            "tls", CheckResult () => throw new TypeInitializationException("Holder", new FormatException("the-secret")));

        await Assert.That(goesOn).IsFalse();
        await Assert.That(output.ToString()).IsEqualTo("""
            FAIL  tls          the check itself failed (FormatException)
                               next: this is a bug in aws-sigv4-proxy; please report it, with the options

            """);
        await Assert.That(await progress.EndAsync()).IsEqualTo(1);
    }

    [Test]
    public async Task Run_Text_IsWrittenAtOnceAndJsonAtTheEnd()
    {
        var (text, json) = (new StringWriter(), new StringWriter());
        foreach (var (format, output, sofar) in ((CheckFormat, StringWriter, string)[])
            [(CheckFormat.Text, text, "ok    dns          found\n"), (CheckFormat.Json, json, "")])
        {
            var progress = new CheckProgress(format, output);
            await progress.RunAsync("dns", static () => CheckResult.Ok("dns", "found"));
            await Assert.That(output.ToString()).IsEqualTo(sofar);
            await progress.SkipAsync("tcp", "no");
            await Assert.That(await progress.EndAsync()).IsEqualTo(0);
        }

        await Assert.That(text.ToString()).IsEqualTo("ok    dns          found\n--    tcp          no\n\nAll is well.\n");
        await Assert.That(json.ToString()).StartsWith("{");
    }
}
