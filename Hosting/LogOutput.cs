using System.Text.Json;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Telemetry;
using Microsoft.Extensions.Logging;
using ZLogger;
using ZLogger.Formatters;

namespace AwsSigV4Proxy.Hosting;

/// <summary>How log lines reach standard output: ZLogger, text or JSON, on a thread of its own, never blocking a request.</summary>
internal static class LogOutput
{
    /// <summary>Adds the output to the host's logging.</summary>
    /// <param name="logging">The host's.</param>
    /// <param name="options">Level and format.</param>
    /// <param name="drops">Counts lines that nobody takes in time.</param>
    public static void Configure(ILoggingBuilder logging, ProxyOptions options, LogDrops drops)
    {
        logging.SetMinimumLevel(options.LogLevel);
        // The proxy logs its failures itself, once each and in its own words; the libraries' lines would double them, and
        // theirs name whole URLs and, for bad requests, headers, which may hold secrets.
        logging.AddFilter("Microsoft", LogLevel.None);
        // Asked for by options of their own, whatever else is worth a line.
        logging.AddFilter(typeof(AccessLog).FullName, LogLevel.Information);
        logging.AddFilter(typeof(FailedRequestLog).FullName, LogLevel.Warning);
        logging.AddFilter("Yarp", LogLevel.None);
        logging.AddZLoggerLogProcessor(output =>
        {
            output.InternalErrorLogger = static e => Console.Error.WriteLine($"error: a log line could not be written: {e.Message}");
            if (options.LogFormat == LogFormat.Json)
                UseJson(output);
            else
                UseText(output);
            return new LogWriter(Console.OpenStandardOutput(), output, drops);
        });
    }

    private static void UseText(ZLoggerOptions output) => output.UsePlainTextFormatter(text =>
    {
        text.SetPrefixFormatter($"{0:utc-longdate} {1:short} ", static (in MessageTemplate template, in LogInfo info) =>
            template.Format(info.Timestamp, info.LogLevel));
        text.SetExceptionFormatter(static (writer, exception) =>
            Utf8StringInterpolation.Utf8String.Format(writer, $"\n{exception}"));
    });

    private static void UseJson(ZLoggerOptions output) => output.UseJsonFormatter(json =>
    {
        json.IncludeProperties = IncludeProperties.Timestamp | IncludeProperties.LogLevel
            | IncludeProperties.Message | IncludeProperties.ParameterKeyValues
            | IncludeProperties.Exception;
        json.UseUtcTimestamp = true;
        json.JsonPropertyNames = JsonPropertyNames.Default with
        {
            Timestamp = JsonEncodedText.Encode("time"),
            LogLevel = JsonEncodedText.Encode("level"),
            Message = JsonEncodedText.Encode("message"),
            Exception = JsonEncodedText.Encode("exception"),
        };
    });
}
