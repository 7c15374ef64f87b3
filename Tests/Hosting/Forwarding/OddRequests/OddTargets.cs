namespace AwsSigV4Proxy.Tests.Hosting.Forwarding.OddRequests;

/// <summary>Targets, by rule where a rule says it all, and in a table.</summary>
internal static class OddTargets
{
    /// <summary>All of them.</summary>
    public static OddRequest[] All() => [.. EveryCharacterAsItIs(), .. EveryByteEncoded(), .. VeryLong(), .. Chosen()];

    /// <summary>Those that a person chose: enough where it is not the characters that are tested.</summary>
    public static OddRequest[] Chosen() => [.. Table.Select(target => new OddRequest(target)), .. Rewritten()];

    private static IEnumerable<OddRequest> EveryCharacterAsItIs() =>
        from c in Enumerable.Range('!', '~' - '!' + 1)
        from target in (string[])[$"/a{(char)c}b", $"/a?n{(char)c}m=v", $"/a?n=v{(char)c}w"]
        select new OddRequest(target);

    private static IEnumerable<OddRequest> EveryByteEncoded() =>
        from b in Enumerable.Range(0, 256)
        from escape in (IEnumerable<string>)[.. new[] { $"%{b:X2}", $"%{b:x2}" }.Distinct()]
        from target in (string[])[$"/a{escape}b", $"/a?n{escape}m=v", $"/a?n=v{escape}w"]
        where target != "/a%00b" // which the server refuses
        select new OddRequest(target);

    private static IEnumerable<OddRequest> VeryLong()
    {
        yield return new("/" + new string('a', 30_000));
        yield return new("/" + string.Concat(Enumerable.Repeat("%E6%97%A5", 3_000)));
        yield return new("/" + string.Concat(Enumerable.Repeat("a/../", 3_000)));
        yield return new("/" + new string('/', 10_000) + "a");
        yield return new("/a?" + new string('q', 30_000));
        yield return new("/a?q=" + new string('v', 30_000));
        yield return new("/a?q=" + string.Concat(Enumerable.Repeat("%2f+", 3_000)));
        yield return new("/a?" + new string('&', 10_000));
        yield return new("/a?" + new string('=', 10_000));
        // More parameters than the canonical query sorts in place, in the wrong order and with names that come again.
        yield return new("/a?" + string.Join('&', Enumerable.Range(0, 2_000).Select(i => $"p{(i * 7) % 600}={2_000 - i}")));
    }

    /// <summary>What is no longer the caller's own: the parameters of a presigned URL, however they are written.</summary>
    private static OddRequest[] Rewritten() =>
    [
        new("/a?X-Amz-Signature=0") { ArrivingTarget = "/a" },
        new("/a?X-Amz-Signature") { ArrivingTarget = "/a" },
        new("/a?x-amz-signature=0&b=c") { ArrivingTarget = "/a?b=c" },
        new("/a?%58-Amz-%53ignature=0&b=c") { ArrivingTarget = "/a?b=c" },
        new("/a?X%2dAmz%2DDate=0&b=c") { ArrivingTarget = "/a?b=c" },
        new("/a?b=c&X-Amz-Expires=9&X-Amz-Expires=8&d=+") { ArrivingTarget = "/a?b=c&d=%20" },
        new("/a?b=c&&X-Amz-Date=1&&d") { ArrivingTarget = "/a?b=c&&&d" },
        new("/a?&X-Amz-Date=1&d") { ArrivingTarget = "/a?&d" },
        new("/a?&X-Amz-Date=1") { ArrivingTarget = "/a?" },
        new("/a?d&X-Amz-Date=1&") { ArrivingTarget = "/a?d&" },
        new("/a?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKID%2F20200101%2Fx%2Fy%2Faws4_request&X-Amz-Date=20200101T000000Z"
            + "&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Security-Token=t%2Ft&x-id=GetObject&X-Amz-Signature=00")
        {
            ArrivingTarget = "/a?x-id=GetObject",
        },
        // Not of a presigned URL, though they look it.
        new("/a?X-Amz-Target=1&X-Amz-Signatures=2&X-Amz=3&X-Amz-=4&XX-Amz-Date=5"),
        new("/a?X-Amz-Signature%20=1&=X-Amz-Signature&b=X-Amz-Signature=1"),
        new("/a/X-Amz-Signature=0/b"),
    ];

