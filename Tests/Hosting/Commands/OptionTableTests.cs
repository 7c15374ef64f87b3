using System.Reflection;
using AwsSigV4Proxy.Hosting.Commands;

namespace AwsSigV4Proxy.Tests.Hosting.Commands;

internal sealed class OptionTableTests
{
    [Test]
    public async Task OptionsOfCheck_AndTheParametersOfTheProxyCommand_AreTheSame()
    {
        var rows = Command.Check.Options.Select(static row => $"{row.Name} {(row.IsFlag ? "flag" : "value")}");

        await Assert.That(string.Join('\n', Parameters(nameof(CommandDispatch.RunProxyAsync)))).IsEqualTo(string.Join('\n', rows));
    }

    // What check has beyond the proxy's options, the proxy does not take.
    [Test]
    public async Task OptionsOfCheck_AreTheProxysAndItsFormat()
    {
        await Assert.That(Command.Check.Options.Except(Command.Run.Options).Select(static option => option.Name)).IsEquivalentTo(["format"]);
        await Assert.That(Command.Run.Options.Except(Command.Check.Options)).IsEmpty();
    }

    [Test]
    public async Task OptionsOfTheDemo_AndTheParametersOfItsCommand_AreTheSame()
    {
        var rows = Command.Demo.Options.Select(static row => $"{row.Name} {(row.IsFlag ? "flag" : "value")}");

        await Assert.That(string.Join('\n', Parameters(nameof(CommandDispatch.RunDemoAsync)))).IsEqualTo(string.Join('\n', rows));
    }

    [Test]
    public async Task Names_ShortFormsAndAliases_AreUsedOnce()
    {
        Option[] options = [.. OptionTable.Rows, .. OptionTable.Common];
        string[] names =
        [
            .. options.Select(static option => option.Name), .. options.SelectMany(static option => option.Aliases),
            .. options.Where(static option => option.Short is not null).Select(static option => option.Short.ToString()!),
        ];

        await Assert.That(names.Distinct().Count()).IsEqualTo(names.Length);
    }

    // The help prints a heading when the group changes.
    [Test]
    public async Task Groups_AreTheDesignsAndEachStandsTogether()
    {
        List<string> groups = [];
        foreach (var option in OptionTable.Rows.Concat(OptionTable.Common))
        {
            if (groups.LastOrDefault() != option.Group)
                groups.Add(option.Group);
        }

        await Assert.That(string.Join(", ", groups))
            .IsEqualTo("Target, Credentials, Listening, Upstream, Signing, Headers, Limits, Logging, Other");
    }

    [Test]
    public async Task EnvironmentVariable_OfAName_IsInCapitalsWithUnderscores()
    {
        var row = OptionTable.Rows.Single(static row => row.Name == "upstream-idle-timeout");

        await Assert.That(row.EnvironmentVariable).IsEqualTo("AWS_SIGV4_PROXY_UPSTREAM_IDLE_TIMEOUT");
    }

    [Test]
    [Arguments("forward-to", 'f')]
    [Arguments("service", 's')]
    [Arguments("region", 'r')]
    [Arguments("assume-role", 'a')]
    [Arguments("listen-on", 'l')]
    [Arguments("utility-port", 'u')]
    [Arguments("connect-timeout", null)]
    [Arguments("request-timeout", null)]
    [Arguments("signature-lifetime", null)]
    [Arguments("ca", null)]
    [Arguments("no-verify-ssl", null)]
    [Arguments("cert", 'c')]
    [Arguments("key", 'k')]
    public async Task Row_OfTheReferenceImplementation_HasItsShortForm(string name, char? letter)
    {
        await Assert.That(OptionTable.Rows.Single(row => row.Name == name).Short).IsEqualTo(letter);
    }

    private static IEnumerable<string> Parameters(string method) =>
        typeof(CommandDispatch).GetMethod(method, BindingFlags.Public | BindingFlags.Instance)!.GetParameters()
            .Select(static parameter => $"{ToKebabCase(parameter.Name!)} {(parameter.ParameterType == typeof(bool) ? "flag" : "value")}");

    private static string ToKebabCase(string name) =>
        string.Concat(name.Select(static letter => char.IsUpper(letter) ? $"-{char.ToLowerInvariant(letter)}" : letter.ToString()));
}
