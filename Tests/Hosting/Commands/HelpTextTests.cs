using System.Globalization;
using System.Reflection;
using AwsSigV4Proxy.Hosting.Commands;

namespace AwsSigV4Proxy.Tests.Hosting.Commands;

internal sealed class HelpTextTests
{
    [Test]
    [Arguments("--help")]
    [Arguments("-h")]
    [Arguments("help")]
    [Arguments("-f not-a-url --nothing -h")]
    [Arguments("-f --help")]
    public async Task Run_HelpAnywhere_IsTheProxysHelp(string arguments)
    {
        var run = await CommandLineRun.RunAsync(arguments);

        await Assert.That(run.ExitStatus).IsEqualTo(0);
        await Assert.That(run.Error).IsEqualTo("");
        await Assert.That(run.Output).IsEqualTo(HelpText.Write(Command.Run));
    }

    [Test]
    [Arguments("scope --help", "scope")]
    [Arguments("scope https://x.test -h", "scope")]
    [Arguments("help scope", "scope")]
    [Arguments("demo --help", "demo")]
    [Arguments("help demo", "demo")]
    public async Task Run_HelpOfACommand_IsItsOwn(string arguments, string command)
    {
        var run = await CommandLineRun.RunAsync(arguments);

        await Assert.That(run.ExitStatus).IsEqualTo(0);
        await Assert.That(run.Output).StartsWith($"aws-sigv4-proxy {command}: ");
        await Assert.That(run.Output).DoesNotContain("--forward-to");
        await Assert.That(run.Output.Contains("--serve", StringComparison.Ordinal)).IsEqualTo(command == "demo");
    }

    [Test]
    [Arguments("check --help")]
    [Arguments("help check")]
    public async Task Run_HelpOfCheck_HasTheProxysOptionsAndItsOwn(string arguments)
    {
        var run = await CommandLineRun.RunAsync(arguments);

        await Assert.That(run.Output).StartsWith("aws-sigv4-proxy check: ");
        foreach (var row in OptionTable.Rows)
            await Assert.That(run.Output).Contains($" {row.LongForm} ");
        await Assert.That(run.Output).Contains("--format FORMAT");
    }

    [Test]
    [Arguments("--version")]
    [Arguments("-V")]
    [Arguments("-f nothing --version")]
    public async Task Run_Version_IsTheAssemblys(string arguments)
    {
        var version = typeof(HelpText).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

        var run = await CommandLineRun.RunAsync(arguments);

        await Assert.That(run.ExitStatus).IsEqualTo(0);
        await Assert.That(run.Output).IsEqualTo($"aws-sigv4-proxy {version}\n");
        await Assert.That(char.IsAsciiDigit(version[0])).IsTrue();
    }

    [Test]
    public async Task Write_EveryCommand_FitsInAHundredColumnsOfAscii()
    {
        foreach (var line in Command.All.SelectMany(static command => HelpText.Write(command).Split('\n')))
        {
            await Assert.That(line.Length).IsLessThanOrEqualTo(100).Because(line);
            await Assert.That(line).IsEqualTo(line.TrimEnd());
            await Assert.That(line.All(char.IsAscii)).IsTrue().Because(line);
        }
    }

    [Test]
    public async Task Write_TheProxy_AlignsEveryOption()
    {
        var lines = HelpText.Write(Command.Run).Split('\n');
        var column = lines.Single(static line => line.Contains("--upstream-idle-timeout ", StringComparison.Ordinal))
            .IndexOf("An unused", StringComparison.Ordinal);

        foreach (var row in OptionTable.Rows)
        {
            var line = lines.Single(line =>
                line.StartsWith("  ", StringComparison.Ordinal) && line.TrimStart().StartsWith(Left(row), StringComparison.Ordinal));
            await Assert.That(line.IndexOf("--", StringComparison.Ordinal)).IsEqualTo(6).Because(line);
            await Assert.That(line[column..]).StartsWith(row.Description[..10]);
            await Assert.That(line[(column - 2)..column]).IsEqualTo("  ").Because(line);
        }

        static string Left(Option row) =>
            (row.Short is { } letter ? $"-{letter}, " : "") + row.LongForm + (row.IsFlag ? " " : $" {row.ValueName}");
    }

    // The figures come from new options, not from the table that the help is made from.
    [Test]
    public async Task Write_TheProxy_ShowsTheDefaultsThatHold()
    {
        var options = (await CommandLineRun.RunAsync("-f https://x.test")).Options!;
        (string Option, string Default)[] defaults =
        [
            ("listen-on", $"{options.ListenOn}"),
            ("utility-port", options.UtilityPort.ToString(CultureInfo.InvariantCulture)),
            ("connect-timeout", $"{options.ConnectTimeout.TotalSeconds}s"),
            ("request-timeout", $"{options.RequestTimeout.TotalSeconds}s"),
            ("idle-timeout", $"{options.IdleTimeout.TotalSeconds}s"),
            ("upstream-idle-timeout", $"{options.UpstreamIdleTimeout.TotalSeconds}s"),
            ("buffer-size", $"{options.BufferSizeBytes >> 20}MiB"),
            ("max-body-size", $"{options.MaxBodySizeBytes >> 30}GiB"),
            ("shutdown-timeout", $"{options.ShutdownTimeout.TotalSeconds}s"),
            ("log-level", "info"),
            ("log-format", "text"),
        ];
        var help = HelpText.Write(Command.Run);

        foreach (var (option, value) in defaults)
            await Assert.That(EntryOf(option, help)).Contains($"[default: {value}]");
    }

    // From the option's line to the next option's.
    private static string EntryOf(string name, string help)
    {
        var start = help.IndexOf($" --{name} ", StringComparison.Ordinal) + 3;
        var end = help.IndexOf('\n', help.IndexOf("[default:", start, StringComparison.Ordinal));
        return help[start..end].Split("\n      --")[0];
    }
}
