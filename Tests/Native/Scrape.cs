using System.Globalization;
using System.Text.RegularExpressions;

namespace AwsSigV4Proxy.Tests.Native;

/// <summary>What <c>/metrics</c> of an executable says, in the Prometheus text format.</summary>
internal sealed partial class Scrape
{
    private readonly Dictionary<string, double> _values = [];

    private Scrape(string text)
    {
        Text = text;
        foreach (Match sample in SamplePattern().Matches(text))
        {
            var labels = sample.Groups["labels"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal);
            _values[$"{sample.Groups["name"].Value}{{{string.Join(',', labels)}}}"] =
                double.Parse(sample.Groups["value"].Value, CultureInfo.InvariantCulture);
        }
    }

    /// <summary>All of it.</summary>
    public string Text { get; }

    /// <summary>Scrapes the utility port of a proxy.</summary>
    public static async Task<Scrape> OfAsync(HttpClient utility) => new(await utility.GetStringAsync("/metrics"));

    /// <summary>A client of the utility port of a proxy that was started with <c>-u</c>.</summary>
    public static async Task<HttpClient> ConnectAsync(NativeProxy proxy) =>
        new() { BaseAddress = new Uri(await proxy.WaitForLineAsync("health and readiness on ")) };

    /// <summary>A sample's value, by its name without the proxy's prefix; labels as <c>name="value"</c>, in the order of their names. 0 where there is none.</summary>
    public double this[string name, params string[] labels] => _values.GetValueOrDefault(
        $"{(name.StartsWith("process_", StringComparison.Ordinal) || name.StartsWith("dotnet_", StringComparison.Ordinal) ? name : "aws_sigv4_proxy_" + name)}{{{string.Join(',', labels)}}}");

    /// <summary>Whether there is any sample of that name.</summary>
    public bool Has(string name) => _values.Keys.Any(key => key.StartsWith($"aws_sigv4_proxy_{name}{{", StringComparison.Ordinal));

    [GeneratedRegex("""^(?<name>[a-z0-9_]+)(\{(?<labels>[^}]*)\})? (?<value>\S+)$""", RegexOptions.Multiline)]
    private static partial Regex SamplePattern();
}
