using AwsSigV4Proxy.Tests.Fakes;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding.OddRequests;

/// <summary>
/// What is refused, and by whom: the proxy answers with a code, the web server before it with a bare status. None of it
/// reaches the upstream, whose answer would be another one.
/// </summary>
public class RefusedRequestTests
{
    private const string Proxy = "400, bad_request";
    private const string Server = "400";

    [Test]
    // It would end the target, or split the request line.
    [Arguments("/a b", Server)]
    [Arguments("/a?b c", Server)]
    [Arguments(" /a", Server)]
    // Control characters are no part of a URI (RFC 3986, 2).
    [Arguments("/a\tb", Proxy)]
    [Arguments("/a\u0001b", Proxy)]
    [Arguments("/a?\u001Fb", Proxy)]
    [Arguments("/a\u007F", Proxy)]
    [Arguments("/a\0b", Server)]
    [Arguments("/a?\0", Server)]
    [Arguments("/a\rb", Proxy)]
    // The server decodes the path and takes no NUL in it.
    [Arguments("/a%00", Server)]
    [Arguments("/%00?a", Server)]
    // Bytes beyond ASCII are no part of a URI either.
    [Arguments("/caf\u00E9", Server)]
    [Arguments("/caf\u00C3\u00A9", Server)]
    [Arguments("/a?\u00C3\u00A9=1", Server)]
    // Not a path.
    [Arguments("", Server)]
    [Arguments("?a", Server)]
    [Arguments("#", Server)]
    [Arguments("\\a", Server)]
    [Arguments("a", "405")]
    [Arguments("..", "405")]
    [Arguments("*", "405")]
    [Arguments("http:/a", Server)]
    [Arguments("http:///a", Server)]
    [Arguments("http://", Server)]
    [Arguments("ftp://other.example/a", Server)]
    // Another host's, in absolute form.
    [Arguments("http://other.example/", "403, host_denied")]
    [Arguments("https://user@other.example/a?b", "403, host_denied")]
    public async Task Target_ThatCannotBeSentAsItIs_IsRefused(string target, string answer) =>
        await RefusedAsync($"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", answer);

    [Test]
    // No name, or one that other servers read otherwise.
    [Arguments("No colon\r\n", Server)]
    [Arguments(": x\r\n", Server)]
    [Arguments(":authority: x\r\n", Server)]
    [Arguments("Na me: x\r\n", Server)]
    [Arguments("Name : x\r\n", Server)]
    [Arguments("Name\t: x\r\n", Server)]
    [Arguments(" Name: x\r\n", Server)]
    [Arguments("\u00E9: x\r\n", Server)]
    // Names that are no tokens, which the client library would leave out.
    [Arguments("Na(me: x\r\n", Proxy)]
    [Arguments("X-Amz-Meta-A(b): x\r\n", Proxy)]
    [Arguments("\"X\": x\r\n", Proxy)]
    [Arguments("a/b: x\r\n", Proxy)]
    [Arguments("a;b=c,d: x\r\n", Proxy)]
    [Arguments("{a}[b]<c>: x\r\n", Proxy)]
    [Arguments("a@b?c\\d: x\r\n", Proxy)]
    [Arguments("a\u0001: x\r\n", Proxy)]
    [Arguments("a\u007F: x\r\n", Proxy)]
    // Lines within a line.
    [Arguments("A: x\r\n folded\r\n", Server)]
    [Arguments("A: x\r\n\tfolded\r\n", Server)]
    [Arguments("A: a\rb\r\n", Server)]
    [Arguments("A: a\nb\r\n", Server)]
    [Arguments("A: a\0b\r\n", Server)]
    // Two of what must be one, or a length that is none (RFC 9112, 3.2 and 6.3).
    [Arguments("Host: localhost\r\n", Server)]
    [Arguments("Content-Length: 0\r\nContent-Length: 0\r\n", Server)]
    [Arguments("Content-Length: 0\r\nContent-Length: 1\r\n", Server)]
    [Arguments("Content-Length: 0, 0\r\n", Server)]
    [Arguments("Content-Length: -1\r\n", Server)]
    [Arguments("Content-Length: 0x0\r\n", Server)]
    [Arguments("Content-Length:\r\n", Server)]
    [Arguments("Content-Length: 99999999999999999999\r\n", Server)]
    [Arguments("Transfer-Encoding: gzip\r\n", Server)]
    [Arguments("Transfer-Encoding: identity\r\n", Server)]
    [Arguments("Transfer-Encoding:\r\n", Server)]
    [Arguments("Transfer-Encoding: gzip, chunked\r\n", Proxy)]
    [Arguments("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", Proxy)]
    [Arguments("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n", Proxy)]
    public async Task Headers_ThatCannotBeSentAsTheyAre_AreRefused(string lines, string answer) =>
        await RefusedAsync($"GET /a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{lines}\r\n", answer);

    [Test]
    [Arguments("GET /a HTTP/1.1\r\n\r\n", Server)]
    [Arguments("GET /a HTTP/1.1\r\nHost: a b\r\n\r\n", Server)]
    [Arguments("GET /a HTTP/1.1\r\nHost: a/b\r\n\r\n", Server)]
    [Arguments("GET /a HTTP/1.1\r\nHost: other.example\r\nConnection: close\r\n\r\n", "403, host_denied")]
    [Arguments("GET /a HTTP/1.2\r\nHost: localhost\r\n\r\n", "505")]
    [Arguments("GET /a HTTP/2.0\r\nHost: localhost\r\n\r\n", "505")]
    [Arguments("GET /a http/1.1\r\nHost: localhost\r\n\r\n", "505")]
    [Arguments("GET /a\r\nHost: localhost\r\n\r\n", Server)]
    [Arguments("GET\t/a\tHTTP/1.1\r\nHost: localhost\r\n\r\n", Server)]
    [Arguments(" /a HTTP/1.1\r\nHost: localhost\r\n\r\n", Server)]
    [Arguments("G(T /a HTTP/1.1\r\nHost: localhost\r\n\r\n", Server)]
    [Arguments("OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", Proxy)]
    [Arguments("CONNECT localhost:443 HTTP/1.1\r\nHost: localhost:443\r\nConnection: close\r\n\r\n", Proxy)]
    public async Task Request_ThatIsNotOfHttp_IsRefused(string request, string answer) => await RefusedAsync(request, answer);

    [Test]
    public async Task Request_LargerThanTheServerTakes_IsRefused()
    {
        await RefusedAsync($"GET /{new string('a', 70_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n", "414");
        await RefusedAsync($"GET /a HTTP/1.1\r\nHost: localhost\r\nA: {new string('a', 70_000)}\r\n\r\n", "431");
        await RefusedAsync(
            $"GET /a HTTP/1.1\r\nHost: localhost\r\n{string.Concat(Enumerable.Range(0, 300).Select(i => $"A{i}: 1\r\n"))}\r\n", "431");
    }

    private static async Task RefusedAsync(string request, string expected)
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address));
        await using var caller = await RawConnection.OpenAsync(proxy.Address);
        await caller.WriteAsync(request);

        // The server may reset a connection on which it has left something unread: not even the body is waited for.
        var answer = new RawMessage((await caller.ReadHeadAsync())![..^4], "");

        var code = answer.Value("x-sigv4-proxy-error");
        await Assert.That(answer.StartLine.Split(' ')[1] + (code is null ? "" : $", {code}")).IsEqualTo(expected);
        await Assert.That(aws.WasVisited).IsFalse();
    }
}
