using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Signing;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding.OddRequests;

/// <summary>
/// The corpus of targets over bare sockets: each arrives byte for byte, under a signature that an independent verifier accepts.
/// </summary>
public class OddTargetTests
{
    [Test]
    public async Task Corpus_OfTargets_IsLargeAndNamesNoneTwice()
    {
        var targets = OddTargets.All().Select(request => request.Target).ToArray();

        // The raw characters that stand in the table as well count once.
        await Assert.That(targets.Distinct().Count()).IsGreaterThan(1_700);
        await Assert.That(OddTargets.Chosen().CountBy(request => request.Target).Where(target => target.Value > 1)).IsEmpty();
        await Assert.That(OddTargets.Chosen().Length).IsGreaterThan(250);
    }

    [Test]
    [Arguments("s3")]
    [Arguments("es")]
    public async Task Target_Odd_ArrivesByteForByteAndVerifies(string service)
    {
        await using var run = await OddRequestRun.StartAsync(service);
        await run.AllArriveAsync(OddTargets.All());
    }

    [Test]
    [Arguments("s3", "my.bucket.s3.eu-west-1.amazonaws.com")]
    [Arguments("execute-api", "abc.execute-api.eu-west-1.amazonaws.com")]
    public async Task Target_OddForAHostOfAws_ArrivesByteForByteAndVerifies(string service, string host)
    {
        await using var run = await OddRequestRun.StartAsync(
            service, options => options with { ForwardTo = options.ForwardTo!.SignedAs(new UrlAuthority(host, null)) });
        await run.AllArriveAsync(OddTargets.All());
    }

    [Test]
    [Arguments("execute-api", "/prod")]
    [Arguments("execute-api", "/a%2Fb//c+d/..")]
    [Arguments("s3", "/prod")]
    [Arguments("s3", "/a%2Fb//c+d/..")]
    public async Task Target_OddBehindAPathPrefix_ArrivesByteForByteAndVerifies(string service, string prefix)
    {
        await using var run = await OddRequestRun.StartAsync(
            service, options => options with { ForwardTo = options.ForwardTo! with { PathPrefix = prefix } });
        await run.AllArriveAsync(OddTargets.Chosen());
    }

    [Test]
    [Arguments("s3")]
    [Arguments("execute-api")]
    [Arguments("iotdevicegateway")]
    public async Task Target_OddSignedInTheQuery_ArrivesByteForByteAndVerifies(string service)
    {
        await using var run = await OddRequestRun.StartAsync(service, options => options with { SignLocation = SignatureLocation.Query });
        await run.AllArriveAsync(OddTargets.Chosen());
    }
}
