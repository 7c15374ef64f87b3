using System.Net;
using System.Security.Cryptography;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Demo;
using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Tests.Fakes;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding;

/// <summary>Signature Version 4A through the proxy, to an upstream that verifies it without a line of Signing.</summary>
internal sealed class SigV4aTests
{
    [Test]
    [Arguments("s3", SignatureLocation.Header)]
    [Arguments("s3", SignatureLocation.Query)]
    [Arguments("vpc-lattice-svcs", SignatureLocation.Header)]
    [Arguments("vpc-lattice-svcs", SignatureLocation.Query)]
    [Arguments("events", SignatureLocation.Header)]
    public async Task Request_OfEachService_IsAccepted(string service, object location)
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await StartAsync(aws, service, options => options with { SignLocation = (SignatureLocation)location });

        foreach (var target in (string[])["/", "/a%2Fb//c/../d?x=1&a=%20+&b"])
        {
            using var get = await proxy.Client.GetAsync(new Uri(proxy.Address + target[1..], new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
            using var post = await proxy.Client.PostAsync(target, new StringContent("body"));

            await Assert.That((get.StatusCode, post.StatusCode)).IsEqualTo((HttpStatusCode.OK, HttpStatusCode.OK));
            var received = await aws.NextAsync();
            await aws.NextAsync();
            var carries = (SignatureLocation)location == SignatureLocation.Header
                ? received.Header("authorization")! + received.Header("x-amz-region-set")
                : received.Query;
            await Assert.That(carries).Contains("AWS4-ECDSA-P256-SHA256").And.Contains((SignatureLocation)location == SignatureLocation.Header ? "eu-west-1,us-*" : "X-Amz-Region-Set=eu-west-1%2Cus-%2A");
        }
    }

    [Test]
    [Arguments("vpc-lattice-svcs", "UNSIGNED-PAYLOAD")]
    [Arguments("s3", "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD")]
    public async Task Body_Large_IsSignedAsTheServiceTakesIt(string service, string hash)
    {
        var body = RandomNumberGenerator.GetBytes(300_000);
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await StartAsync(aws, service, options => options with { BufferSizeBytes = 1024 });

        using var answer = await proxy.Client.PutAsync("/x", new ByteArrayContent(body));

        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.OK);
        var received = await aws.NextAsync();
        await Assert.That(received.Header("x-amz-content-sha256")).IsEqualTo(hash);
        await Assert.That(FakeAws.Decoded(received).Body.AsSpan().SequenceEqual(body)).IsTrue();
        await Assert.That(received.Header("content-length")).IsEqualTo($"{received.Body.Length}");
    }

    [Test]
    [Arguments(false)]
    [Arguments(true)]
    public async Task Chunks_SignedByTheCallerWithVersion4_AreSignedAnewWithVersion4a(bool hasTrailer)
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await StartAsync(aws, "s3");
        var signature = new string('0', 64);
        var trailer = hasTrailer ? $"x-amz-checksum-crc32:AAAAAA==\r\nx-amz-trailer-signature:{signature}\r\n" : "";
        using var request = new HttpRequestMessage(HttpMethod.Put, "/x")
        {
            Content = new StringContent($"4;chunk-signature={signature}\r\nbody\r\n0;chunk-signature={signature}\r\n{trailer}\r\n"),
        };
        request.Headers.Add("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" + (hasTrailer ? "-TRAILER" : ""));
        request.Headers.Add("x-amz-decoded-content-length", "4");
        request.Content.Headers.ContentEncoding.Add("aws-chunked");
        if (hasTrailer)
            request.Headers.Add("x-amz-trailer", "x-amz-checksum-crc32");

        using var answer = await proxy.Client.SendAsync(request);

        await Assert.That(await answer.Content.ReadAsStringAsync()).IsEqualTo("");
        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.OK);
        var received = await aws.NextAsync();
        await Assert.That(received.Header("x-amz-content-sha256")).IsEqualTo("STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD" + (hasTrailer ? "-TRAILER" : ""));
        var decoded = FakeAws.Decoded(received);
        await Assert.That(System.Text.Encoding.UTF8.GetString(decoded.Body)).IsEqualTo("body");
    }

    [Test]
    public async Task Callers_ManyAtOnce_AreAllSigned()
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await StartAsync(aws, "events");

        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(async i =>
        {
            using var answer = await proxy.Client.PostAsync($"/{i}", new StringContent($"{i}"));
            return answer.StatusCode;
        }));

        await Assert.That(answers.Distinct()).IsEquivalentTo([HttpStatusCode.OK]);
    }

    [Test]
    public async Task Request_CallersRegionSet_IsReplaced()
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await StartAsync(aws, "s3");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/x?X-Amz-Region-Set=callers");
        request.Headers.Add("x-amz-region-set", "callers");

        using var answer = await proxy.Client.SendAsync(request);

        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.OK);
        ReceivedRequest received = await aws.NextAsync();
        await Assert.That(received.Header("x-amz-region-set")).IsEqualTo("eu-west-1,us-*");
        await Assert.That(received.RawTarget).IsEqualTo("/x");
    }

    private static Task<TestProxy> StartAsync(FakeAws aws, string service, Func<ProxyOptions, ProxyOptions>? change = null)
    {
        var options = TestProxy.OptionsFor(aws.Address, service) with
        {
            Region = "",
            Algorithm = SigningAlgorithm.SigV4a,
            RegionSet = "eu-west-1,us-*",
        };
        return TestProxy.StartAsync(change?.Invoke(options) ?? options);
    }
}
