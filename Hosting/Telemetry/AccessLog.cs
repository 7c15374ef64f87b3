using System.Text.RegularExpressions;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Forwarding;
using Microsoft.Extensions.Logging;

namespace AwsSigV4Proxy.Hosting.Telemetry;

/// <summary><c>--access-log</c>: one line for each request that has ended.</summary>
/// <param name="logger">Where to.</param>
/// <param name="withQuery">Whether the query is part of it (<c>--access-log-query</c>). What is secret in it is redacted.</param>
internal sealed partial class AccessLog(ILogger<AccessLog> logger, bool withQuery)
{
    /// <summary>
    /// What names of parameters hold whose values are secrets: signatures, keys and tokens of presigned URLs and of STS
    /// (<c>X-Amz-Signature</c>, <c>X-Amz-S3session-Token</c>, <c>WebIdentityToken</c>), and what programs behind an API call their own.
    /// </summary>
    private static readonly string[] SecretParts =
    [
        "signature", "token", "secret", "passw", "pwd", "credential", "assertion", "saml", "apikey", "api_key", "api-key", "auth", "jwt",
        "session",
    ];

    /// <summary>Such names that are parts of harmless ones.</summary>
    private static readonly string[] SecretNames = ["sig", "code", "key", "pass"];

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
        return mark < 0 ? path : path + ProxyEndpoint.Fit(TerminalText.Sanitize(Redact(target[(mark + 1)..])));
    }

    /// <summary>The query, with the question mark, without the values of parameters that are secrets by their name.</summary>
    private static string Redact(string query) => "?" + ParameterPattern().Replace(query, static parameter =>
        IsSecret(parameter.Groups["name"].Value) ? $"{parameter.Groups["name"].Value}=(redacted)" : parameter.Value);

    /// <summary>By its name, whichever way that is spelled: some servers decode twice.</summary>
    private static bool IsSecret(string name)
    {
        var plain = Uri.UnescapeDataString(Uri.UnescapeDataString(name)).Trim('+', ' ').ToLowerInvariant();
        return SecretNames.Contains(plain, StringComparer.Ordinal) || Array.Exists(SecretParts, part => plain.Contains(part, StringComparison.Ordinal));
    }

    /// <summary>A parameter with a value; old forms part them by semicolons.</summary>
    [GeneratedRegex("(?<=^|[&;])(?<name>[^&;=]*)=[^&;]*", RegexOptions.CultureInvariant)]
    private static partial Regex ParameterPattern();

    /// <summary>The address of whoever holds the other end of the connection.</summary>
    private static string CallerOf(HttpContext context) => context.Connection.RemoteIpAddress switch
    {
        null => "unix",
        { IsIPv4MappedToIPv6: true } mapped => mapped.MapToIPv4().ToString(),
        var address => address.ToString(),
    };
}
