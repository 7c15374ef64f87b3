using System.Reflection;
using AwsSigV4Proxy.Hosting;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Forwarding;
using Microsoft.Extensions.Logging;

namespace AwsSigV4Proxy.Tests;

/// <summary>README against the code: its option table and its failure codes are the program's.</summary>
public class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(Path.Combine(Repository.Folder, "README.md"));

    [Test]
    public async Task Readme_Options_AreThoseOfTheTable()
    {
        var table = "| option | default | meaning |\n|---|---|---|\n" + string.Concat(OptionTable.Rows
            .GroupBy(option => option.Group)
            .Select(group => $"| **{group.Key}** | | |\n" + string.Concat(group.Select(Row))));

        await Assert.That(Readme).Contains(table);
    }

    [Test]
    public async Task Readme_FailureCodes_AreThoseOfProxyError()
    {
        foreach (var factory in typeof(ProxyError).GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Where(method => method.ReturnType == typeof(ProxyError)))
        {
            var arguments = factory.GetParameters().Select(p => p.ParameterType == typeof(int) ? (object)1 : "detail").ToArray();
            var error = (ProxyError)factory.Invoke(null, arguments)!;

            await Assert.That(Readme).Contains($"| `{error.Code}` | {error.Status} | ");
        }
    }

    [Test]
    public async Task Readme_NamesOfOtherProxies_StandInItsTable()
    {
        var section = Readme.Split("## Coming from the Go proxies")[1].Split("\n## ")[0];

        foreach (var name in OptionTable.Rows.SelectMany(option => option.Aliases.Concat(option.FlagAliases.Select(alias => alias.Name))))
            await Assert.That(section).Contains($"`--{name}`");
    }

    [Test]
    public async Task Readme_JsonFields_AreThoseOfTheLog()
    {
        var section = Readme.Split("**JSON fields.**")[1].Split("\n## ")[0];
        var names = typeof(Log).GetMethods(BindingFlags.Public | BindingFlags.Static).Where(method => method.ReturnType == typeof(void))
            .SelectMany(method => method.GetParameters()).Where(parameter => parameter.ParameterType != typeof(ILogger))
            .Select(parameter => parameter.Name!);

        foreach (var name in names.Distinct())
            await Assert.That(section).Contains($"`{name}`");
        // And no others.
        foreach (var name in section.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(line => line.Split('|')[1].Split(',')).Select(name => name.Trim(' ', '`')))
        {
            if (name is not ("time" or "level" or "message"))
                await Assert.That(names).Contains(name);
        }
    }

    private static string Row(ProxyOption option)
    {
        var name = $"--{option.Name}{(option.ValueName is null ? "" : $" {option.ValueName}")}{(option.IsList ? "..." : "")}";
        var names = option.Short is { } letter ? $"`-{letter}`, `{name}`" : $"`{name}`";
        return $"| {names} | {option.Default?.Invoke(ProxyOptions.Unset)} | {option.Description.Replace("|", "\\|", StringComparison.Ordinal)} |\n";
    }
}
