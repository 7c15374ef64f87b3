using Microsoft.Extensions.Logging;
using ZLogger;

namespace AwsSigV4Proxy.Hosting;

/// <summary>
/// Every message the proxy logs, in one place, so that their wording, levels and fields can be read side by side and none
/// carries a secret. The names of the parameters are the field names of the JSON format.
/// </summary>
internal static partial class Log
{
    /// <summary>The proxy answered with a failure of its own.</summary>
    [ZLoggerMessage(LogLevel.Warning, "{method} {path}: {status} {code}: {detail}")]
    public static partial void RequestFailed(ILogger logger, string method, string path, int status, string code, string detail);

    /// <summary>The caller went away before its answer was complete.</summary>
    [ZLoggerMessage(LogLevel.Debug, "{method} {path}: the caller went away")]
    public static partial void CallerGone(ILogger logger, string method, string path);

    /// <summary>A bug.</summary>
    [ZLoggerMessage(LogLevel.Error, "{method} {path}: internal error")]
    public static partial void InternalError(ILogger logger, Exception exception, string method, string path);

    /// <summary>A listener is open.</summary>
    [ZLoggerMessage(LogLevel.Information, "listening on {address}")]
    public static partial void Listening(ILogger logger, string address);

    /// <summary>What is signed and where it goes.</summary>
    [ZLoggerMessage(LogLevel.Information, "signing for {service} in {region}, forwarding to {target}")]
    public static partial void Forwarding(ILogger logger, string service, string region, string target);

    /// <summary>A signal asked the proxy to stop.</summary>
    [ZLoggerMessage(LogLevel.Information, "{signal} received: no new connections, requests in flight have {seconds} s to finish")]
    public static partial void Stopping(ILogger logger, string signal, double seconds);

    /// <summary>The proxy has stopped; requests that were cut off count as in flight.</summary>
    [ZLoggerMessage(LogLevel.Information, "stopped, exit status {status}")]
    public static partial void Stopped(ILogger logger, int status);
}
