namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>
/// One option as people write it: what the help shows, and what the arguments and the environment are read by.
/// </summary>
/// <param name="Name">The long name, without dashes; the environment variable is made from it.</param>
/// <param name="Group">The heading of the help that it stands under.</param>
/// <param name="Description">A sentence for the help.</param>
internal record Option(string Name, string Group, string Description)
{
    private const string EnvironmentPrefix = "AWS_SIGV4_PROXY_";

    /// <summary>The letter of the short form, or null.</summary>
    public char? Short { get; init; }

    /// <summary>Other long names, from other proxies. They have no environment variable.</summary>
    public string[] Aliases { get; init; } = [];

    /// <summary>Flags of other proxies that stand for one value of this option.</summary>
    public FlagAlias[] FlagAliases { get; init; } = [];

    /// <summary>What the help calls the value; null for a flag, which needs none.</summary>
    public string? ValueName { get; init; }

    /// <summary>Whether it may be given several times, or with several values.</summary>
    public bool IsList { get; init; }

    /// <summary>Whether it is on by being there.</summary>
    public bool IsFlag => ValueName is null;

    /// <summary>The long form, as errors call the option.</summary>
    public string LongForm => "--" + Name;

    /// <summary>The environment variable that says the same.</summary>
    public string EnvironmentVariable { get; } = EnvironmentPrefix + Name.Replace('-', '_').ToUpperInvariant();
}

/// <summary>A flag that stands for an option with a value.</summary>
/// <param name="Name">The flag's long name, without dashes.</param>
/// <param name="Value">What the option is then given.</param>
internal sealed record FlagAlias(string Name, string Value);

/// <summary>An option of the proxy itself: also what it does to the <see cref="ProxyOptions"/>.</summary>
internal sealed record ProxyOption(string Name, string Group, string Description) : Option(Name, Group, Description)
{
    /// <summary>
    /// Checks the value and returns the options with it in place. A flag is called when it is on, with a value without
    /// meaning. The values of a list arrive joined by <see cref="OptionList.Separator"/>.
    /// Throws <see cref="UsageException"/> for a bad value, without the option's name.
    /// </summary>
    public required Func<ProxyOptions, string, ProxyOptions> Apply { get; init; }

    /// <summary>What the help shows as the default, taken from options in which nothing is set; null shows nothing.</summary>
    public Func<ProxyOptions, string>? Default { get; init; }
}
