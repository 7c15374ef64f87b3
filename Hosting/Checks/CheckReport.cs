using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using AwsSigV4Proxy.Hosting.Commands;

namespace AwsSigV4Proxy.Hosting.Checks;

/// <summary>How <c>check</c> writes what it found.</summary>
internal enum CheckFormat
{
    /// <summary>A line each, for a person.</summary>
    Text,

    /// <summary>One JSON object, for a program.</summary>
    Json,
}

/// <summary>Results as text, one by one, or all of them as JSON.</summary>
internal static class CheckReport
{
    private const int MarkWidth = 6;
    private const int NameWidth = 13;
    private static readonly string Indent = new(' ', MarkWidth + NameWidth);

    /// <summary>The exit status: 0 if all is well, 1 if a check failed, 3 if some are worth a look and none failed.</summary>
    public static int StatusOf(IReadOnlyList<CheckResult> results) => Worst(results) switch
    {
        CheckMark.Failed => 1,
        CheckMark.Warning => 3,
        _ => 0,
    };

    /// <summary>One result as text: its line, and those that belong to it.</summary>
    public static string WriteLine(CheckResult result)
    {
        var text = new StringBuilder();
        text.Append(WordOf(result.Mark).PadRight(MarkWidth)).Append(result.Name.PadRight(NameWidth));
        text.Append(TerminalText.Sanitize(result.Found)).Append('\n');
        foreach (var detail in result.Details)
            text.Append(Indent).Append("- ").Append(TerminalText.Sanitize(detail)).Append('\n');
        if (result.Next is { } next)
            text.Append(Indent).Append("next: ").Append(TerminalText.Sanitize(next)).Append('\n');
        return text.ToString();
    }

    /// <summary>What stands below the lines.</summary>
    public static string WriteEnd(IReadOnlyList<CheckResult> results)
    {
        var verdict = Worst(results) switch
        {
            CheckMark.Failed => $"Failed: {NamesOf(CheckMark.Failed)}.",
            CheckMark.Warning => $"Nothing failed; worth a look: {NamesOf(CheckMark.Warning)}.",
            _ => "All is well.",
        };
        return $"\n{verdict}\n";

        string NamesOf(CheckMark mark) => string.Join(", ", results.Where(result => result.Mark == mark).Select(static result => result.Name));
    }

    /// <summary>All results as one JSON object, ending in a new line.</summary>
    public static string WriteJson(IReadOnlyList<CheckResult> results)
    {
        var report = new CheckReportJson(
            Worst(results) == CheckMark.Ok,
            NameOf(Worst(results)),
            [
                .. results.Select(static result => new CheckResultJson(
                    result.Name, NameOf(result.Mark), result.Found, result.Next, result.Cause, result.Values, result.Details)),
            ]);
        return JsonSerializer.Serialize(report, CheckReportJsonContext.Readable.CheckReportJson) + "\n";
    }

    private static CheckMark Worst(IReadOnlyList<CheckResult> results) =>
        results.Any(static result => result.Mark == CheckMark.Failed) ? CheckMark.Failed
        : results.Any(static result => result.Mark == CheckMark.Warning) ? CheckMark.Warning
        : CheckMark.Ok;

    private static string WordOf(CheckMark mark) => mark switch
    {
        CheckMark.Ok => "ok",
        CheckMark.Warning => "warn",
        CheckMark.Failed => "FAIL",
        _ => "--",
    };

    private static string NameOf(CheckMark mark) => mark switch
    {
        CheckMark.Ok => "ok",
        CheckMark.Warning => "warning",
        CheckMark.Failed => "failed",
        _ => "skipped",
    };
}

/// <summary>The JSON object of a report.</summary>
internal sealed record CheckReportJson(bool Ok, string Result, IReadOnlyList<CheckResultJson> Checks);

/// <summary>One check in it.</summary>
internal sealed record CheckResultJson(
    string Name, string Mark, string Found, string? Next, string? Cause, IReadOnlyDictionary<string, string> Values,
    IReadOnlyList<string> Details);

/// <summary>Source-generated JSON of <see cref="CheckReportJson"/>.</summary>
[JsonSerializable(typeof(CheckReportJson))]
internal sealed partial class CheckReportJsonContext : JsonSerializerContext
{
    /// <summary>For people as well as programs: indented, quotes and slashes in sentences as they are.</summary>
    public static CheckReportJsonContext Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    });
}
