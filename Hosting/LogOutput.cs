using System.Text.Json;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Telemetry;
using Microsoft.Extensions.Logging;
using ZLogger;
using ZLogger.Formatters;
using ZLogger.Providers;

namespace AwsSigV4Proxy.Hosting;

/// <summary>How log lines reach standard output: ZLogger, text or JSON, on a thread of its own, never blocking a request.</summary>
internal static class LogOutput
{
    /// <summary>
    /// Lines that wait to be written. Beyond it they are dropped, so that a stalled terminal or pipe stops neither requests
    /// nor grows memory. Arbitrary: some seconds of failures at full load.
    /// </summary>
    private const int QueueCapacity = 8192;

    /// <summary>Adds the output to the host's logging.</summary>
    public static void Configure(ILoggingBuilder logging, ProxyOptions options)
    {
        logging.SetMinimumLevel(options.LogLevel);
        // The proxy logs its failures itself, once each and in its own words; the libraries' lines would double them, and
        // theirs name whole URLs and, for bad requests, headers, which may hold secrets.
        logging.AddFilter("Microsoft", LogLevel.None);
        // Asked for by an option of its own, whatever else is worth a line.
        logging.AddFilter(typeof(AccessLog).FullName, LogLevel.Information);
        logging.AddFilter("Yarp", LogLevel.None);
        logging.AddZLoggerConsole(console =>
        {
            console.BackgroundBufferCapacity = QueueCapacity;
            console.FullMode = BackgroundBufferFullMode.Drop;
            console.InternalErrorLogger = static e => Console.Error.WriteLine($"error: a log line could not be written: {e.Message}");
            if (options.LogFormat == LogFormat.Json)
                UseJson(console);
            else
                UseText(console);
        });
    }

    private static void UseText(ZLoggerConsoleOptions console) => console.UsePlainTextFormatter(text =>
    {
        text.SetPrefixFormatter($"{0:utc-longdate} {1:short} ", static (in MessageTemplate template, in LogInfo info) =>
            template.Format(info.Timestamp, info.LogLevel));
        text.SetExceptionFormatter(static (writer, exception) =>
            Utf8StringInterpolation.Utf8String.Format(writer, $"\n{exception}"));
    });

    private static void UseJson(ZLoggerConsoleOptions console) => console.UseJsonFormatter(json =>
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
