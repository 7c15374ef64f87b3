using System.IO.Pipes;
using AwsSigV4Proxy.Hosting.Commands;
using Microsoft.Win32.SafeHandles;
using TUnit.Core.Enums;

namespace AwsSigV4Proxy.Tests.Hosting.Commands;

public sealed class ScopeCommandTests
{
    private static (int ExitStatus, string Output) Run(string[] urls, string input = "")
    {
        using var output = new StringWriter { NewLine = "\n" };
        int exitStatus = ScopeCommand.Run(urls, new StringReader(input), output);
        return (exitStatus, output.ToString());
    }

    [Test]
    public async Task Arguments_AllTold_PrintALineEachAndSucceed()
    {
        var (exitStatus, output) = Run(
            ["https://sqs.eu-west-1.amazonaws.com/", "s3.us-east-1.amazonaws.com"], input: "iam.amazonaws.com\n");

        await Assert.That(output).IsEqualTo(
            "sqs.eu-west-1.amazonaws.com\tsqs\teu-west-1\ns3.us-east-1.amazonaws.com\ts3\tus-east-1\n");
        await Assert.That(exitStatus).IsEqualTo(0);
    }

    [Test]
    public async Task Arguments_OneUntold_PrintTheOthersAndExitWith3()
    {
        var (exitStatus, output) = Run(["internal.example", "sqs.eu-west-1.amazonaws.com"]);

        await Assert.That(output).IsEqualTo("internal.example\t-\t-\nsqs.eu-west-1.amazonaws.com\tsqs\teu-west-1\n");
        await Assert.That(exitStatus).IsEqualTo(3);
    }

    [Test]
    public async Task Argument_WhoseRegionIsNotInTheHost_PrintsTheServiceAndExitsWith3()
    {
        var (exitStatus, output) = Run(["bucket.s3-accelerate.amazonaws.com"]);

        await Assert.That(output).IsEqualTo("bucket.s3-accelerate.amazonaws.com\ts3\t-\n");
        await Assert.That(exitStatus).IsEqualTo(3);
    }

    [Test]
    [Arguments("abc.mrap.accesspoint.s3-global.amazonaws.com", "abc.mrap.accesspoint.s3-global.amazonaws.com\ts3\t*\n")]
    [Arguments("partnercentral-prm.global.api.aws", "partnercentral-prm.global.api.aws\tpartnercentral\tus-east-1\n")]
    public async Task Argument_ForAllRegions_PrintsTheSetWhereThereIsNoRegion(string url, string expected)
    {
        var (exitStatus, output) = Run([url]);

        await Assert.That(output).IsEqualTo(expected);
        await Assert.That(exitStatus).IsEqualTo(0);
    }

    [Test]
    [Arguments("https://maps.geo.eu-west-1.amazonaws.com/v2/tiles?key=a", "geo-maps")]
    [Arguments("maps.geo.eu-west-1.amazonaws.com:443/v2", "geo-maps")]
    [Arguments("https://maps.geo.eu-west-1.amazonaws.com/maps/v0", "geo")]
    [Arguments("https://maps.geo.eu-west-1.amazonaws.com", "geo")]
    [Arguments("https://maps.geo.eu-west-1.amazonaws.com?/v2/", "geo")]
    [Arguments("https://maps.geo.eu-west-1.amazonaws.com#/v2/", "geo")]
    [Arguments("https://user@maps.geo.eu-west-1.amazonaws.com/v2/", "geo-maps")]
    public async Task Argument_OfASharedHost_PrintsTheServiceOfItsPath(string url, string service)
    {
        var (exitStatus, output) = Run([url]);

        await Assert.That(output).IsEqualTo($"maps.geo.eu-west-1.amazonaws.com\t{service}\teu-west-1\n");
        await Assert.That(exitStatus).IsEqualTo(0);
    }

    [Test]
    public async Task Input_Lines_ArePrintedInOrderWithoutTheBlankOnes()
    {
        var (exitStatus, output) = Run([], "\n  \nsts.amazonaws.com\r\n\t\n https://kms.us-east-1.api.aws/x \n\nlast.example");

        await Assert.That(output).IsEqualTo(
            "sts.amazonaws.com\tsts\tus-east-1\nkms.us-east-1.api.aws\tkms\tus-east-1\nlast.example\t-\t-\n");
        await Assert.That(exitStatus).IsEqualTo(3);
    }

    [Test]
    public async Task Input_Empty_PrintsNothingAndSucceeds()
    {
        var (exitStatus, output) = Run([], "\n\n");

        await Assert.That(output).IsEqualTo("");
        await Assert.That(exitStatus).IsEqualTo(0);
    }

