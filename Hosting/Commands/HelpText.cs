using System.Text;

namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>Writes the help of a command: its options under their headings, in two columns, at most 100 wide.</summary>
internal static class HelpText
{
    private const int Width = 100;

    // Stands in for a space at which no line may break.
    private const char Unbroken = '\u00A0';

    private static readonly string[] Notes =
    [
        "TIME is a number with ms, s, m or h, or a bare number of seconds: 500ms, 30, 5m; at most "
            + Duration.Format(Duration.Max) + ". SIZE is a whole number with KiB, MiB or GiB (of 1024) or KB, MB or GB (of 1000), "
            + "or a bare number of bytes. An option with ... may be repeated, or its values separated by commas.",
        "Every option can also be an environment variable: AWS_SIGV4_PROXY_ and its name in capitals with underscores, such as "
            + OptionTable.Rows[0].EnvironmentVariable + ". The command line wins.",
    ];

    private const string Epilogue =
        $"""

        Examples:
          {ProductInfo.Name} -f https://search-logs.eu-west-1.es.amazonaws.com
          {ProductInfo.Name} -f https://sqs.us-east-1.amazonaws.com -l 127.0.0.1:8080 -u 0
          {ProductInfo.Name} -f https://localhost:9443 --sign-host search-logs.eu-west-1.es.amazonaws.com
          {ProductInfo.Name} --forward-by-host -l 127.0.0.1:8080
          {ProductInfo.Name} check -f https://sqs.us-east-1.amazonaws.com
          {ProductInfo.Name} demo

        Exit status:
          0  stopped as it was told to
          1  failed at start: a port is taken, a key or another file cannot be used; or a check failed
          2  the command line or the environment is refused

        """;

    /// <summary>The help of one command, ending in a new line.</summary>
    public static string Write(Command command)
    {
        var text = new StringBuilder();
        if (command == Command.Run)
            WriteHead(text);
        else
            WriteCommandHead(text, command);

        Option[] options = [.. command.Options, .. OptionTable.Common];
        var column = options.Max(static option => Left(option).Length) + 2;
        var group = "";
        foreach (var option in options)
        {
            if (option.Group != group)
                text.Append('\n').Append(option.Group).Append(":\n");
            group = option.Group;
            WriteRow(text, Left(option), Right(option), column);
        }

        if (command == Command.Run)
            WriteTail(text);
        return text.ToString();
    }

    private static void WriteHead(StringBuilder text)
    {
        text.Append(ProductInfo.Name).Append(' ').Append(ProductInfo.Version)
            .Append("\nSigns HTTP requests with AWS Signature Version 4 and forwards them.\n\nUsage:\n");
        var column = Command.All.Max(static command => UsageOf(command).Length) + 4;
        foreach (var command in Command.All)
            WriteRow(text, "  " + UsageOf(command), command.Summary, column);
        WriteRow(text, $"  {ProductInfo.Name} help [COMMAND]", "show this help, or a command's", column);
    }

    private static void WriteCommandHead(StringBuilder text, Command command)
    {
        text.Append(command.FullName).Append(": ").Append(command.Summary).Append('\n');
        if (command.Details is { } details)
            WriteRow(text, "", details, 0);
        text.Append("\nUsage: ").Append(UsageOf(command)).Append('\n');
    }

    private static void WriteTail(StringBuilder text)
    {
        foreach (var paragraph in Notes)
        {
            text.Append('\n');
            WriteRow(text, "", paragraph, 0);
        }
        text.Append(Epilogue);
    }

    private static string UsageOf(Command command) => $"{command.FullName} {command.Usage}";

    private static string Left(Option option) =>
        $"  {(option.Short is { } letter ? $"-{letter}, " : "    ")}{option.LongForm}"
        + (option.IsFlag ? "" : $" {option.ValueName}{(option.IsList ? "..." : "")}");

    private static string Right(Option option)
    {
        var text = option.Description;
        if (option is ProxyOption { Default: { } defaultText })
            text += Remark($"[default: {defaultText(ProxyOptions.Unset)}]");
        string[] others =
        [
            .. option.Aliases.Select(static name => "--" + name),
            .. option.FlagAliases.Select(static alias => $"--{alias.Name} for {alias.Value}"),
        ];
        if (others.Length > 0)
            text += Remark($"[also {string.Join(", ", others)}]");
        return text;
    }

    private static string Remark(string text) => " " + text.Replace(' ', Unbroken);

    // Breaks the right column between words.
    private static void WriteRow(StringBuilder text, string left, string right, int column)
    {
        text.Append(left.PadRight(column));
        var used = column;
        foreach (var word in right.Split(' '))
        {
            var isFirst = used == column;
            if (!isFirst && used + 1 + word.Length > Width)
            {
                text.Append('\n').Append(' ', column);
                (used, isFirst) = (column, true);
            }
            text.Append(isFirst ? "" : " ").Append(word.Replace(Unbroken, ' '));
            used += word.Length + (isFirst ? 0 : 1);
        }
        text.Append('\n');
    }
}
