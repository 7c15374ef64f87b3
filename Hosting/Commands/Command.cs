namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>One command: its name, its options, and what its help says.</summary>
/// <param name="Name">The first argument that names it; empty for the command that runs the proxy.</param>
/// <param name="Usage">What may follow the name.</param>
/// <param name="Summary">A phrase for the list of commands and the head of its own help.</param>
internal sealed record Command(string Name, string Usage, string Summary)
{
    /// <summary>The command without a name: the proxy itself.</summary>
    public static readonly Command Run = new("", "--forward-to URL [options]", "run the proxy")
    {
        Options = OptionTable.Rows,
        ReadsEnvironment = true,
    };

    /// <summary>Tries the proxy's options once.</summary>
    public static readonly Command Check = new("check", "[options]", "try the same options once: credentials, identity, connection, one request")
    {
        Details = "Takes the proxy's options and environment variables. Sends one signed GET to the path of --forward-to. Exit status: 0 if all is well, 1 if a check failed, 2 if the command line is refused, 3 if some are worth a look and none failed.",
        Options = [.. OptionTable.Rows, new Option("format", "Report", $"How the report is written: {NamedValues.CheckFormat.Names}") { ValueName = "FORMAT" }],
        ReadsEnvironment = true,
    };

    /// <summary>Prints the service and the region that are signed for a URL.</summary>
    public static readonly Command Scope = new("scope", "[URL...]", "print the service and the region that are signed for each URL")
    {
        Details = "Prints host, service and region, separated by tabs; the region * for all regions at once (SigV4A); - where it cannot tell, and then exit status 3. Without a URL it reads them from standard input, one a line.",
        TakesArguments = true,
    };

    /// <summary>Shows the whole path on an upstream of its own.</summary>
    public static readonly Command Demo = new("demo", "[--serve]", "sign and forward a GET and a POST to an upstream of its own, and show both")
    {
        Details = "It needs no AWS account: the upstream and the credentials are made up, and nothing leaves this machine.",
        Options = [new Option("serve", "Options", "Keep the proxy and its upstream running, to try requests on")],
    };

    /// <summary>The commands in the order of the help.</summary>
    public static IReadOnlyList<Command> All { get; } = [Run, Check, Scope, Demo];

    /// <summary>The names that a command can be called by.</summary>
    public static IEnumerable<string> Names => All.Select(static command => command.Name).Where(static name => name.Length > 0);

    /// <summary>The command's own options, without those that every command has.</summary>
    public IReadOnlyList<Option> Options { get; init; } = [];

    /// <summary>Whether arguments that are no options may follow.</summary>
    public bool TakesArguments { get; init; }

    /// <summary>Whether its options are also environment variables.</summary>
    public bool ReadsEnvironment { get; init; }

    /// <summary>A sentence more for the command's own help, or null.</summary>
    public string? Details { get; init; }

    /// <summary>The command as it is typed.</summary>
    public string FullName => Name.Length == 0 ? ProductInfo.Name : $"{ProductInfo.Name} {Name}";

    /// <summary>The named command with that name, or null.</summary>
    public static Command? Find(string name) => name.Length == 0 ? null : All.FirstOrDefault(command => command.Name == name);
}
