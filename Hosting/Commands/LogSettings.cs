using Microsoft.Extensions.Logging;

namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>The names of log levels and formats on the command line.</summary>
internal static class LogSettings
{
    private static readonly (string Name, LogLevel Level)[] Levels =
    [
        ("trace", LogLevel.Trace),
        ("debug", LogLevel.Debug),
        ("info", LogLevel.Information),
        ("warn", LogLevel.Warning),
        ("error", LogLevel.Error),
    ];

    private static readonly (string Name, LogFormat Format)[] Formats = [("text", LogFormat.Text), ("json", LogFormat.Json)];

    /// <summary>The levels' names, for the help.</summary>
    public static string LevelNames => string.Join(", ", Levels.Select(static row => row.Name));

    /// <summary>The formats' names, for the help.</summary>
    public static string FormatNames => string.Join(", ", Formats.Select(static row => row.Name));

    /// <summary>The name of a level.</summary>
    public static string NameOf(LogLevel level) => Levels.First(row => row.Level == level).Name;

    /// <summary>The name of a format.</summary>
    public static string NameOf(LogFormat format) => Formats.First(row => row.Format == format).Name;

    /// <summary>Reads a level's name, in any case.</summary>
    /// <exception cref="UsageException">There is no such level.</exception>
    public static LogLevel ParseLevel(string text) => Find(Levels, text, "log level");

    /// <summary>Reads a format's name, in any case.</summary>
    /// <exception cref="UsageException">There is no such format.</exception>
    public static LogFormat ParseFormat(string text) => Find(Formats, text, "log format");

    private static T Find<T>((string Name, T Value)[] rows, string text, string kind)
    {
        foreach (var (name, value) in rows)
        {
            if (name.Equals(text, StringComparison.OrdinalIgnoreCase))
                return value;
        }
        throw new UsageException(
            $"{Quote.Value(text)} is not a {kind}", $"write one of: {string.Join(", ", rows.Select(static row => row.Name))}");
    }
}
