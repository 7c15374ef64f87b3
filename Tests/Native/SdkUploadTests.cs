namespace AwsSigV4Proxy.Tests.Native;

/// <summary>
/// AWS's SDKs of other languages as callers of the published executable, with keys that nothing knows and the proxy's
/// replace: every way in which each of them uploads, and the way back.
/// </summary>
public class SdkUploadTests
{
    [Test]
    public async Task Boto3_OverHttp_EveryUploadArrivesAndComesBack()
    {
        var run = await SdkRun.OfAsync(SdkTools.Boto3, overTls: false);

        await run.HoldsAllThatWasSentAsync();
        await Assert.That(run.Modes).IsEqualTo("""
            crc32: HASH
            sha1: HASH
            sha256: HASH
            signed: HASH
            unsigned: UNSIGNED-PAYLOAD
            """);
    }

    [Test]
    public async Task Boto3_OverTls_EveryUploadArrivesAndComesBack()
    {
        var run = await SdkRun.OfAsync(SdkTools.Boto3, overTls: true);

        await run.HoldsAllThatWasSentAsync();
        await Assert.That(run.Modes).IsEqualTo("""
            crc32: STREAMING-UNSIGNED-PAYLOAD-TRAILER
            sha1: STREAMING-UNSIGNED-PAYLOAD-TRAILER
            sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER
            signed: HASH
            unsigned: UNSIGNED-PAYLOAD
            """);
    }

    [Test]
    public async Task Boto3_S3KnowsAnotherSecret_Fails() => await FailsAsync(SdkTools.Boto3);

    [Test]
    [Arguments(false)]
    [Arguments(true)]
    public async Task ClientS3_EveryUpload_ArrivesAndComesBack(bool overTls)
    {
        var run = await SdkRun.OfAsync(SdkTools.ClientS3, overTls);

        await run.HoldsAllThatWasSentAsync();
        await Assert.That(run.Modes).IsEqualTo("""
            buffered pieces: STREAMING-UNSIGNED-PAYLOAD-TRAILER
            crc32: HASH STREAMING-UNSIGNED-PAYLOAD-TRAILER
            crc32c: HASH STREAMING-UNSIGNED-PAYLOAD-TRAILER
            crc64nvme: HASH STREAMING-UNSIGNED-PAYLOAD-TRAILER
            one part: HASH
            pieces: STREAMING-UNSIGNED-PAYLOAD-TRAILER
            required buffer: HASH
            required parts: HASH
            required stream: UNSIGNED-PAYLOAD
            sha1: HASH STREAMING-UNSIGNED-PAYLOAD-TRAILER
            sha256: HASH STREAMING-UNSIGNED-PAYLOAD-TRAILER
            stream: STREAMING-UNSIGNED-PAYLOAD-TRAILER
            string: HASH
            """);
    }

    [Test]
    public async Task ClientS3_S3KnowsAnotherSecret_Fails() => await FailsAsync(SdkTools.ClientS3);

    [Test]
    public async Task AwsCli_OverHttp_EveryUploadArrivesAndComesBack()
    {
        var run = await SdkRun.OfAsync(SdkTools.Aws, overTls: false);

        await run.HoldsAllThatWasSentAsync();
        await Assert.That(run.Modes).IsEqualTo("""
            crc32: HASH
            sha256: HASH
            signed: HASH
            unsigned: UNSIGNED-PAYLOAD
            """);
    }

    [Test]
    public async Task AwsCli_OverTls_EveryUploadArrivesAndComesBack()
    {
        var run = await SdkRun.OfAsync(SdkTools.Aws, overTls: true);

        await run.HoldsAllThatWasSentAsync();
        await Assert.That(run.Modes).IsEqualTo("""
            crc32: STREAMING-UNSIGNED-PAYLOAD-TRAILER
            sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER
            signed: HASH
            unsigned: UNSIGNED-PAYLOAD
            """);
    }

    [Test]
    public async Task AwsCli_S3KnowsAnotherSecret_Fails() => await FailsAsync(SdkTools.Aws);

    private static async Task FailsAsync(string[] command)
    {
        // Guards the tests of this file: without a good signature nothing arrives, and a script says so.
        var run = await SdkRun.OfAsync(command, overTls: false, wrongSecret: true);

        await Assert.That(run.ExitCode).IsNotEqualTo(0);
        await Assert.That(run.Error).Contains("403");
        await Assert.That(run.ObjectCount).IsEqualTo(0);
    }
}
