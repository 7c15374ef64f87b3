using System.Globalization;
using System.Net;
using System.Text;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Demo;
using AwsSigV4Proxy.Tests.Fakes;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding;

/// <summary>What <c>--payload</c> and the caller's words make of a body, as it arrives at an upstream that checks everything.</summary>
public class PayloadModeTests
{
    private const string Hmac = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
    private const string UnsignedTrailer = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
    private const string Chunks = "5;chunk-signature=00\r\nhello\r\n0;chunk-signature=00\r\n";
    private const string Trailer = "x-amz-checksum-crc32:NhCmhg==\r\n";
    private const string Announced = "x-amz-trailer: x-amz-checksum-crc32\r\n";
    private const string Five = "x-amz-decoded-content-length: 5\r\n";

    [Test]
    [Arguments("auto", UnsignedTrailer, "5\r\nhello\r\n0\r\n" + Trailer + "\r\n", Announced + Five, UnsignedTrailer)]
    [Arguments("unsigned", UnsignedTrailer, "5\r\nhello\r\n0\r\n" + Trailer + "\r\n", Announced + Five, UnsignedTrailer)]
    [Arguments("signed", UnsignedTrailer, "5\r\nhello\r\n0\r\n" + Trailer + "\r\n", Announced + Five, Hmac + "-TRAILER")]
    [Arguments("signed", "UNSIGNED-PAYLOAD", "hello", "", "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824")]
    [Arguments("auto", "UNSIGNED-PAYLOAD", "hello", "", "UNSIGNED-PAYLOAD")]
    [Arguments("unsigned", "", "hello", "", "UNSIGNED-PAYLOAD")]
    [Arguments("unsigned", Hmac, Chunks + "\r\n", Five, "UNSIGNED-PAYLOAD")]
    [Arguments("unsigned", Hmac + "-TRAILER", Chunks + Trailer + "x-amz-trailer-signature:00\r\n\r\n", Announced + Five, UnsignedTrailer)]
    [Arguments("auto", Hmac + "-TRAILER", Chunks + Trailer + "x-amz-trailer-signature:00\r\n\r\n", Announced + Five, Hmac + "-TRAILER")]
    public async Task S3Body_ArrivesWholeAndAsItShouldBeSigned(string option, string declared, string body, string headers, string arrivesAs)
    {
        var received = await ArrivesAsync("s3", option, declared, $"Content-Length: {body.Length}\r\n{headers}", body);

        await Assert.That(received.Header("x-amz-content-sha256")).IsEqualTo(arrivesAs);
        await Assert.That(received.Header("content-length")).IsEqualTo($"{received.Body.Length}");
        var decoded = new ChunkVerifier(TestProxy.Credentials.SecretAccessKey).Decode(received).Request!;
        await Assert.That(Encoding.Latin1.GetString(decoded.Body)).IsEqualTo("hello");
        if (headers.Contains(Announced, StringComparison.Ordinal))
            await Assert.That(decoded.Header("x-amz-checksum-crc32")).IsEqualTo("NhCmhg==");
    }

    [Test]
    public async Task UnsignedTrailer_InHttpChunks_PassesAsTheJavaScriptSdkSendsIt()
    {
        var received = await ArrivesAsync(
            "s3", "auto", UnsignedTrailer, $"Transfer-Encoding: chunked\r\nContent-Encoding: aws-chunked\r\n{Announced}{Five}",
            InHttpChunks($"5\r\nhello\r\n0\r\n{Trailer}\r\n"));

        await Assert.That(received.Header("transfer-encoding")).IsEqualTo("chunked");
        await Assert.That(received.Header("content-length")).IsNull();
        await Assert.That(received.Header("x-amz-decoded-content-length")).IsEqualTo("5");
    }

