using AwsSigV4Proxy.Hosting.Checks;
using AwsSigV4Proxy.Signing;
using Microsoft.Extensions.Logging;

namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>The values of an option that takes one of a few words.</summary>
/// <param name="kind">What an error calls them.</param>
/// <param name="rows">The words, in the order of the help, and what they mean.</param>
internal sealed class NamedValues<T>(string kind, params (string Name, T Value)[] rows)
{
    /// <summary>The words, for the help.</summary>
    public string Names { get; } = string.Join(", ", rows.Select(static row => row.Name));

    /// <summary>The word for a value.</summary>
    public string NameOf(T value) => rows.First(row => Equals(row.Value, value)).Name;

    /// <summary>Reads a word, in any case.</summary>
    /// <exception cref="UsageException">It is none of them.</exception>
    public T Parse(string text)
    {
        foreach (var (name, value) in rows)
        {
            if (name.Equals(text, StringComparison.OrdinalIgnoreCase))
                return value;
        }

        throw new UsageException($"{Quote.Value(text)} is not a {kind}", $"write one of: {Names}");
    }
}

/// <summary>The options whose values are words.</summary>
internal static class NamedValues
{
    /// <summary>The values of <c>--payload</c>.</summary>
    public static NamedValues<PayloadOption> Payload { get; } = new(
        "way to sign bodies", ("auto", PayloadOption.Auto), ("signed", PayloadOption.Signed), ("unsigned", PayloadOption.Unsigned));

    /// <summary>The values of <c>--algorithm</c>.</summary>
    public static NamedValues<SigningAlgorithm> Algorithm { get; } = new(
        "version of the signature", ("sigv4", SigningAlgorithm.SigV4), ("sigv4a", SigningAlgorithm.SigV4a));

    /// <summary>The values of <c>--sign-location</c>.</summary>
    public static NamedValues<SignatureLocation> SignLocation { get; } = new(
        "place for a signature", ("header", SignatureLocation.Header), ("query", SignatureLocation.Query));

    /// <summary>The values of <c>--log-level</c>.</summary>
    public static NamedValues<LogLevel> LogLevel { get; } = new(
        "log level",
        ("trace", Microsoft.Extensions.Logging.LogLevel.Trace),
        ("debug", Microsoft.Extensions.Logging.LogLevel.Debug),
        ("info", Microsoft.Extensions.Logging.LogLevel.Information),
        ("warn", Microsoft.Extensions.Logging.LogLevel.Warning),
        ("error", Microsoft.Extensions.Logging.LogLevel.Error));

    /// <summary>The values of <c>--log-format</c>.</summary>
    public static NamedValues<LogFormat> LogFormat { get; } = new("log format", ("text", Commands.LogFormat.Text), ("json", Commands.LogFormat.Json));

    /// <summary>The values of <c>--format</c> of <c>check</c>.</summary>
    public static NamedValues<CheckFormat> CheckFormat { get; } = new("format", ("text", Checks.CheckFormat.Text), ("json", Checks.CheckFormat.Json));
}