    [Test]
    [Arguments("https://sqs.us-east-1.amazonaws.com")]
    [Arguments("https://sqs.us-east-1.amazonaws.com:443/queue?Action=List#top")]
    [Arguments("http://sqs.us-east-1.amazonaws.com:/")]
    [Arguments("HTTPS://SQS.US-EAST-1.AMAZONAWS.COM./")]
    [Arguments("https://user:p%40ss@sqs.us-east-1.amazonaws.com/")]
    [Arguments("https://user@evil.example@sqs.us-east-1.amazonaws.com")]
    [Arguments("https://sqs.us-east-1.amazonaws.com?url=http://evil.example/")]
    [Arguments("https://sqs.us-east-1.amazonaws.com#@evil.example")]
    [Arguments("wss://sqs.us-east-1.amazonaws.com/mqtt")]
    [Arguments("//sqs.us-east-1.amazonaws.com/x")]
    [Arguments("sqs.us-east-1.amazonaws.com")]
    [Arguments("Sqs.us-east-1.amazonaws.com.")]
    [Arguments("sqs.us-east-1.amazonaws.com:8443")]
    [Arguments("sqs.us-east-1.amazonaws.com:8443/path//more")]
    [Arguments("user:secret@sqs.us-east-1.amazonaws.com:8443/")]
    [Arguments("sqs.us-east-1.amazonaws.com/?u=https://evil.example")]
    [Arguments("  sqs.us-east-1.amazonaws.com\t")]
    public async Task Argument_AnyWayToWriteAUrl_PrintsItsHost(string url)
    {
        var (exitStatus, output) = Run([url]);

        await Assert.That(output).IsEqualTo("sqs.us-east-1.amazonaws.com\tsqs\tus-east-1\n");
        await Assert.That(exitStatus).IsEqualTo(0);
    }

    [Test]
    [Arguments("https://sqs.us-east-1.amazonaws.com.evil.example/", "sqs.us-east-1.amazonaws.com.evil.example")]
    [Arguments("https://sqs.us-east-1.amazonaws.com@evil.example/", "evil.example")]
    [Arguments("https://evil.example/sqs.us-east-1.amazonaws.com", "evil.example")]
    [Arguments("https://evil.example?@sqs.us-east-1.amazonaws.com", "evil.example")]
    [Arguments("http://[::1]:8080/", "[::1]")]
    [Arguments("[2001:DB8::1]", "[2001:db8::1]")]
    [Arguments("http://127.0.0.1:8080/", "127.0.0.1")]
    [Arguments("localhost:8080", "localhost")]
    [Arguments("s3://bucket/key", "bucket")]
    [Arguments("https://b\u00FCcher.example/", "b\u00FCcher.example")]
    public async Task Argument_OfAnotherHost_PrintsThatHostUntold(string url, string host)
    {
        var (exitStatus, output) = Run([url]);

        await Assert.That(output).IsEqualTo($"{host}\t-\t-\n");
        await Assert.That(exitStatus).IsEqualTo(3);
    }

    [Test]
    [Arguments("", "")]
    [Arguments("/only/a/path", "/only/a/path")]
    [Arguments("https://", "https://")]
    [Arguments("https:///path", "https:///path")]
    [Arguments("https:", "https:")]
    [Arguments("two words", "two words")]
    [Arguments("javascript:alert(1)", "javascript:alert(1)")]
    [Arguments("sqs.us-east-1.amazonaws.com:port", "sqs.us-east-1.amazonaws.com:port")]
    [Arguments("sqs.us-east-1.amazonaws.com:65536", "sqs.us-east-1.amazonaws.com:65536")]
    [Arguments("https://evil.example\\@sqs.us-east-1.amazonaws.com", "https://evil.example\\@sqs.us-east-1.amazonaws.com")]
    [Arguments("https://s%71s.us-east-1.amazonaws.com/", "https://s%71s.us-east-1.amazonaws.com/")]
    [Arguments("http://[127.0.0.1]/", "http://[127.0.0.1]/")]
    [Arguments("http://[sqs.us-east-1.amazonaws.com]/", "http://[sqs.us-east-1.amazonaws.com]/")]
    [Arguments("\u001b[31mred", "\\u{1b}[31mred")]
    [Arguments("sqs\t.us-east-1.amazonaws.com", "sqs\\u{9}.us-east-1.amazonaws.com")]
    [Arguments("a\nb", "a\\u{a}b")]
    [Arguments("a\u0000\u007f\u009b2Jb", "a\\u{0}\\u{7f}\\u{9b}2Jb")]
    [Arguments("a\u202Eb\u2028c", "a\\u{202e}b\\u{2028}c")]
    public async Task Argument_ThatIsNoHost_PrintsItselfFitForATerminal(string argument, string printed)
    {
        var (exitStatus, output) = Run([argument]);

        await Assert.That(output).IsEqualTo($"{printed}\t-\t-\n");
        await Assert.That(exitStatus).IsEqualTo(3);
    }

    [Test]
    public async Task Output_ClosedByItsReader_EndsQuietlyBeforeAnEndlessInput()
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.In);
        using var handle = new SafeFileHandle(pipe.ClientSafePipeHandle.DangerousGetHandle(), ownsHandle: false);
        await using var stream = new FileStream(handle, FileAccess.Write, bufferSize: 0);
        var output = new StreamWriter(stream);
        var input = new EndlessReader("sqs.us-east-1.amazonaws.com");
        pipe.Dispose();

        int exitStatus = ScopeCommand.Run([], input, output);

        await Assert.That(exitStatus).IsEqualTo(0);
    }

    [Test, RunOn(OS.Linux)]
    public async Task Output_ThatCannotBeWritten_IsReported()
    {
        await using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        var output = new StreamWriter(full);

        await Assert.That(() => ScopeCommand.Run(["localhost"], TextReader.Null, output)).Throws<IOException>();
    }

    /// <summary>Gives one line again and again.</summary>
    private sealed class EndlessReader(string line) : TextReader
    {
        public override string ReadLine() => line;
    }
}
