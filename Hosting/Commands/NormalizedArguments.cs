namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>
/// What the user said, in the one form that <see cref="CommandDispatch"/> parses: the command's name, then
/// <c>--name =value</c> for each option, then the other arguments.
/// </summary>
/// <param name="Arguments">
/// The canonical arguments. Each value is marked with an <c>=</c> in front, so that none is taken for an option, for
/// <c>--help</c> or for <c>--</c>.
/// </param>
/// <param name="Origins">What an error calls each option that was given: <c>--name</c>, or the environment variable.</param>
internal sealed record NormalizedArguments(string[] Arguments, IReadOnlyDictionary<string, string> Origins)
{
    private const char ValueMark = '=';

    /// <summary>The command that they name. No option and no marked value can be taken for a name.</summary>
    public Command Command => Arguments is [var name, ..] ? Command.Find(name) ?? Command.Run : Command.Run;

    /// <summary>Reads arguments and environment. Per option, the arguments win.</summary>
    /// <param name="arguments">The arguments, the command's name among them.</param>
    /// <param name="environment">Gives an environment variable's value, or null.</param>
    /// <exception cref="UsageException">They cannot be read.</exception>
    public static NormalizedArguments Read(string[] arguments, Func<string, string?> environment)
    {
        var command = arguments.Length > 0 ? Command.Find(arguments[0]) : null;
        var (given, operands) = ArgumentReader.Read(command ?? Command.Run, command is null ? arguments : arguments[1..]);
        command ??= Command.Run;

        List<string> canonical = command.Name.Length == 0 ? [] : [command.Name];
        var origins = new Dictionary<string, string>();
        foreach (var group in given.GroupBy(static option => option.Option))
            Add(group.Key, group.Key.LongForm, string.Join(OptionList.Separator, group.Select(static option => option.Value)));

        var unsaid = command.ReadsEnvironment ? command.Options.Where(option => !origins.ContainsKey(option.Name)) : [];
        foreach (var (option, value) in EnvironmentReader.Read(unsaid, environment))
            Add(option, option.EnvironmentVariable, value);

        canonical.AddRange(operands.Select(static operand => ValueMark + operand));
        return new NormalizedArguments([.. canonical], origins);

        void Add(Option option, string origin, string value)
        {
            origins[option.Name] = origin;
            if (!option.IsFlag)
                canonical.AddRange([option.LongForm, ValueMark + value]);
            else if (value == "true")
                canonical.Add(option.LongForm);
        }
    }

    /// <summary>Takes the mark off a value.</summary>
    public static string Unmark(string value) => value[1..];
}
