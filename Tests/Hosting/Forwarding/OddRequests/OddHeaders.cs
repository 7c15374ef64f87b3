namespace AwsSigV4Proxy.Tests.Hosting.Forwarding.OddRequests;

/// <summary>Header lines, by rule where a rule says it all, and in a table.</summary>
internal static class OddHeaders
{
    /// <summary>What a field name may hold beside letters and digits (RFC 9110, 5.6.2).</summary>
    private const string TokenMarks = "!#$%&'*+-.^_`|~";

    /// <summary>All of them.</summary>
    public static OddRequest[] All() => [.. EveryByteInAValue(), .. EveryMarkInAName(), .. VeryLong(), .. Table()];

    /// <summary>Those that a person chose.</summary>
    public static OddRequest[] Chosen() => [.. Table()];

    /// <summary>In a header that is signed and in one that is not. (CR, LF and NUL end or spoil a header.)</summary>
    private static IEnumerable<OddRequest> EveryByteInAValue() =>
        from b in Enumerable.Range(1, 255).Except(['\r', '\n'])
        from name in (string[])["X-Amz-Meta-A", "X-Custom"]
        select new OddRequest("/a", $"{name}: a{(char)b}b\r\n");

    private static IEnumerable<OddRequest> EveryMarkInAName() =>
        from mark in TokenMarks
        from name in (string[])[$"X-Amz-Meta-A{mark}b", $"X-Amz-Meta-{mark}", $"x{mark}Custom", $"{mark}"]
        select new OddRequest("/a", $"{name}: 1\r\nX-Amz-Meta-A: 2\r\nX-Amz-Meta-A.a: 3\r\n");

    private static IEnumerable<OddRequest> VeryLong()
    {
        yield return new("/a", $"X-Amz-Meta-A: {new string('a', 30_000)}\r\n");
        yield return new("/a", $"X-Custom: {new string('a', 30_000)}\r\n");
        yield return new("/a", $"X-Amz-Meta-A: a{new string(' ', 30_000)}b\r\n");
        yield return new("/a", $"X-Amz-Meta-A: {string.Concat(Enumerable.Repeat("\u00C3\u00A9  ", 5_000))}x\r\n");
        yield return new("/a", $"X-Amz-Meta-{new string('a', 10_000)}: 1\r\n");
        yield return new("/a", $"Cookie: {string.Join("; ", Enumerable.Range(0, 2_000).Select(i => $"c{i}=v{i}"))}\r\n");
        yield return new("/a", string.Concat(Enumerable.Range(0, 250).Select(i => $"X-Amz-Meta-{(i * 7) % 250}: {i}\r\n")));
        yield return new("/a", string.Concat(Enumerable.Range(0, 250).Select(i => $"X-Amz-Meta-A: {i}\r\n")))
        {
            ArrivingFields = $"X-Amz-Meta-A: {string.Join(',', Enumerable.Range(0, 250))}\r\n",
        };
    }

