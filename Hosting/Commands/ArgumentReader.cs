namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>One option as it was given. A flag's value is <c>true</c> or <c>false</c>; a list's is one repetition.</summary>
internal readonly record struct GivenOption(Option Option, string Value);

/// <summary>
/// Reads the arguments behind the command's name: <c>--name value</c>, <c>--name=value</c>, <c>-n value</c>, <c>-nvalue</c>,
/// <c>-n=value</c>, flags alone or with <c>=true</c> or <c>=false</c>, and <c>--</c>, behind which nothing is an option.
/// An option that is no list may be given once: of two values, one would be ignored silently.
/// </summary>
internal sealed class ArgumentReader
{
    private readonly Command _command;
    private readonly string[] _arguments;
    private readonly List<GivenOption> _options = [];
    private readonly List<string> _operands = [];
    private int _next;

    private ArgumentReader(Command command, string[] arguments)
    {
        _command = command;
        _arguments = arguments;
    }

    /// <summary>Reads all arguments; returns the options and, for a command that takes some, the other arguments.</summary>
    /// <exception cref="UsageException">An unknown option, one without its value, or an argument too many.</exception>
    public static (IReadOnlyList<GivenOption> Options, IReadOnlyList<string> Operands) Read(Command command, string[] arguments)
    {
        var reader = new ArgumentReader(command, arguments);
        while (reader._next < arguments.Length)
            reader.ReadOne(arguments[reader._next++]);
        return (reader._options, reader._operands);
    }

    private void ReadOne(string argument)
    {
        if (argument == "--")
        {
            while (_next < _arguments.Length)
                ReadOperand(_arguments[_next++]);
        }
        else if (argument.StartsWith("--", StringComparison.Ordinal))
        {
            ReadLong(argument);
        }
        else if (argument.Length > 1 && argument[0] == '-')
        {
            ReadShort(argument);
        }
        else
        {
            ReadOperand(argument);
        }
    }

    private void ReadLong(string argument)
    {
        var (name, value) = SplitAtEqualsSign(argument);
        if (FindFlagAlias(name[2..]) is ({ } aliased, var meant))
        {
            if (ReadFlag(name, value) == "true")
                Add(aliased, meant);
            return;
        }

        Add(FindLong(name[2..]) ?? throw UnknownOption(name), value);
    }

    private void ReadShort(string argument)
    {
        // Go programs write long names with one dash; "-service es" must not become the service "ervice".
        var (name, value) = SplitAtEqualsSign(argument);
        if (name.Length > 2 && (FindLong(name[1..]) is not null || FindFlagAlias(name[1..]) is not null))
            throw UnknownOption(name);

        var option = Known.FirstOrDefault(option => option.Short == argument[1]) ?? throw UnknownOption(argument[..2]);
        Add(option, name.Length == 2 ? value : argument[2..]);
    }

    private void Add(Option option, string? value)
    {
        if (OptionTable.Common.Contains(option))
            throw new UsageException($"{option.LongForm} takes no value", $"write {option.LongForm}");
        if (!option.IsList && _options.Exists(given => given.Option == option))
            throw new UsageException($"{option.LongForm} is given twice", "leave one of them out");

        value = option.IsFlag ? ReadFlag(option.LongForm, value) : value ?? TakeValue(option);
        if (value.Length == 0)
            throw new UsageException($"{option.LongForm}: the value is empty", $"write {option.LongForm} {option.ValueName}");
        _options.Add(new GivenOption(option, value));
    }

    private static string ReadFlag(string name, string? value)
    {
        try
        {
            return value is null || FlagValue.Parse(value) ? "true" : "false";
        }
        catch (UsageException complaint)
        {
            throw complaint.From(name);
        }
    }

    // An option in a value's place means that the value was forgotten. A negative number is a value, if a bad one.
    private string TakeValue(Option option)
    {
        if (_next == _arguments.Length)
            throw new UsageException($"{option.LongForm} lacks its value", $"write {option.LongForm} {option.ValueName}");

        var value = _arguments[_next];
        if (value.Length > 1 && value[0] == '-' && !char.IsAsciiDigit(value[1]))
            throw new UsageException(
                $"{option.LongForm} lacks its value: an option follows",
                $"write {option.LongForm} {option.ValueName}, or {option.LongForm}={option.ValueName} where the value begins with '-'");
        _next++;
        return value;
    }

    private void ReadOperand(string argument)
    {
        if (_command.TakesArguments)
            _operands.Add(argument);
        else
            throw UnexpectedArgument(argument);
    }

    private UsageException UnexpectedArgument(string argument)
    {
        // A value without its quotes falls apart at the space behind the colon, and what is left may be a secret.
        if (_options.Count > 0 && _options[^1].Value.EndsWith(':'))
            return new UsageException($"{_options[^1].Option.LongForm}: the value is in two parts", "write 'Name: value', in quotes");

        var isCommand = _command == Command.Run && _next == 1;
        var near = isCommand ? NearestName.Find(argument, Command.Names) : null;
        return new UsageException(
            $"{(isCommand ? "unknown command" : "unexpected argument")} {Quote.Value(argument)}",
            near is null ? HintFor(argument) : $"did you mean '{near}'?");
    }

    private string HintFor(string argument)
    {
        if (Command.Find(argument) is { } command)
            return $"a command comes first: {command.FullName}";
        if (_command == Command.Run && argument.Contains("://", StringComparison.Ordinal))
            return "write --forward-to in front of the URL";
        if (_options.Count > 0 && _options[^1].Option is { IsFlag: true } flag)
            return $"a flag's value stands behind an '=': {flag.LongForm}=false";
        return $"{_command.FullName} --help shows what may be given";
    }

    // What was typed without its value, which may be a secret.
    private UsageException UnknownOption(string typed)
    {
        var names = Known.SelectMany(static option => option.Aliases.Prepend(option.Name).Concat(option.FlagAliases.Select(static alias => alias.Name)));
        return new UsageException(
            $"unknown option {Quote.Value(typed)}",
            NearestName.Find(typed.TrimStart('-'), names) is { } near
                ? $"did you mean --{near}?"
                : $"{_command.FullName} --help lists the options");
    }

    private IEnumerable<Option> Known => _command.Options.Concat(OptionTable.Common);

    private Option? FindLong(string name) => Known.FirstOrDefault(option => option.Name == name || option.Aliases.Contains(name));

    private (Option Option, string Value)? FindFlagAlias(string name)
    {
        foreach (var option in Known)
        {
            if (Array.Find(option.FlagAliases, alias => alias.Name == name) is { } alias)
                return (option, alias.Value);
        }

        return null;
    }

    private static (string Name, string? Value) SplitAtEqualsSign(string argument)
    {
        var sign = argument.IndexOf('=');
        return sign < 0 ? (argument, null) : (argument[..sign], argument[(sign + 1)..]);
    }
}
