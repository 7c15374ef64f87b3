using System.Text;
using Amazon.Runtime.Internal;
using Amazon.S3.Model;
using AwsSigV4Proxy.Signing;

namespace AwsSigV4Proxy.Tests.Signing;

/// <summary>Requests for the differential tests: odd paths, queries and headers included, but where the SDK is known to differ.</summary>
internal static class GeneratedRequest
{
    /// <summary>What segments, names and values are made of: every class of character that encoding treats differently.</summary>
    private static readonly string[] Pieces =
    [
        "a", "Z", "0", "-", ".", "_", "~", " ", "!", "'", "(", ")", "*", ":", "@", "&", "=", "+", "$", ",", ";", "?", "#", "[", "]",
        "%", "%2F", "%20", "\"", "<", ">", "^", "`", "{", "|", "}", "\\", "é", "ß", "日本", "😀", "index", "_search", "arn:aws:x", "\u0001",
    ];

    /// <summary>A request as the SDK holds it: decoded, with the key as a path resource, which is how its services build theirs.</summary>
    public static DefaultRequest New(Random random, string service)
    {
        var request = new DefaultRequest(new PutObjectRequest(), service)
        {
            HttpMethod = random.GetItems(["GET", "PUT", "POST", "DELETE", "HEAD"], 1)[0],
            Endpoint = new Uri(random.Next(4) == 0 ? "https://example.amazonaws.com:9243" : "https://example.amazonaws.com"),
            ResourcePath = "/{Key+}",
            UseQueryString = true,
            UseDoubleEncoding = service != "s3",
            Content = random.Next(2) == 0 ? [] : Encoding.UTF8.GetBytes(Text(random, 1, 50)),
        };
        request.AddPathResource("{Key+}", string.Join('/', Enumerable.Range(0, random.Next(1, 5)).Select(_ => Segment(random, service))));
        // A letter in front decides the order: the SDK sorts by decoded names, AWS by encoded ones (CanonicalQueryTests).
        for (var i = random.Next(6); i > 0; i--)
            request.Parameters[(char)('a' + i) + Text(random, 0, 4)] = Text(random, 0, 4);
        for (var i = random.Next(3); i > 0; i--)
            request.Headers[$"x-amz-meta-{(char)('a' + i)}_{i}"] = HeaderValue(random);
        if (random.Next(2) == 0)
            request.Headers["Content-Type"] = "application/json; charset=utf-8";
        return request;
    }

    /// <summary>The target as a caller might write it: the query in any order, its characters encoded or, where allowed, not.</summary>
    public static RequestTarget TargetOf(DefaultRequest request, Random random)
    {
        var path = string.Join('/', request.PathResources["{Key+}"].Split('/').Select(Uri.EscapeDataString));
        var pairs = request.Parameters
            .Select(p => p.Value.Length == 0 && random.Next(2) == 0 ? Loose(p.Key, random) : $"{Loose(p.Key, random)}={Loose(p.Value, random)}")
            .ToArray();
        random.Shuffle(pairs);
        return RequestTarget.FromCaller(pairs.Length == 0 ? $"/{path}" : $"/{path}?{string.Join('&', pairs)}");
    }

    /// <summary>Its headers as this project's signer takes them.</summary>
    public static SignedHeader[] HeadersToSign(DefaultRequest request) =>
    [
        .. request.Headers
            .Select(h => new SignedHeader(h.Key.ToLowerInvariant(), h.Value))
            .Where(h => SignedHeader.Includes(h.Name) && !SignedHeader.Replaces(h.Name) && h.Name != "host"),
    ];

    /// <summary>
    /// The SDK leaves dot segments and empty ones alone, which AWS does not for services other than S3: CanonicalPathTests
    /// has those.
    /// </summary>
    private static string Segment(Random random, string service)
    {
        while (true)
        {
            var segment = Text(random, service == "s3" ? 0 : 1, 5);
            if (service == "s3" || segment is not ("." or ".."))
                return segment;
        }
    }

    private static string Text(Random random, int min, int max) =>
        string.Concat(random.GetItems(Pieces, random.Next(min, max + 1)));

    private static string HeaderValue(Random random) =>
        string.Join(random.Next(2) == 0 ? " " : "  ", random.GetItems(["a", "b,c", "d=e", "\"f\"", "~"], random.Next(1, 4)));

    private static string Loose(string text, Random random)
    {
        var encoded = Uri.EscapeDataString(text).Replace("%20", random.Next(2) == 0 ? "+" : "%20", StringComparison.Ordinal);
        foreach (var raw in "!'()*:@$,;?/")
        {
            if (random.Next(2) == 0)
                encoded = encoded.Replace(Uri.HexEscape(raw), raw.ToString(), StringComparison.Ordinal);
        }

        return encoded;
    }
}
