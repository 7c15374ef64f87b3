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

    /// <summary>There are new credentials.</summary>
    [ZLoggerMessage(LogLevel.Information, "AWS credentials from {origin}; {expiration}")]
    public static partial void CredentialsFetched(ILogger logger, string origin, string expiration);

    /// <summary>A refresh succeeded after others had failed.</summary>
    [ZLoggerMessage(LogLevel.Information, "AWS credentials are refreshed again, from {origin}")]
    public static partial void CredentialsRecovered(ILogger logger, string origin);

    /// <summary>A refresh failed, but the credentials that are there can still sign.</summary>
    [ZLoggerMessage(LogLevel.Warning, "AWS credentials were not refreshed, the old ones stay in use ({expiration}), next attempt in {retrySeconds:0} s: {reason}")]
    public static partial void CredentialRefreshFailed(ILogger logger, string reason, string expiration, double retrySeconds);

    /// <summary>A fetch failed and nothing can be signed.</summary>
    [ZLoggerMessage(LogLevel.Error, "Requests cannot be signed, next attempt in {retrySeconds:0} s: {reason}")]
    public static partial void CredentialsUnavailable(ILogger logger, string reason, double retrySeconds);
}