    /// <summary>Each arrives as it stands here.</summary>
    private static readonly string[] Table =
    [
        // Where a path or a query begins and ends.
        "/", "/?", "/??", "/???a", "/?&", "/?=", "/?#", "/#", "/#a?b", "/a#b?c#d", "/a?b#c", "/a?", "/a??", "/a?b?c", "/a?b=c?d=e",
        "/a/?", "/a/?b",

        // Slashes.
        "//", "///", "////", "//a", "///a//b///c", "/a//", "/a/", "/a///", "//other.example/x", "///other.example//x", "/a/?b=//",
        "/a//?b", "//a?b", "/http://other.example/", "/https:%2F%2Fother.example", "/@other.example", "/:80", "/a@b:c",

        // Dot segments and what only looks like one.
        "/.", "/..", "/...", "/./", "/../", "/.../", "/./a", "/../a", "/../../a", "/a/.", "/a/..", "/a/./", "/a/../", "/a/b/.", "/a/b/..",
        "/a/b/../", "/a/./b", "/a/../b", "/a/../../b", "/a/b/../../..", "/a//../b", "/a/..//b", "/.a", "/..a", "/a.", "/a..",
        "/a/.b/..c/d.", "/%2e", "/%2E", "/%2e%2e", "/%2E%2E/a", "/a/%2e/b", "/a/%2e%2e/b", "/a/.%2e/b", "/a/%2e./b", "/a/..%2f..%2fb",
        "/a?b=../c", "/a?../b", "/a/..;/b", "/..;a/b", "/a/.?b", "/a/..?b",

        // Escapes that are none, cut short, or made of escapes.
        "/%", "/%%", "/%2", "/%zz", "/%z1", "/%1z", "/%-1", "/%+1", "/a%", "/a%2", "/a%/b", "/%%41", "/%u00e9", "/%25", "/%2525",
        "/%252F", "/a%2541", "/a?%", "/a?%%", "/a?%2", "/a?b=%", "/a?b=%2", "/a?b=%zz", "/a?%zz=%25zz", "/a?b=%%41", "/a?b=%2525",
        "/a?b=%u00e9",

        // Encoded delimiters.
        "/a%2Fb", "/a%2fb", "/%2F", "/%2F%2F", "/%2f/%2F", "/a%2F", "/a%2F/", "/a%3Fb", "/a%23b", "/a%3Fb?c%3Fd", "/a?b%3Dc=d%26e",
        "/a%5Cb", "/a\\b", "/a?b=%2F&c=/", "/a?%26=%3D&%3d=%26", "/a?a%3Db", "/a?%3D", "/a?%26",

        // Spaces and pluses.
        "/a+b", "/+", "/a++b", "/a%2Bb", "/a%2bb", "/a%20b", "/a%20%20b", "/%20", "/a+b%2Bc%20d", "/a?b=c%20d", "/a?b=c+d", "/a?+",
        "/a?+=+", "/a?++=++", "/a?b=%2B", "/a?b=%2b+%20", "/a+b?c+d=e+f",

        // Beyond ASCII, in UTF-8 and not.
        "/%C3%A9", "/%c3%a9", "/%E9", "/%E6%97%A5%E6%9C%AC", "/%F0%9F%98%80", "/%FF%FE", "/%C3", "/%A9%C3", "/%C0%AF", "/%ED%A0%80",
        "/%0D%0A", "/%7F", "/a?%C3%A9=%c3%a9", "/a?b=%F0%9F%98%80", "/a?b=%FF", "/a?%00=%00", "/a?b=%0D%0Ac:d",

        // Parameters without a name, without a value, several times, in an order that is not theirs.
        "/a?b", "/a?b=", "/a?=b", "/a?=", "/a?==", "/a?===", "/a?b==", "/a?b=c=d", "/a?=b=c", "/a?&b", "/a?b&", "/a?b&&c", "/a?&&",
        "/a?&=&", "/a?=&=", "/a?b&b", "/a?b&b=", "/a?b=2&b=1", "/a?b=1&b=1", "/a?b=1&b&b=", "/a?c=1&b=2&a=3", "/a?b=1&B=2&a=3&A=4",
        "/a?a=1&a-b=2&a.b=3&ab=4&a%2Fb=5", "/a?a%20=1&a=2&a!=3", "/a?z=1&%61=2&%7A=3", "/a?%41=1&A=0", "/a?~=1&%7e=0&a=2",
        "/a?%C3%A9=1&z=2&a=3", "/a?1=a&10=b&2=c&-1=d&_=e", "/a?b=;c&d;e=f", "/a?b=%3B", "/a?b;c", "/a?a[]=1&a[]=0&a[b]=c", "/a?b=%5B%5D",
        "/a?$top=1&$filter=a%20eq%20'b'", "/a?b='c'&d=\"e\"&f=<g>", "/a?!'()*=!'()*", "/a?b=!&c=*&d=(&e=)&f='", "/a?@:/?=@:/?",
        "/a?{b}=|c|^`", "/a?b=c&amp;d=e",

        // What callers of AWS send.
        "/_search?q=a:%22b%20c%22&size=10", "/logs-*/_search?q=level:error", "/logs-*,metrics-*/_search?ignore_unavailable",
        "/_cat/indices?v&s=index:desc", "/%3Clogs-%7Bnow%2Fd%7D%3E/_search", "/<logs-{now/d}>/_search", "/_dashboards/app/home#/",
        "/index/_doc/a%2Fb%20c%3Fd", "/a,b/_mget?filter_path=**.c,-d",
        "/model/arn%3Aaws%3Abedrock%3Aeu-west-1%3A123456789012%3Ainference-profile%2Feu.x-v1%3A0/converse",
        "/model/arn:aws:bedrock:eu-west-1:1:x%2Fy/invoke", "/model/amazon.nova-lite-v1%3A0/converse", "/bucket?versioning",
        "/bucket/?list-type=2&prefix=a%2Fb%20c&delimiter=%2F&start-after=", "/bucket?policy&x-id=1", "/key?uploads",
        "/key?uploadId=a.b_c~d-e&partNumber=1", "/key?partNumber=2&uploadId=%2F%2B%3D%3D", "/photos/2026/../a//b/./c.jpg",
        "/reports/2026%20Q3%20(final)!.pdf", "/a=b/c&d/e;f/$g/h,i",
        "/key?response-content-disposition=attachment%3B%20filename%3D%22a%20b.txt%22", "/key?versionId=null",
        "/prod/pets/%7Bid%7D?a=b&a=c",
        "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aeu-west-1%3A1%3Afunction%3Af/invocations?Qualifier=%24LATEST",
        "/?Action=ListUsers&Version=2010-05-08&Marker=a%2Bb",
        "/workspaces/ws-1/api/v1/query?query=sum(rate(http_requests_total{job=~\"a|b\"}[5m]))%20by%20(c)&time=1",
        "/api/v1/series?match[]={a=\"b\"}&match[]={c!~\"d.*\"}", "/sparql?query=SELECT%20*%20WHERE%20%7B?s%20?p%20?o%7D",
        "/gremlin?gremlin=g.V().limit(1)", "/tags/arn%3aaws%3aes%3aeu-west-1%3a1%3adomain%2fa", "/favicon.ico?v=1.0&_=1700000000000",
        "/C:/a%5Cb", "/~user/.hidden/file~", "/a;v=1/b;w=2?c;d", "/key%20with%20spaces%20/%20", "/key?tagging&x-id=PutObjectTagging",
        "/topics/a%2F%23%2F%2B/b?qos=1", "/things/x/shadow?name=%E2%82%AC", "/wss?a=1;2&b=3,4", "/%7B%22a%22%3A%5B1%5D%7D",
        "/?a=1?b=2&c=/?d=3", "/index.php?s=/a/../../b&x[]=<script>", "/wss?X-Foo=%0A",
    ];
}
