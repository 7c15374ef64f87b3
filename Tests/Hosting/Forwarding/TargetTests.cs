using AwsSigV4Proxy.Tests.Fakes;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding;

/// <summary>Request targets over real sockets: what the caller wrote is what arrives, and its signature is good.</summary>
public class TargetTests
{
    [Test]
    [MethodDataSource(nameof(Targets))]
    public async Task Target_General_ArrivesByteForByteAndVerifies(string target) => await ArrivesAsync(target, "es");

    [Test]
    [MethodDataSource(nameof(Targets))]
    public async Task Target_S3_ArrivesByteForByteAndVerifies(string target) => await ArrivesAsync(target, "s3");

    public static IEnumerable<string> Targets() =>
    [
        "/", "/?", "/a", "/a/", "//", "///a//b", "//other.example/x", "/./a", "/../a", "/a/./b/../c", "/a/..", "/a/.",
        "/%2e%2e/b", "/%2E/a", "/a%2Fb", "/a%2fb", "/%25", "/%7e", "/%41", "/a%20b", "/a+b", "/*", "/a:b@c!'()$&,;=",
        "/[a]", "/{a}|^`", "/\"<>\\", "/a#b", "/%E6%97%A5", "/%FF", "/~-._",
        "/a?b", "/a?b=", "/a?=b", "/a?b=c&b=a&a", "/a?b&&c", "/a?b=c=d", "/a?b=%2F/%3f?", "/a?%C3%A9=1&z&a", "/a?b=!'()*:@$,;",
        "/a?b=%7e%41", "/a?b=%zz", "/a?b=#c", "/a?b={}|^`\"<>\\[]", "/_search?q=a:%22b%20c%22&size=10",
        "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ainference-profile%2Fx/invoke",
    ];

    [Test]
    public async Task Target_LongerThanMostServersTake_Arrives()
    {
        await ArrivesAsync("/a?q=" + new string('x', 12_000), "es");
    }

    [Test]
    public async Task Target_PathPrefix_IsPutBeforeIt()
    {
        string? head = null;
        await using var upstream = RawUpstream.Answering("HTTP/1.1 204 No Content\r\n\r\n", h => head = h);
        var options = TestProxy.OptionsFor(upstream.Address);
        await using var proxy = await TestProxy.StartAsync(
            options with { ForwardTo = options.ForwardTo! with { PathPrefix = "/a%2Fb/c" } });

        await RawCaller.GetAsync(proxy.Address, "//x?y");

        await Assert.That(head).StartsWith("GET /a%2Fb/c//x?y HTTP/1.1\r\n");
    }

    [Test]
    public async Task Target_AbsoluteFormOfTheUpstream_IsForwardedAsPath()
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address));

        var answer = await RawCaller.SendAsync(proxy.Address,
            $"GET {aws.Address.GetLeftPart(UriPartial.Authority)}/x?y HTTP/1.1\r\nHost: {aws.Address.Authority}\r\nConnection: close\r\n\r\n");

        await Assert.That(answer).StartsWith("HTTP/1.1 200 ");
        await Assert.That((await aws.NextAsync()).RawTarget).IsEqualTo("/x?y");
    }

    [Test]
    public async Task Target_AbsoluteFormOfAnotherHost_IsRefusedAndNeverSent()
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address));

        var answer = await RawCaller.SendAsync(proxy.Address,
            "GET http://evil.example/x HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");

        await Assert.That(answer).StartsWith("HTTP/1.1 403 ").And.Contains("\"code\":\"host_denied\"");
        await Assert.That(aws.WasVisited).IsFalse();
    }

    [Test]
    [Arguments("OPTIONS", "*")]
    [Arguments("CONNECT", "localhost:443")]
    public async Task Target_ThatIsNoPath_IsRefused(string method, string target)
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address));

        var answer = await RawCaller.SendAsync(proxy.Address,
            $"{method} {target} HTTP/1.1\r\nHost: {(target == "*" ? "localhost" : target)}\r\nConnection: close\r\n\r\n");

        await Assert.That(answer).StartsWith("HTTP/1.1 400 ").And.Contains("x-sigv4-proxy-error: bad_request");
        await Assert.That(aws.WasVisited).IsFalse();
    }

    private static async Task ArrivesAsync(string target, string service)
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address, service));

        var answer = await RawCaller.GetAsync(proxy.Address, target);

        await Assert.That(answer).StartsWith("HTTP/1.1 200 ");
        await Assert.That((await aws.NextAsync()).RawTarget).IsEqualTo(target);
    }
}
