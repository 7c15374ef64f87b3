namespace AwsSigV4Proxy.Tests.Native;

/// <summary>What Prometheus itself says of the executable's metrics, and of the alerting rules.</summary>
public class PromtoolTests
{
    [Test]
    public async Task CheckMetrics_OfAScrape_FindsNothing()
    {
        var scrape = await MetricsRun.ScrapeAsync();

        await Assert.That(await Promtool.RunAsync(["check", "metrics"], scrape.Text)).IsEqualTo((0, ""));
    }

    [Test]
    [Arguments("check", "alerts.yaml")]
    [Arguments("test", "alerts-test.yaml")]
    public async Task Rules_OfTheAlerts_AreGood(string command, string file)
    {
        var (status, output) = await Promtool.RunAsync([command, "rules", file]);

        await Assert.That(status).IsEqualTo(0).Because(output);
    }
}