    /// <summary>Each line arrives as it stands, but for the white space around values, unless a second text says otherwise.</summary>
    private static OddRequest[] Table() =>
    [
        // White space.
        Same("X-Amz-Meta-A:1"), Same("X-Amz-Meta-A: 1"), Same("X-Amz-Meta-A:    1   "), Same("X-Amz-Meta-A:\t1\t"),
        Same("X-Amz-Meta-A: \t 1 \t "), Same("X-Amz-Meta-A: a  b   c    d"), Same("X-Amz-Meta-A: a \t b"), Same("X-Amz-Meta-A: a\t\tb"),
        Same("X-Amz-Meta-A: \"a   b\""), Same("X-Amz-Meta-A: ' a '"), Same("X-Custom: a   b"), Same("Content-Type: a/b;   c=d"),
        Same("X-Amz-Meta-A: \u00A0a\u00A0\u00A0b\u00A0"), Same("X-Amz-Meta-A: \u0085a\u0085"), Same("X-Amz-Meta-A: \va\v\fb\f"),

        // Nothing.
        Same("X-Amz-Meta-A:"), Same("X-Amz-Meta-A: "), Same("X-Amz-Meta-A:     "), Same("X-Amz-Meta-A:\t"), Same("X-Custom:"),
        Same("Content-Type:"), Same("Content-MD5:"), Same("Accept:"), Same("Accept-Encoding:"), Same("User-Agent:"), Same("Cookie:"),
        Same("Referer:"), Same("If-None-Match:"), Same("Range:"), Same("X-Amz-:"), Same("X-Amz-: 1"), Same("X-Amz-Meta-: 1"),

        // Several lines, which one line stands for (RFC 9110, 5.3).
        Joined("X-Amz-Meta-A: 1\r\nX-Amz-Meta-A: 2", "X-Amz-Meta-A: 1,2"),
        Joined("X-Amz-Meta-A: 2\r\nX-Amz-Meta-A: 1", "X-Amz-Meta-A: 2,1"),
        Joined("X-Amz-Meta-A: 1\r\nX-Amz-Meta-B: 3\r\nX-Amz-Meta-A: 2", "X-Amz-Meta-A: 1,2\r\nX-Amz-Meta-B: 3"),
        Joined("X-Amz-Meta-A: 1\r\nx-amz-meta-a: 2\r\nX-AMZ-META-A: 3", "X-Amz-Meta-A: 1,2,3"),
        Joined("X-Amz-Meta-A: 1, 2\r\nX-Amz-Meta-A:  3  4 ", "X-Amz-Meta-A: 1, 2,3  4"),
        Joined("X-Amz-Meta-A: 1\r\nX-Amz-Meta-A:", "X-Amz-Meta-A: 1,"), Joined("X-Amz-Meta-A:\r\nX-Amz-Meta-A: 1", "X-Amz-Meta-A: ,1"),
        Joined("X-Amz-Meta-A:\r\nX-Amz-Meta-A:", "X-Amz-Meta-A: ,"), Joined("X-Amz-Meta-A: 1\r\nX-Amz-Meta-A: 1", "X-Amz-Meta-A: 1,1"),
        Joined("X-Amz-Meta-A: \u00E9\r\nX-Amz-Meta-A: \u00C3\u00A9", "X-Amz-Meta-A: \u00E9,\u00C3\u00A9"),
        Joined("Content-Type: a/b\r\nContent-Type: c/d", "Content-Type: a/b,c/d"), Joined("X-Custom: 1\r\nX-Custom: 2", "X-Custom: 1, 2"),
        Joined("X-Custom: 1\r\nx-custom: 2", "X-Custom: 1, 2"), Joined("X-Custom:\r\nX-Custom: 2", "X-Custom: , 2"),
        Joined("X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-For: 5.6.7.8", "X-Forwarded-For: 1.2.3.4, 5.6.7.8"),
        Joined("Accept: a/b\r\nAccept: c/d;q=0.1", "Accept: a/b, c/d;q=0.1"), Joined("Cookie: a=1\r\nCookie: b=2", "Cookie: a=1; b=2"),
        Joined("User-Agent: a/1\r\nUser-Agent: b/2", "User-Agent: a/1 b/2"), Joined("Via: 1.0 a\r\nVia: 1.1 b", "Via: 1.0 a, 1.1 b"),
        Joined("Cache-Control: no-cache\r\nCache-Control: no-store", "Cache-Control: no-cache, no-store"),

        // Names: case, underscores, the order in which they sort.
        Same("x-amz-meta-lower: 1"), Same("X-AMZ-META-UPPER: 1"), Same("X-aMz-MeTa-MiXeD: 1"), Same("x-CUSTOM: 1"), Same("x_custom: 1"),
        Same("X-Amz-Meta-A_B: 1\r\nX-Amz-Meta-AB: 2\r\nX-Amz-Meta-A-B: 3\r\nX-Amz-Meta-A.B: 4"),
        Same("X-Amz-Meta-B: 1\r\nX-Amz-Meta-A: 2\r\nX-Amz-Acl: 3\r\nX-Amz-Zz: 4\r\nX-Amz-A: 5"),
        Same("X-Amz-Meta-1: 1\r\nX-Amz-Meta-10: 2\r\nX-Amz-Meta-2: 3\r\nX-Amz-Meta-Z: 4\r\nX-Amz-Meta-a: 5"),
        Same("X-Amzn-Trace-Id: Root=1\r\nX-Amz: 1\r\nXX-Amz-A: 2\r\nX-Amz_Meta: 3\r\nX-AmzMeta: 4"),
        Joined("USER-AGENT: 1\r\naccept: 2\r\ncOOKIE: 3\r\ncontent-TYPE: 4", "User-Agent: 1\r\nAccept: 2\r\nCookie: 3\r\nContent-Type: 4"),
        Same("X-Amz-Meta-Date: 1\r\nX-Amz-Date2: 2\r\nX-Amz-Dat: 3\r\nX-Amz-Security-Token2: 4"),

        // Values: delimiters of the canonical request, of lists, of Authorization; escapes; bytes beyond ASCII.
        Same("X-Amz-Meta-A: a:b"), Same("X-Amz-Meta-A: ::"), Same("X-Amz-Meta-A: a;b;c"), Same("X-Amz-Meta-A: a,b , c"),
        Same("X-Amz-Meta-A: ,"), Same("X-Amz-Meta-A: ,,a,,"), Same("X-Amz-Meta-A: a=b&c"), Same("X-Amz-Meta-A: %20%2F+"),
        Same("X-Amz-Meta-A: \\n\\r\\0"), Same("X-Amz-Meta-A: \""), Same("X-Amz-Meta-A: \"a\\\"b\""),
        Same("X-Amz-Meta-A: =?UTF-8?B?w6k=?="), Same("X-Amz-Meta-A: {\"b\": [1,  2]}"), Same("X-Amz-Meta-A: \u00C3\u00A9"),
        Same("X-Amz-Meta-A: \u00E9"), Same("X-Amz-Meta-A: \u00E6\u0097\u00A5\u00E6\u009C\u00AC"),
        Same("X-Amz-Meta-A: \u00F0\u009F\u0098\u0080"), Same("X-Amz-Meta-A: \u0080\u009F\u00FF"), Same("X-Custom: \u00C3\u00A9  \u00E9"),
        Same("Cookie: a=\u00C3\u00A9; b=\"\u00E9\""), Same("User-Agent: \u00E9/1 (\u00C3\u00A9)"), Same("Content-Type: text/\u00E9"),
        Same("Referer: /\u00C3\u00A9"),

        // Headers that AWS knows.
        Same("X-Amz-Target: DynamoDB_20120810.ListTables\r\nContent-Type: application/x-amz-json-1.0"),
        Same("X-Amz-Copy-Source: /bucket/a%20b+c\u00C3\u00A9?versionId=1"), Same("X-Amz-Tagging: a=b&c=d%20e"),
        Same("X-Amz-Acl: public-read\r\nX-Amz-Storage-Class: STANDARD_IA"), Same("X-Amz-User-Agent: aws-sdk-js/3  (x; y)"),
        Same("X-Amz-Expected-Bucket-Owner: 123456789012\r\nx-amz-checksum-mode: ENABLED"),
        Same("X-Amz-Client-Context: eyJhIjoxfQ==\r\nX-Amz-Invocation-Type: Event"),
        Same("amz-sdk-invocation-id: 1\r\namz-sdk-request: attempt=1; max=3"), Same("X-Scope-OrgID: a|b"),
        Same("osd-xsrf: true\r\nkbn-version: 8.0.0"),

        // Headers of proxies, of browsers, of tracing: passed, never signed.
        Same("X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: other.example\r\nX-Real-IP: 1.2.3.4"),
        Same("Forwarded: for=\"[2001:db8::1]:80\";proto=http;host=other.example\r\nVia: 1.1 a (b)"),
        Same("X-Original-URL: /admin\r\nX-Rewrite-URL: /admin"), Same("X-HTTP-Method-Override: DELETE"),
        Same("traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\ntracestate: a=b\r\nbaggage: c=d"),
        Same("Request-Id: |1.2.\r\nCorrelation-Context: a=b\r\nX-Request-ID: 1\r\nX-B3-TraceId: 1\r\nb3: 0"),
        Same("Sec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: cors"), Same("Upgrade-Insecure-Requests: 1\r\nDNT: 1\r\nPriority: u=1, i"),
        Same("Accept-Language: de, en;q=0.5\r\nAccept-Charset: utf-8\r\nAccept-Encoding: gzip;q=1.0, *;q=0"),
        Same("Cookie: a=1; b=\"2\"; c; =d; e=f=g;"), Same("Cookie: $Version=1; a=\"b,c\""),
        Same("Referer: http://other.example/a?b#c\r\nOrigin2: null"),

        // Headers that .NET has types for, with values that are not of these types.
        Same("Accept: not a type;;;"), Same("Accept-Encoding: ,,gzip,,"), Same("Cache-Control: what=\"is, this"),
        Same("Content-Type: nonsense"), Same("Content-Disposition: attachment; filename=a;filename*=x"),
        Same("Content-Encoding: aws-chunked,what"), Same("Content-Language: \""), Same("Content-Location: ::"),
        Same("Content-MD5: not base64"), Same("Content-Range: what"), Same("Date: tomorrow"), Same("Date: Fri, 24 May 2013 00:00:00 GMT"),
        Same("Expires: 0"), Same("Last-Modified: once"), Same("Allow: what, ever"), Same("From: nobody"), Same("If-Match: unquoted"),
        Same("If-None-Match: *, W/\"a\""), Same("If-Modified-Since: -1"), Same("If-Range: a"), Same("If-Unmodified-Since: x"),
        Same("Max-Forwards: many"), Same("Pragma: \""), Same("Range: lines=1-"), Same("Range: bytes=0-1,5-,-3"),
        Same("Referer: not a uri"), Same("User-Agent: ((("), Same("Warning: what"), Same("Age: young"), Same("Server: me"),
        Same("Retry-After: x"), Same("Set-Cookie: a=b; Path=/"), Same("WWW-Authenticate: Basic"), Same("ETag: x"), Same("Vary: *"),
        Same("Location: /"),

        // What belongs to the caller's own signature, or to this hop: it ends here.
        Joined("Authorization: AWS4-HMAC-SHA256 Credential=A/20200101/r/s/aws4_request, SignedHeaders=host, Signature=0\r\nDate: 0", ""),
        Joined("Authorization: Bearer x\r\nDate: Wed, 01 Jan 2020 00:00:00 GMT", "Date: Wed, 01 Jan 2020 00:00:00 GMT"),
        Joined("AUTHORIZATION:\r\nx-AMZ-date: 20200101T000000Z\r\nX-AMZ-SECURITY-TOKEN: stale", ""),
        Joined("X-Amz-Date: 1\r\nX-Amz-Date: 2\r\nX-Amz-Security-Token: 1\r\nX-Amz-Security-Token: 2", ""),
        Joined("Connection: X-Named\r\nX-Named: 1\r\nX-Not-Named: 2", "X-Not-Named: 2"),
        Joined("Connection: x-NAMED-1 , X-Named-2,,\r\nX-Named-1: 1\r\nx-named-2: 2\r\nX-Named: 3", "X-Named: 3"),
        Joined("Connection: X-Amz-Meta-A\r\nX-Amz-Meta-A: 1\r\nX-Amz-Meta-B: 2", "X-Amz-Meta-B: 2"),
        Joined("Connection: Content-Type, Host, Authorization, X-Amz-Date\r\nContent-Type: a/b", "Content-Type: a/b"),
        Joined("Connection: not a token, \"quoted\"\r\nX-Custom: 1", "X-Custom: 1"),
        Joined("Connection: keep-alive\r\nKeep-Alive: timeout=5\r\nProxy-Connection: keep-alive", ""),
        Joined("Proxy-Authorization: Basic eDp5\r\nProxy-Authenticate: Basic\r\nTE: trailers\r\nUpgrade: a/1\r\nHTTP2-Settings: AAMAAABk", ""),
        Joined("Proxy-Authentication-Info: a\r\nProxy-Features: b\r\nProxy-Instruction: c\r\nSecurity-Scheme: d", ""),
        Joined("ALPN: a\r\nAlt-Svc: b\r\nClose: c", ""),
    ];

    private static OddRequest Same(string lines) => Joined(lines, lines);

    private static OddRequest Joined(string lines, string arriving) =>
        new("/a", $"{lines}\r\n") { ArrivingFields = arriving.Length == 0 ? "" : $"{arriving}\r\n" };
}
