using AwsSigV4Proxy.Hosting.Checks;

namespace AwsSigV4Proxy.Tests.Hosting.Checks;

internal sealed class CheckReportTests
{
    private static readonly CheckResult[] Results =
    [
        CheckResult.Ok("target", "it's \"there\"") with { Values = new Dictionary<string, string> { ["url"] = "http://x/" }, Details = ["here"] },
        CheckResult.Warning("tls", "soon", "renew it"),
        CheckResult.Failed("request", "no\u001b[2J", "look") with { Cause = "policy" },
        CheckResult.Skipped("clock", "not asked"),
    ];

    [Test]
    public async Task Write_Text_HasALineEachWithItsMark()
    {
        await Assert.That(string.Concat(Results.Select(CheckReport.WriteLine)) + CheckReport.WriteEnd(Results)).IsEqualTo("""
            ok    target       it's "there"
                               - here
            warn  tls          soon
                               next: renew it
            FAIL  request      no\u{1b}[2J
                               next: look
            --    clock        not asked

            Failed: request.

            """);
    }

    [Test]
    public async Task Write_Json_HasStableNames()
    {
        await Assert.That(CheckReport.WriteJson(Results).Replace("\n", "", StringComparison.Ordinal).Replace("  ", "", StringComparison.Ordinal))
            .IsEqualTo("""
                {"ok": false,"result": "failed","checks": [
                {"name": "target","mark": "ok","found": "it's \"there\"","values": {"url": "http://x/"},"details": ["here"]},
                {"name": "tls","mark": "warning","found": "soon","next": "renew it","values": {},"details": []},
                {"name": "request","mark": "failed","found": "no\u001B[2J","next": "look","cause": "policy","values": {},"details": []},
                {"name": "clock","mark": "skipped","found": "not asked","values": {},"details": []}]}
                """.Replace("\n", "", StringComparison.Ordinal));
    }

    [Test]
    public async Task StatusOf_FailureAndWarning_AreToldApart()
    {
        var warned = Results[..2];
        CheckResult[] well = [Results[0], CheckResult.Skipped("clock", "not asked")];

        await Assert.That(CheckReport.StatusOf(Results)).IsEqualTo(1);
        await Assert.That(CheckReport.StatusOf(warned)).IsEqualTo(3);
        await Assert.That(CheckReport.StatusOf(well)).IsEqualTo(0);
        await Assert.That(CheckReport.WriteEnd(warned)).IsEqualTo("\nNothing failed; worth a look: tls.\n");
        await Assert.That(CheckReport.WriteEnd(well)).IsEqualTo("\nAll is well.\n");
    }
}
