using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AwsSigV4Proxy.Hosting.Demo;

/// <summary>
/// Checks a signature, of Version 4 or 4A, as AWS does: from what arrived and a secret it knows. Written from the documentation alone and, on
/// purpose, without a line of <c>Signing/</c>, slow and plain, so that an error there cannot hide here.
/// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
/// </summary>
/// <param name="accessKeyId">The one access key it knows.</param>
/// <param name="secretAccessKey">Its secret.</param>
/// <param name="sessionToken">The session token that must come with it, or null.</param>
/// <param name="time">The clock that dates are compared with.</param>
internal sealed class SignatureVerifier(string accessKeyId, string secretAccessKey, string? sessionToken, TimeProvider time)
{
    private static readonly string[] S3Family = ["s3", "s3-object-lambda", "s3-outposts", "s3express"];

    /// <summary>What may stand for the body's hash. The chunks of a body that are signed themselves are not checked here.</summary>
    private static readonly string[] Literals =
    [
        "UNSIGNED-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
        "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD", "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER",
    ];

    private readonly Lazy<EcdsaVerifier> _ecdsa = new(() => new EcdsaVerifier(accessKeyId, secretAccessKey));

    /// <summary>Why the request would be refused, or null when its signature is good.</summary>
    public string? Refusal(ReceivedRequest request)
    {
        if (Parse(request) is not { } parts)
            return "MissingAuthenticationToken, IncompleteSignature: there is no signature in header or query, or it cannot be read";
        if (parts.AccessKeyId != accessKeyId)
            return "InvalidClientTokenId: the access key id is not known";
        if (parts.SecurityToken != sessionToken)
            return "InvalidClientTokenId: the session token is missing, superfluous or not the one given";
        if (!IsInTime(parts))
            return $"RequestTimeTooSkewed: the time is '{parts.Time}'";
        if (parts.Region is null && string.IsNullOrEmpty(parts.RegionSet))
            return "IncompleteSignature: neither the scope names a region nor X-Amz-Region-Set several";

        var mustBeSigned = request.Headers.Select(h => h.Key.ToLowerInvariant())
            .Where(name => name.StartsWith("x-amz-", StringComparison.Ordinal)).Append("host");
        if (mustBeSigned.FirstOrDefault(name => !parts.SignedHeaders.Contains(name)) is { } missing)
            return $"SignatureDoesNotMatch: {missing} is not signed";

        var bodyHash = Convert.ToHexStringLower(SHA256.HashData(request.Body));
        var declared = request.Header("x-amz-content-sha256");
        if (declared is null && (S3Family.Contains(parts.Service) || parts.Service == "aoss"))
            return "InvalidRequest: x-amz-content-sha256 is missing";
        if (declared is not null && !Literals.Contains(declared) && declared != bodyHash)
            return "XAmzContentSHA256Mismatch: the body is not the one that was signed";

        var canonicalRequest = CanonicalRequest(request, parts, declared ?? bodyHash);
        return IsSigned(canonicalRequest, parts) ? null : $"SignatureDoesNotMatch: the canonical request should have been\n{canonicalRequest}";
    }

    private static string CanonicalRequest(ReceivedRequest request, Authorization parts, string payloadHash)
    {
        var isS3 = S3Family.Contains(parts.Service);
        var headers = parts.SignedHeaders.Select(name => $"{name}:{Squeeze(request.Header(name) ?? "")}\n");
        return string.Join('\n',
            request.Method,
            // Not documented, but S3's own SignatureDoesNotMatch shows it: a plus in the path is a space there.
            isS3 ? Encode(Decode(IsAws(request) ? request.Path.Replace('+', ' ') : request.Path), keep: "/") : Encode(Latin1(Normalize(request.Path)), keep: "/"),
            CanonicalQuery(parts.SignedQuery),
            string.Concat(headers),
            string.Join(';', parts.SignedHeaders),
            payloadHash);
    }

    private static bool IsAws(ReceivedRequest request) =>
        request.Header("host")!.Split(':')[0].EndsWith(".amazonaws.com", StringComparison.Ordinal);

    private bool IsInTime(Authorization parts) =>
        DateTimeOffset.TryParseExact(parts.Time, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
        && (time.GetUtcNow() - at).Duration() <= parts.GoodFor && parts.Time.StartsWith(parts.Date, StringComparison.Ordinal);

    private bool IsSigned(string canonicalRequest, Authorization parts)
    {
        // Header values were read as Latin-1, so that this gives the bytes that arrived.
        var hash = Convert.ToHexStringLower(SHA256.HashData(Latin1(canonicalRequest)));
        if (parts.Region is null)
            return _ecdsa.Value.Verifies($"AWS4-ECDSA-P256-SHA256\n{parts.Time}\n{parts.Date}/{parts.Service}/aws4_request\n{hash}", parts.Signature);

        var stringToSign = $"AWS4-HMAC-SHA256\n{parts.Time}\n{parts.Date}/{parts.Region}/{parts.Service}/aws4_request\n{hash}";
        var key = Encoding.UTF8.GetBytes("AWS4" + secretAccessKey);
        foreach (var step in (string[])[parts.Date, parts.Region, parts.Service, "aws4_request", stringToSign])
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(step));
        return Convert.ToHexStringLower(key) == parts.Signature;
    }

