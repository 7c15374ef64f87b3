using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using AwsSigV4Proxy.Tests.Fakes;

namespace AwsSigV4Proxy.Tests.Native;

/// <summary>The executable's metrics, scraped after requests of several kinds, all of which name a zebra wherever a caller can.</summary>
/// <param name="Text">The scrape.</param>
/// <param name="ContentType">Its type.</param>
internal sealed partial record MetricsRun(string Text, string? ContentType)
{
    /// <summary>Every metric: its name, and its type.</summary>
    public (string Name, string Type)[] Metrics => [.. TypeLine().Matches(Text).Select(match => (match.Groups[1].Value, match.Groups[2].Value))];

    /// <summary>The names of all samples: of a histogram those of its parts.</summary>
    public IEnumerable<string> SampleNames => Samples().Matches(Text).Select(match => match.Groups[1].Value).Distinct();

    /// <summary>The labels of all samples of a metric, with their values; with those of a histogram's parts.</summary>
    public IEnumerable<(string Name, string Value)> LabelsOf(string name) => Samples().Matches(Text)
        .Where(match => match.Groups[1].Value == name || match.Groups[1].Value == name + "_bucket")
        .SelectMany(match => Labels().Matches(match.Groups[2].Value))
        .Select(label => (label.Groups[1].Value, label.Groups[2].Value)).Distinct();

    /// <summary>What a metric is said to be.</summary>
    public string HelpOf(string name) => Text.Split($"# HELP {name} ")[1].Split('\n')[0];

    /// <summary>Runs a proxy whose credentials are of a role, and scrapes it.</summary>
    /// <param name="accept">What form is asked for; null for none.</param>
    /// <param name="byHost">Whether callers name the hosts.</param>
    public static async Task<MetricsRun> ScrapeAsync(string? accept = null, bool byHost = false)
    {
        await using var sts = await FakeSts.StartAsync();
        await using var upstream = await RecordingUpstream.StartAsync();
        upstream.Fault = static request => request.Target.Contains("fail", StringComparison.Ordinal) ? (500, "zebra") : null;
        var port = FreePort.Find();
        var environment = new Dictionary<string, string>
        {
            ["AWS_ACCESS_KEY_ID"] = "AKIABASE",
            ["AWS_SECRET_ACCESS_KEY"] = "secret-of-base",
            ["AWS_ENDPOINT_URL_STS"] = sts.Url,
        };
        await using var proxy = await NativeProxy.StartAsync(
            new Uri(upstream.Url), environment,
            ["-a", CredentialRun.Role + "metrics", "-u", $"{port}", .. byHost ? (string[])["--forward-by-host", "--allow-host", upstream.Url] : []]);

        foreach (var method in (string[])["GET", "POST", "FOO", "ZEBRA"])
        {
            foreach (var target in (string[])["/", "/zebra?zebra=zebra", "/fail/zebra", "/%7Azebra//..;zebra"])
                await SendAsync(proxy, method, target, new Uri(upstream.Url).Authority);
        }

        await SendAsync(proxy, "GET", "/zebra", "zebra.example");
        await SendAsync(proxy, "GET", "/zebra", "zebra.s3.eu-west-1.amazonaws.com", "https://zebra.example");
        await SendAsync(proxy, "GET", "/zebra", null, "https://zebra.example");

        using var scraper = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{port}/metrics");
        if (accept is not null)
            request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(accept));
        using var scrape = await scraper.SendAsync(request);
        return new(await scrape.Content.ReadAsStringAsync(), scrape.Content.Headers.ContentType?.ToString());
    }

    private static async Task SendAsync(NativeProxy proxy, string method, string target, string? host, string? origin = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), proxy.Client.BaseAddress!.GetLeftPart(UriPartial.Authority) + target);
        request.Headers.Host = host;
        if (origin is not null)
            request.Headers.Add("Origin", origin);
        if (method != "GET")
            request.Content = new StringContent("zebra");
        using var answer = await proxy.Client.SendAsync(request);
    }

    [GeneratedRegex("^# TYPE (\\S+) (\\S+)$", RegexOptions.Multiline)]
    private static partial Regex TypeLine();

    [GeneratedRegex("^([a-z_0-9]+)(?:\\{(.*)\\})? \\S+$", RegexOptions.Multiline)]
    private static partial Regex Samples();

    [GeneratedRegex("([a-z_]+)=\"((?:[^\"\\\\]|\\\\.)*)\"")]
    private static partial Regex Labels();
}
