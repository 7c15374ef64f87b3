using AwsSigV4Proxy.Hosting.Credentials;
using AwsSigV4Proxy.Tests.Fakes;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding;

/// <summary>
/// <c>Expect: 100-continue</c> (RFC 9110, 10.1.1): a caller that waits to be asked for its body is asked only when the request
/// can be accepted. In each of these tests the body comes only after the question; one that is not asked would never come.
/// </summary>
public class ExpectTests
{
    private const string Ask = "HTTP/1.1 100 Continue\r\n\r\n";

    [Test]
    [Arguments("s3", "x-amz-content-sha256: UNSIGNED-PAYLOAD\r\n")]
    [Arguments("vpc-lattice-svcs", "")]
    [Arguments("es", "x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\r\n")]
    public async Task Upstream_SaysNo_TheBodyIsNeverAskedFor(string service, string headers)
    {
        string? head = null;
        await using var upstream = RawUpstream.Answering(
            "HTTP/1.1 412 Precondition Failed\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", h => head = h);
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(upstream.Address, service));

        var answer = await RawCaller.HeadOfAnswerAsync(proxy.Address, Request(1_000_000, headers));

        // A caller that was not asked may go on to send its body, or another request: nobody could tell which.
        await Assert.That(answer).StartsWith("HTTP/1.1 412 ").And.Contains("\r\nConnection: close\r\n");
        await Assert.That(head).Contains("\r\nExpect: 100-continue\r\n");
    }

    [Test]
    [Arguments("s3", "x-amz-content-sha256: UNSIGNED-PAYLOAD\r\n")]
    [Arguments("vpc-lattice-svcs", "")]
    public async Task Upstream_Asks_TheCallerIsAskedAndTheBodyArrives(string service, string headers)
    {
        var asked = false;
        await using var upstream = RawUpstream.Start(async (stream, stop) =>
        {
            await RawUpstream.ReadHeadAsync(stream, stop);
            asked = true;
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(Ask), stop);
            await stream.ReadExactlyAsync(new byte[1_000_000], stop);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), stop);
        });
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(upstream.Address, service));
        await using var caller = await RawConnection.OpenAsync(proxy.Address);

        await caller.WriteAsync(Request(1_000_000, headers));
        await Assert.That(await caller.ReadHeadAsync()).IsEqualTo(Ask);
        await Assert.That(asked).IsTrue();
        await caller.WriteAsync(new byte[1_000_000]);

        await Assert.That(await caller.ReadHeadAsync()).StartsWith("HTTP/1.1 200 ");
    }

    [Test]
    public async Task BodyThatIsReadFirst_IsAskedForByTheProxyAndNotAgainUpstream()
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address));
        await using var caller = await RawConnection.OpenAsync(proxy.Address);

        await caller.WriteAsync(Request(5, ""));
        await Assert.That(await caller.ReadHeadAsync()).IsEqualTo(Ask);
        await caller.WriteAsync("hello");

        await Assert.That(await caller.ReadHeadAsync()).StartsWith("HTTP/1.1 200 ").And.DoesNotContain("Connection: close");
        await Assert.That((await aws.NextAsync()).Header("expect")).IsNull();
    }

    [Test]
    public async Task BodyThatIsEmpty_IsNotAskedForAndEndsTheConnection()
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address, "s3"));

        var answer = await RawCaller.SendAsync(proxy.Address, Request(0, ""));

        await Assert.That(answer).StartsWith("HTTP/1.1 200 ").And.Contains("\r\nConnection: close\r\n");
    }

    [Test]
    [Arguments("PUT /a b HTTP/1.1\r\nHost: localhost\r\n", "HTTP/1.1 400 ")]
    [Arguments("PUT /a HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil.example\r\n", "HTTP/1.1 403 ")]
    [Arguments("PUT http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n", "HTTP/1.1 403 ")]
    [Arguments("PUT /a HTTP/1.1\r\nHost: localhost\r\nx-amz-content-sha256: STREAMING-SOMETHING-NEW\r\n", "HTTP/1.1 400 ")]
    public async Task Request_ThatIsRefused_GetsItsAnswerAndNoQuestion(string head, string status)
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address, "s3"));

        var answer = await RawCaller.HeadOfAnswerAsync(proxy.Address, $"{head}Content-Length: 5\r\nExpect: 100-continue\r\n\r\n");

        await Assert.That(answer).StartsWith(status).And.Contains("\r\nConnection: close\r\n");
    }

    [Test]
    public async Task Request_WithoutCredentials_GetsItsAnswerAndNoQuestion()
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address, "s3"), new NoCredentials());

        await Assert.That(await RawCaller.HeadOfAnswerAsync(proxy.Address, Request(5, ""))).StartsWith("HTTP/1.1 503 ");
    }

    [Test]
    public async Task Upstream_ThatCannotBeReached_TheBodyIsNeverAskedFor()
    {
        // A port that was free a moment ago; nothing listens on it.
        var closed = new Uri($"http://127.0.0.1:{FreePort.Find()}");
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(closed, "vpc-lattice-svcs"));

        await Assert.That(await RawCaller.HeadOfAnswerAsync(proxy.Address, Request(5, ""))).StartsWith("HTTP/1.1 502 ");
    }

    private static string Request(int length, string headers) =>
        $"PUT /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\nExpect: 100-continue\r\n{headers}\r\n";
}
