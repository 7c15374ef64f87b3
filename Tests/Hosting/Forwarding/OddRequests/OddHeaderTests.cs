using AwsSigV4Proxy.Signing;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding.OddRequests;

/// <summary>The corpus of headers over bare sockets: each arrives as README promises, and nothing beside them but the signature.</summary>
public class OddHeaderTests
{
    [Test]
    public async Task Corpus_OfHeaders_IsLargeAndNamesNoneTwice()
    {
        await Assert.That(OddHeaders.All().Select(request => request.Fields).Distinct().Count()).IsGreaterThan(600);
        await Assert.That(OddHeaders.Chosen().CountBy(request => request.Fields).Where(fields => fields.Value > 1)).IsEmpty();
        await Assert.That(OddHeaders.Chosen().Length).IsGreaterThan(150);
    }

    [Test]
    [Arguments("s3")]
    [Arguments("es")]
    public async Task Headers_Odd_ArriveAsPromisedAndVerify(string service)
    {
        await using var run = await OddRequestRun.StartAsync(service);
        await run.AllArriveAsync(OddHeaders.All());
    }

    [Test]
    [Arguments("s3")]
    [Arguments("execute-api")]
    public async Task Headers_OddWithABody_ArriveAsPromisedAndVerify(string service)
    {
        await using var run = await OddRequestRun.StartAsync(service);
        await run.AllArriveAsync(OddHeaders.Chosen().Select(request => request with { Method = "PUT", Body = "body \u00E9" }));
    }

    [Test]
    public async Task Headers_OddSignedInTheQuery_ArriveAsPromisedAndVerify()
    {
        await using var run = await OddRequestRun.StartAsync(
            "execute-api", options => options with { SignLocation = SignatureLocation.Query });
        await run.AllArriveAsync(OddHeaders.Chosen());
    }
}
