using Microsoft.AspNetCore.Http.Features;

namespace AwsSigV4Proxy.Hosting.Demo;

/// <summary>A request as the demo's upstream received it: raw target, headers in order, whole body.</summary>
internal sealed record ReceivedRequest(
    string Method, string RawTarget, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[] Body)
{
    /// <summary>The path of the target, as it was sent.</summary>
    public string Path => RawTarget.Split('?', 2)[0];

    /// <summary>The query of the target, as it was sent; empty when there is none.</summary>
    public string Query => RawTarget.Split('?', 2) is [_, var query] ? query : "";

    /// <summary>One header's value, several lines joined with a comma; null when it was not sent.</summary>
    public string? Header(string name)
    {
        var values = Headers.Where(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(h => h.Value).ToArray();
        return values.Length == 0 ? null : string.Join(',', values);
    }

    /// <summary>Reads a request to its end.</summary>
    public static async Task<ReceivedRequest> ReadAsync(HttpContext context)
    {
        var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        return new ReceivedRequest(
            context.Request.Method,
            context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
            [.. context.Request.Headers.SelectMany(h => h.Value.Select(value => KeyValuePair.Create(h.Key, value ?? "")))],
            body.ToArray());
    }
}
