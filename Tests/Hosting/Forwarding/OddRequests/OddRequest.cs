using AwsSigV4Proxy.Tests.Fakes;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding.OddRequests;

/// <summary>A request that callers can send and hardly ever do, and what README promises to make of it.</summary>
/// <param name="Target">The target as the caller writes it.</param>
/// <param name="Fields">Header lines as the caller writes them, one character a byte, each with its CRLF.</param>
/// <param name="Method">The method.</param>
/// <param name="Body">The body, one character a byte; a Content-Length is sent with it unless it is empty.</param>
internal sealed record OddRequest(string Target, string Fields = "", string Method = "GET", string Body = "")
{
    /// <summary>The target as it must arrive: the caller's bytes, but that a plus in the query is sent as the space it means.</summary>
    public string ArrivingTarget { get; init; } = Target.Split('?', 2) is [var path, var query]
        ? $"{path}?{query.Replace("+", "%20", StringComparison.Ordinal)}"
        : Target;

    /// <summary>The header lines as they must arrive: the caller's, but for the white space around values.</summary>
    public string ArrivingFields { get; init; } = Fields;

    /// <summary>Where the request comes from, when it stands in no table.</summary>
    public string Origin { get; init; } = "";

    /// <summary>
    /// Whether a length must arrive: with a body, and where .NET's client says that there is none: with methods that mostly
    /// have one, and where there are headers of one.
    /// </summary>
    public bool HasLength => Body.Length > 0 || Method is not ("GET" or "HEAD" or "OPTIONS" or "DELETE")
        || ArrivingLines(Fields).Any(line => line.StartsWith("Content-", StringComparison.OrdinalIgnoreCase)
            || line.Split(':')[0].ToLowerInvariant() is "allow" or "expires" or "last-modified");

    /// <summary>What is written to the socket.</summary>
    public string ToWire(string host)
    {
        var length = Body.Length > 0 ? $"Content-Length: {Body.Length}\r\n" : "";
        return $"{Method} {Target} HTTP/1.1\r\nHost: {host}\r\n{Fields}{length}\r\n{Body}";
    }

    /// <summary>The lines that must arrive beside those of the signature, in no order.</summary>
    public IEnumerable<string> ArrivingLines() =>
        HasLength ? [.. ArrivingLines(ArrivingFields), $"Content-Length: {Body.Length}"] : ArrivingLines(ArrivingFields);

    /// <summary>The request in one line of ASCII, to find it in the corpus.</summary>
    public override string ToString()
    {
        var line = string.Concat($"{Origin}{Method} {Target} {Fields.Replace("\r\n", " | ", StringComparison.Ordinal)}"
            .Select(c => c is >= ' ' and <= '~' ? $"{c}" : $"\\u{(int)c:X4}"));
        return line.Length <= 500 ? line : $"{line[..500]}... ({line.Length} characters)";
    }

    private static IEnumerable<string> ArrivingLines(string fields) => fields.Split("\r\n", StringSplitOptions.RemoveEmptyEntries)
        .Select(RawMessage.Field).Select(field => $"{field.Key}: {field.Value}");
}
