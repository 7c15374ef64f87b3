using System.Text.Json;
using System.Text.RegularExpressions;

namespace AwsSigV4Proxy.Tests.Native;

/// <summary>The Grafana dashboard, the alerting rules and README against what the executable tells at <c>/metrics</c>.</summary>
public partial class DashboardTests
{
    private static readonly string Folder = Path.Combine(Repository.Folder, "Deploy", "grafana");

    [Test]
    [Arguments("dashboard.json")]
    [Arguments("alerts.yaml")]
    public async Task Metrics_ThatAreAskedFor_AreInAScrape(string file)
    {
        var scrape = await MetricsRun.ScrapeAsync();
        var asked = MetricName().Matches(await File.ReadAllTextAsync(Path.Combine(Folder, file))).Select(match => match.Value).Distinct().ToArray();

        await Assert.That(asked.Length).IsGreaterThan(5);
        await Assert.That(asked.Except(scrape.SampleNames)).IsEmpty();
    }

    [Test]
    public async Task Panels_OfTheDashboard_SayWhatTheyShow()
    {
        using var dashboard = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Folder, "dashboard.json")));
        var panels = dashboard.RootElement.GetProperty("panels").EnumerateArray().Where(panel => panel.GetProperty("type").GetString() != "row").ToArray();

        await Assert.That(panels.Length).IsGreaterThan(20);
        foreach (var panel in panels)
        {
            var title = panel.GetProperty("title").GetString()!;
            await Assert.That(title).IsNotEmpty();
            await Assert.That(panel.GetProperty("description").GetString()).EndsWith(".").Because(title);
            await Assert.That(panel.GetProperty("fieldConfig").GetProperty("defaults").GetProperty("unit").GetString()).IsNotEmpty().Because(title);
            await Assert.That(panel.GetProperty("targets").GetArrayLength()).IsGreaterThan(0).Because(title);
            foreach (var target in panel.GetProperty("targets").EnumerateArray())
                await Assert.That(target.GetProperty("expr").GetString()).Contains("instance=~\"$instance\"").Because(title);
        }
    }

    [Test]
    public async Task Readme_Metrics_AreThoseOfAScrape()
    {
        var scrape = await MetricsRun.ScrapeAsync();
        var table = "| metric | type | labels | meaning |\n|---|---|---|---|\n" + string.Concat(scrape.Metrics
            .Where(metric => !metric.Name.StartsWith("dotnet_", StringComparison.Ordinal))
            .Select(metric => $"| `{metric.Name}` | {metric.Type} | {LabelsOf(scrape, metric.Name)} | {scrape.HelpOf(metric.Name)} |\n"));

        await Assert.That(await File.ReadAllTextAsync(Path.Combine(Repository.Folder, "README.md"))).Contains(table);
    }

    [Test]
    public async Task Scrape_OpenMetrics_HasItsTypeAndItsEnd()
    {
        var scrape = await MetricsRun.ScrapeAsync("application/openmetrics-text; version=1.0.0");

        await Assert.That(scrape.ContentType).StartsWith("application/openmetrics-text; version=1.0.0; charset=utf-8");
        await Assert.That(scrape.Text).EndsWith("\n# EOF\n");
    }

    [Test]
    [Arguments(false)]
    [Arguments(true)]
    public async Task Labels_OfAScrape_HoldNothingThatACallerNames(bool byHost)
    {
        var scrape = await MetricsRun.ScrapeAsync(byHost: byHost);
        var labels = scrape.LabelsOf("aws_sigv4_proxy_requests_total").ToArray();

        await Assert.That(scrape.Text.Contains("zebra", StringComparison.OrdinalIgnoreCase)).IsFalse();
        await Assert.That(labels.Where(label => label.Name == "method").Select(label => label.Value)).IsEquivalentTo(["GET", "POST", "other"]);
        await Assert.That(labels.Where(label => label.Name == "status").Select(label => label.Value)).IsEquivalentTo(["2xx", "4xx", "5xx"]);
        await Assert.That(labels.Select(label => label.Value)).Contains("host_denied");
        foreach (var (name, value) in scrape.Metrics.Where(static metric => metric.Name.StartsWith("aws_", StringComparison.Ordinal))
            .SelectMany(metric => scrape.LabelsOf(metric.Name)).Where(label => label.Name is not ("le" or "version" or "runtime")))
            await Assert.That(value).Matches("^([a-z_]+|[A-Z]+|[1-5]xx|X64|Arm64|1\\.[23])$").Because(name);
    }

    private static string LabelsOf(MetricsRun scrape, string name) => string.Join(", ", scrape.LabelsOf(name)
        .Select(label => label.Name).Where(label => label != "le").Distinct().Order(StringComparer.Ordinal).Select(label => $"`{label}`"));

    [GeneratedRegex("\\b(aws_sigv4_proxy|process|dotnet)_[a-z0-9_]+\\b")]
    private static partial Regex MetricName();
}
