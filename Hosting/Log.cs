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
}
