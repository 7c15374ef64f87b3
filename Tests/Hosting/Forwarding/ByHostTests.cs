using System.Net;
using System.Net.Sockets;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Tests.Fakes;
using Microsoft.AspNetCore.Hosting;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding;

/// <summary>Requests that name their own target, over real sockets.</summary>
internal sealed class ByHostTests
{
    [Test]
    public async Task Request_HostHeaderOfAnAllowedHost_GoesThereSigned()
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await StartAsync(aws);

        var answer = await SendAsync(proxy, "/a%2Fb?c", aws.Address.Authority);

        await Assert.That(answer).StartsWith("HTTP/1.1 200 ");
        var received = await aws.NextAsync();
        await Assert.That(received.RawTarget).IsEqualTo("/a%2Fb?c");
        await Assert.That(received.Header("host")).IsEqualTo(aws.Address.Authority);
    }

    [Test]
    public async Task Request_AbsoluteTargetOfAnAllowedHost_GoesThereSigned()
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await StartAsync(aws);

        // The target counts, whatever Host says.
        var answer = await SendAsync(proxy, $"http://{aws.Address.Authority}/x?y", "sqs.eu-west-1.amazonaws.com");

        await Assert.That(answer).StartsWith("HTTP/1.1 200 ");
        var received = await aws.NextAsync();
        await Assert.That(received.RawTarget).IsEqualTo("/x?y");
        await Assert.That(received.Header("host")).IsEqualTo(aws.Address.Authority);
    }

    [Test]
    public async Task Requests_ToSeveralHosts_EachGoesToItsOwn()
    {
        await using var one = await FakeAws.StartAsync();
        await using var two = await FakeAws.StartAsync();
        await using var proxy = await StartAsync(one, two);

        await SendAsync(proxy, "/one", one.Address.Authority);
        await SendAsync(proxy, "/two", two.Address.Authority);

        await Assert.That((await one.NextAsync()).RawTarget).IsEqualTo("/one");
        await Assert.That((await two.NextAsync()).RawTarget).IsEqualTo("/two");
    }

    [Test]
    [Arguments("evil.example", 403, "host_denied")]
    [Arguments("amazonaws.com.evil.example", 403, "host_denied")]
    [Arguments("ec2-1-2-3-4.eu-west-1.compute.amazonaws.com", 403, "host_denied")]
    [Arguments("localhost", 403, "host_denied")]
    [Arguments("unheard-of.amazonaws.com", 400, "unknown_service")]
    public async Task Request_ToAnyOtherHost_IsRefusedAndNeverSent(string host, int status, string code)
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await StartAsync(aws);

        foreach (var target in (string[])["/", $"http://{host}/"])
        {
            var answer = await SendAsync(proxy, target, host);

            await Assert.That(answer).StartsWith($"HTTP/1.1 {status} ").And.Contains($"x-sigv4-proxy-error: {code}");
        }

        await Assert.That(aws.WasVisited).IsFalse();
    }

    [Test]
    public async Task Request_WebPageOfAnotherSite_IsRefused()
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await StartAsync(aws);

        var answer = await SendAsync(proxy, "/", aws.Address.Authority, "Origin: https://evil.example\r\n");

        await Assert.That(answer).StartsWith("HTTP/1.1 403 ").And.Contains("x-sigv4-proxy-error: origin_denied");
        await Assert.That(aws.WasVisited).IsFalse();
    }

    [Test]
    [Arguments("Mozilla/5.0 (X11; Linux x86_64)", false, 403)]
    [Arguments("Mozilla/5.0 (X11; Linux x86_64)", true, 200)]
    [Arguments("curl/8", false, 200)]
    public async Task Request_OfABrowserThatDoesNotTellThePage_IsRefusedUnlessTheTargetsOriginIsAllowed(string userAgent, bool isAllowed, int status)
    {
        await using var aws = await FakeAws.StartAsync();
        var options = Options([AllowedHost.Parse($"http://{aws.Address.Authority}")]);
        await using var proxy = await TestProxy.StartAsync(isAllowed ? options with { AllowOrigins = [$"http://{aws.Address.Authority}"] } : options);

        var answer = await SendAsync(proxy, $"http://{aws.Address.Authority}/?Action=CreateUser", aws.Address.Authority, $"User-Agent: {userAgent}\r\n");

        await Assert.That(answer).StartsWith($"HTTP/1.1 {status} ");
        if (status == 403)
            await Assert.That(answer).Contains("x-sigv4-proxy-error: origin_denied").And.Contains($"--allow-origin http://{aws.Address.Authority}");
        await Assert.That(aws.WasVisited).IsEqualTo(status == 200);
    }

    [Test]
    public async Task Request_ToAHostThatIsNotThere_NamesIt()
    {
        var gone = FreePort.Find();
        var options = Options([AllowedHost.Parse($"http://127.0.0.1:{gone}")]);
        await using var proxy = await TestProxy.StartAsync(options);

        var answer = await SendAsync(proxy, "/", $"127.0.0.1:{gone}");

        await Assert.That(answer).StartsWith("HTTP/1.1 502 ")
            .And.Contains($"No connection to 127.0.0.1:{gone}: connection refused. Check the host that the request names");
    }

    [Test]
    [Arguments("sqs.eu-west-1.amazonaws.com", "sqs.eu-west-1.amazonaws.com:443", "/eu-west-1/sqs/aws4_request")]
    [Arguments("My.Bucket.S3.EU-West-1.amazonaws.com:80", "my.bucket.s3.eu-west-1.amazonaws.com:443", "/eu-west-1/s3/aws4_request")]
    [Arguments("db.eu-west-1.neptune.amazonaws.com:8182", "db.eu-west-1.neptune.amazonaws.com:8182", "/eu-west-1/neptune-db/aws4_request")]
    [Arguments("abc.mrap.accesspoint.s3-global.amazonaws.com", "abc.mrap.accesspoint.s3-global.amazonaws.com:443", "/s3/aws4_request")]
    public async Task Request_ToAnEndpointOfAws_IsDialledInTlsSignedAndSentAsTheNameThatWasChecked(string host, string dialled, string scope)
    {
        using var authority = new TestCertificates();
        using var folder = new TestFolder();
        var name = dialled.Split(':')[0];
        using var certificate = authority.Issue(names: name);
        await using var aws = await FakeAws.StartAsync(listen: listener => listener.UseHttps(TestCertificates.ForServer(certificate)));
        List<string> dials = [];
        await using var proxy = await TestProxy.StartAsync(
            Options([]) with { Service = "", Region = "", CaFile = folder.Write("root.pem", authority.RootPem) },
            dial: async (endPoint, cancellationToken) =>
            {
                dials.Add($"{endPoint.Host}:{endPoint.Port}");
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, aws.Address.Port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            });

        foreach (var target in (string[])["/x", $"http://{host}/x"])
        {
            var answer = await SendAsync(proxy, target, host);

            await Assert.That(answer).StartsWith("HTTP/1.1 200 ");
            var received = await aws.NextAsync();
            await Assert.That(received.Header("host")).IsEqualTo(dialled.EndsWith(":443") ? name : dialled);
            await Assert.That(received.Header("authorization")).Contains(scope);
        }

        await Assert.That(dials.Distinct()).IsEquivalentTo([dialled]);
    }

    private static Task<TestProxy> StartAsync(params FakeAws[] upstreams) =>
        TestProxy.StartAsync(Options([.. upstreams.Select(upstream => AllowedHost.Parse($"http://{upstream.Address.Authority}"))]));

    private static ProxyOptions Options(AllowedHost[] hosts) =>
        TestProxy.OptionsFor(new Uri("http://unused.test")) with { ForwardTo = null, AllowHosts = hosts };

    private static Task<string> SendAsync(TestProxy proxy, string target, string host, string headers = "") =>
        RawCaller.SendAsync(proxy.Address, $"GET {target} HTTP/1.1\r\nHost: {host}\r\n{headers}Connection: close\r\n\r\n");
}