    [Test]
    [Arguments("s3", "", "UNSIGNED-PAYLOAD", false)]
    [Arguments("execute-api", "", "UNSIGNED-PAYLOAD", true)]
    [Arguments("vpc-lattice-svcs", "", "UNSIGNED-PAYLOAD", true)]
    public async Task UnsignedBody_OfUnknownLength_StreamsWhereTheServiceTakesThat(string service, string declared, string arrivesAs, bool streams)
    {
        var received = await ArrivesAsync(service, "unsigned", declared, "Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n");

        await Assert.That(received.Header("x-amz-content-sha256")).IsEqualTo(arrivesAs);
        await Assert.That(received.Header("transfer-encoding")).IsEqualTo(streams ? "chunked" : null);
        await Assert.That(received.Header("content-length")).IsEqualTo(streams ? null : "5");
        await Assert.That(Encoding.Latin1.GetString(received.Body)).IsEqualTo("hello");
    }

    [Test]
    [Arguments("gzip", "aws-chunked,gzip")]
    [Arguments("", "aws-chunked")]
    public async Task LargePut_KeepsItsOwnCodingBesideTheChunks(string coding, string arrived)
    {
        var received = await ArrivesAsync(
            "s3", "auto", "", $"Content-Length: 200000\r\n{(coding.Length > 0 ? $"Content-Encoding: {coding}\r\n" : "")}", new string('x', 200_000));

        await Assert.That(received.Header("content-encoding")).IsEqualTo(arrived);
        await Assert.That(received.Header("x-amz-decoded-content-length")).IsEqualTo("200000");
    }

    [Test]
    [Arguments("unsigned", "UNSIGNED-PAYLOAD")]
    [Arguments("auto", null)]
    public async Task NoBody_IsSignedAsTheOptionSays(string option, string? arrivesAs)
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address) with { Payload = NamedValues.Payload.Parse(option) });

        using var answer = await proxy.Client.GetAsync("/");

        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.OK);
        await Assert.That((await aws.NextAsync()).Header("x-amz-content-sha256")).IsEqualTo(arrivesAs);
    }

    [Test]
    [Arguments("vpc-lattice-svcs", "auto", "Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n")]
    [Arguments("s3", "auto", "Content-Length: 10\r\nx-amz-content-sha256: UNSIGNED-PAYLOAD\r\n", "helloworld")]
    [Arguments("s3", "auto", "Content-Length: 999\r\nx-amz-content-sha256: " + Hmac + "\r\nx-amz-decoded-content-length: 10\r\n", "")]
    [Arguments("s3", "auto", "Content-Length: 200000\r\nx-amz-content-sha256: " + UnsignedTrailer + "\r\nx-amz-decoded-content-length: 1\r\n", "")]
    [Arguments("s3", "auto", "Transfer-Encoding: chunked\r\nx-amz-content-sha256: " + UnsignedTrailer + "\r\nx-amz-decoded-content-length: 1\r\n", "LARGE")]
    public async Task Body_OverTheLimit_IsRefusedThoughItStreams(string service, string option, string headers, string body)
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address, service) with { Payload = NamedValues.Payload.Parse(option), MaxBodySizeBytes = 9 });

        body = body.Replace("LARGE", $"30d40\r\n{new string('x', 200_000)}\r\n0\r\n\r\n", StringComparison.Ordinal);
        var head = await RawCaller.HeadOfAnswerAsync(proxy.Address, $"PUT /b/k HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n{body}");

        await Assert.That(head).StartsWith("HTTP/1.1 413 ").And.Contains("x-sigv4-proxy-error: body_too_large");
        await Assert.That(aws.WasVisited).IsFalse();
    }

    private static string InHttpChunks(string body) => string.Concat(body.Chunk(7).Select(
        piece => $"{piece.Length.ToString("x", CultureInfo.InvariantCulture)}\r\n{new string(piece)}\r\n")) + "0\r\n\r\n";

    private static async Task<ReceivedRequest> ArrivesAsync(
        string service, string option, string declared, string headers, string body)
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await TestProxy.StartAsync(
            TestProxy.OptionsFor(aws.Address, service) with { Payload = NamedValues.Payload.Parse(option), BufferSizeBytes = 65_536 });

        var answer = await RawCaller.SendAsync(
            proxy.Address,
            $"PUT /b/k HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{(declared.Length > 0 ? $"x-amz-content-sha256: {declared}\r\n" : "")}{headers}\r\n{body}");

        await Assert.That(answer).StartsWith("HTTP/1.1 200 ");
        return await aws.NextAsync();
    }
}
