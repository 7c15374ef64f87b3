using AwsSigV4Proxy.Tests.Fakes;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding.OddRequests;

/// <summary>Requests by chance: what the corpus holds one by one, mixed; each the same for the same seed.</summary>
internal sealed class RandomRequest
{
    /// <summary>What paths, names and values are made of: every class of character that some rule treats by itself.</summary>
    private static readonly string[] Pieces =
    [
        "a", "Z", "0", "/", "/", "//", ".", "..", "/./", "/../", "-", "_", "~", "!", "'", "(", ")", "*", ":", "@", "+", "$", ",", ";", "#", "[", "]",
        "%", "%%", "%2", "%zz", "%2F", "%2f", "%25", "%20", "%2B", "%3F", "%7e", "%C3%A9", "%E9", "\"", "<", ">", "^", "`", "{", "|", "}", "\\", "index",
    ];

    private static readonly string[] QueryPieces =
        [.. Pieces, "?", "=", "==", "&", "&&", "&", "=", "X-Amz-Date=", "&x-amz-signature=", "&X%2dAmz-Expires&", "&X-Amz-Target="];

    private static readonly string[] Presign =
    [
        "x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-expires", "x-amz-signedheaders", "x-amz-signature", "x-amz-security-token",
        "x-amz-content-sha256",
    ];

    /// <summary>As .NET spells them, which it does whatever the caller wrote.</summary>
    private static readonly string[] KnownNames =
        ["Accept", "Accept-Language", "Cache-Control", "Content-Type", "Cookie", "If-None-Match", "Range", "Referer", "User-Agent", "Via"];

    private readonly Random _random;

    private RandomRequest(int seed) => _random = new Random(seed);

    /// <summary>The request of a seed.</summary>
    public static OddRequest OfSeed(int seed) => new RandomRequest(seed).Make() with { Origin = $"FUZZ_SEED={seed}: " };

    private OddRequest Make()
    {
        // The server takes no NUL in a path.
        var path = "/" + Text(Pieces, 8).Replace("%00", "%01", StringComparison.Ordinal);
        var query = _random.Next(3) == 0 ? null : Text(QueryPieces, 14);
        var method = _random.GetItems(["GET", "GET", "PUT", "POST", "DELETE", "PATCH", "PROPFIND", "a!b"], 1)[0];
        var lines = Enumerable.Range(0, _random.Next(5)).SelectMany(_ => Lines()).ToArray();
        _random.Shuffle(lines);
        return new OddRequest(
            query is null ? path : $"{path}?{query}", string.Concat(lines), method, _random.Next(2) == 0 ? "" : Bytes(200, "")) with
        {
            ArrivingTarget = path + Arriving(query),
            ArrivingFields = Arriving(lines),
        };
    }

    private string Text(string[] pieces, int max) =>
        string.Concat(Enumerable.Range(0, _random.Next(max + 1)).Select(_ => _random.Next(8) == 0 ? Escape() : _random.GetItems(pieces, 1)[0]));

    private string Escape()
    {
        var b = _random.Next(256);
        return _random.Next(2) == 0 ? $"%{b:x2}" : $"%{b:X2}";
    }

    /// <summary>One header in one line or several.</summary>
    private IEnumerable<string> Lines()
    {
        var name = _random.Next(3) switch
        {
            0 => _random.GetItems(KnownNames, 1)[0],
            1 => $"X-Amz-Meta-{Token()}",
            _ => $"X-{Token()}-Custom",
        };
        return Enumerable.Range(0, _random.Next(4) == 0 ? _random.Next(2, 4) : 1)
            .Select(_ => $"{name}:{new string(' ', _random.Next(3))}{Bytes(30, "\r\n\0")}\r\n");
    }

    private string Token() => new(_random.GetItems<char>("abcXYZ019!#$%&'*+-.^_`|~", _random.Next(1, 8)));

    /// <summary>Bytes, spaces and tabs often among them.</summary>
    private string Bytes(int max, string except) => new([.. Enumerable.Range(0, _random.Next(max))
        .Select(_ => _random.Next(4) == 0 ? _random.GetItems<char>("   \t,\"", 1)[0] : (char)_random.Next(256))
        .Where(c => !except.Contains(c))]);

    private static string Arriving(string? query)
    {
        var kept = query?.Split('&').Where(pair => !Presign.Contains(Uri.UnescapeDataString(pair.Split('=')[0]).ToLowerInvariant())).ToArray();
        return kept is null or [] ? "" : $"?{string.Join('&', kept).Replace("+", "%20", StringComparison.Ordinal)}";
    }

    /// <summary>Several lines of one name arrive as one, as README and RFC 9110 (5.3) have it.</summary>
    private static string Arriving(string[] lines) => string.Concat(lines
        .Select(line => RawMessage.Field(line[..^2]))
        .GroupBy(field => field.Key, field => field.Value, StringComparer.OrdinalIgnoreCase)
        .Select(field => $"{field.Key}: {string.Join(Separator(field.Key), field)}\r\n"));

    private static string Separator(string name) => name.ToLowerInvariant() switch
    {
        "cookie" => "; ",
        "user-agent" => " ",
        "content-type" => ",",
        var other => other.StartsWith("x-amz-", StringComparison.Ordinal) ? "," : ", ",
    };
}
