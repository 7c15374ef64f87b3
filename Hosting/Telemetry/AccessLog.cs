using System.Collections.Frozen;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Forwarding;
using Microsoft.Extensions.Logging;

namespace AwsSigV4Proxy.Hosting.Telemetry;

/// <summary><c>--access-log</c>: one line for each request that has ended.</summary>
/// <param name="logger">Where to.</param>
/// <param name="withQuery">Whether the query is part of it (<c>--access-log-query</c>). What is secret in it is redacted.</param>
internal sealed class AccessLog(ILogger<AccessLog> logger, bool withQuery)
{
    /// <summary>
    /// Signatures and session tokens of presigned URLs (of Signature Version 2 too), and what programs behind an API call their
    /// own secrets.
    /// </summary>
    private static readonly FrozenSet<string> Secrets = FrozenSet.ToFrozenSet(
        ["X-Amz-Signature", "X-Amz-Security-Token", "Signature", "token", "access_token", "id_token", "refresh_token", "password", "secret",
            "api_key", "apikey", "authorization"],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Writes the line.</summary>
    public void Write(HttpContext context, RequestRecord record, TimeSpan duration)
    {
        var upstream = record.Upstream;
        Log.Access(
            logger, context.Request.Method, TargetOf(context), record.Status, record.Origin, duration.TotalMilliseconds,
            record.FirstByteTime?.TotalMilliseconds ?? 0, record.ReceivedBytes, record.SentBytes, upstream?.Target.Authority ?? "-",
            upstream?.Signer?.Scope.Service ?? "-", upstream?.Signer?.Scope.Region ?? "-", CallerOf(context), record.Id,
            record.AwsRequestId ?? "-");
    }

    private string TargetOf(HttpContext context)
    {
        var path = ProxyEndpoint.PathOf(context);
        if (!withQuery || CallersTarget.Find(context)?.PathAndQuery is not { } target)
            return path;
        var mark = target.IndexOf('?', StringComparison.Ordinal);
        return mark < 0 ? path : path + TerminalText.Sanitize(Redact(target[(mark + 1)..]));
    }

    /// <summary>The query, with the question mark, without the values of parameters that are secrets by their name.</summary>
    private static string Redact(string query) => "?" + string.Join('&', query.Split('&').Select(static parameter =>
    {
        var mark = parameter.IndexOf('=', StringComparison.Ordinal);
        return mark >= 0 && Secrets.Contains(Uri.UnescapeDataString(parameter[..mark])) ? parameter[..(mark + 1)] + "(redacted)" : parameter;
    }));

    /// <summary>The address of whoever holds the other end of the connection.</summary>
    private static string CallerOf(HttpContext context) => context.Connection.RemoteIpAddress switch
    {
        null => "unix",
        { IsIPv4MappedToIPv6: true } mapped => mapped.MapToIPv4().ToString(),
        var address => address.ToString(),
    };
}