    private static string CanonicalQuery(string query)
    {
        var pairs =
            from pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries)
            let parts = pair.Split('=', 2)
            let name = Encode(Decode(parts[0]), keep: "")
            let value = Encode(Decode(parts.ElementAtOrDefault(1) ?? ""), keep: "")
            select (name, value);
        return string.Join('&', pairs
            .OrderBy(p => p.name, StringComparer.Ordinal).ThenBy(p => p.value, StringComparer.Ordinal)
            .Select(p => $"{p.name}={p.value}"));
    }

    /// <summary>RFC 3986, 5.2.4, and runs of slashes made one.</summary>
    private static string Normalize(string path)
    {
        var kept = new Stack<string>();
        var segments = path.Split('/');
        foreach (var segment in segments)
        {
            if (segment == "..")
                kept.TryPop(out _);
            else if (segment is not ("" or "."))
                kept.Push(segment);
        }

        var joined = "/" + string.Join('/', kept.Reverse());
        return segments[^1] is "" or "." or ".." && joined != "/" ? joined + "/" : joined;
    }

    private static byte[] Decode(string text)
    {
        var bytes = new List<byte>();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length
                && byte.TryParse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            {
                bytes.Add(value);
                i += 2;
            }
            else
                bytes.Add((byte)text[i]);
        }

        return [.. bytes];
    }

    private static string Encode(byte[] bytes, string keep) => string.Concat(bytes.Select(b =>
        char.IsAsciiLetterOrDigit((char)b) || "-._~".Contains((char)b) || keep.Contains((char)b) ? ((char)b).ToString() : $"%{b:X2}"));

    private static string Squeeze(string value) =>
        string.Join(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static byte[] Latin1(string text) => Encoding.Latin1.GetBytes(text);

    private static Authorization? Parse(ReceivedRequest request)
    {
        var parameters = request.Query.Split('&').Select(pair => pair.Split('=', 2)).Where(pair => pair.Length == 2)
            .ToLookup(pair => pair[0], pair => Uri.UnescapeDataString(pair[1]));
        return parameters.Contains("X-Amz-Signature") ? ParseQuery(request, parameters) : ParseHeader(request);
    }

    private static Authorization? ParseHeader(ReceivedRequest request)
    {
        if (request.Header("authorization")?.Split(' ', 2) is not [var algorithm, var rest])
            return null;
        var fields = rest.Split(", ").Select(f => f.Split('=', 2)).Where(f => f.Length == 2).ToDictionary(f => f[0], f => f[1]);
        return fields.TryGetValue("Credential", out var credential) && ParseCredential(algorithm, credential) is var (id, date, region, service)
            && fields.TryGetValue("SignedHeaders", out var signed) && fields.TryGetValue("Signature", out var signature)
            ? new Authorization(id, date, region, service, signed.Split(';'), signature)
            {
                Time = request.Header("x-amz-date") ?? "",
                RegionSet = request.Header("x-amz-region-set"),
                SecurityToken = request.Header("x-amz-security-token"),
                SignedQuery = request.Query,
            }
            : null;
    }

    /// <summary>https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html</summary>
    private static Authorization? ParseQuery(ReceivedRequest request, ILookup<string, string> parameters)
    {
        string? One(string name) => parameters[name].Count() == 1 ? parameters[name].Single() : null;

        if (request.Header("authorization") is not null
            || ParseCredential(One("X-Amz-Algorithm"), One("X-Amz-Credential") ?? "") is not var (id, date, region, service)
            || One("X-Amz-SignedHeaders") is not { } signed || One("X-Amz-Signature") is not { } signature
            || !int.TryParse(One("X-Amz-Expires"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds is < 1 or > 604_800)
            return null;
        // AWS IoT's signature does not cover the token: https://docs.aws.amazon.com/iot/latest/developerguide/protocols.html
        string[] unsigned = service == "iotdevicegateway" ? ["X-Amz-Signature", "X-Amz-Security-Token"] : ["X-Amz-Signature"];
        return new Authorization(id, date, region, service, signed.Split(';'), signature)
        {
            Time = One("X-Amz-Date") ?? "",
            RegionSet = One("X-Amz-Region-Set"),
            GoodFor = TimeSpan.FromSeconds(seconds),
            SecurityToken = One("X-Amz-Security-Token"),
            SignedQuery = string.Join('&', request.Query.Split('&').Where(pair => !unsigned.Contains(pair.Split('=')[0]))),
        };
    }

    /// <summary>The access key id and the scope, which has no region in Signature Version 4A; null when they do not fit the algorithm.</summary>
    private static (string Id, string Date, string? Region, string Service)? ParseCredential(string? algorithm, string credential) =>
        (algorithm, credential.Split('/')) switch
        {
            ("AWS4-HMAC-SHA256", [var id, var date, var region, var service, "aws4_request"]) => (id, date, region, service),
            ("AWS4-ECDSA-P256-SHA256", [var id, var date, var service, "aws4_request"]) => (id, date, null, service),
            _ => null,
        };

    private sealed record Authorization(
        string AccessKeyId, string Date, string? Region, string Service, string[] SignedHeaders, string Signature)
    {
        public required string Time { get; init; }

        public required string? SecurityToken { get; init; }

        public required string? RegionSet { get; init; }

        public required string SignedQuery { get; init; }

        public TimeSpan GoodFor { get; init; } = TimeSpan.FromMinutes(5);
    }
}
