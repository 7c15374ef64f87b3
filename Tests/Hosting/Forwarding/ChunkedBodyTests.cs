using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using AwsSigV4Proxy.Hosting.Credentials;
using AwsSigV4Proxy.Hosting.Demo;
using AwsSigV4Proxy.Tests.Fakes;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding;

/// <summary>
/// Bodies that the caller signed chunk by chunk (aws-chunked), as bytes on real sockets: they arrive in chunks that the proxy
/// signed, or as plain requests where their length is not told, or are refused and never arrive.
/// </summary>
public class ChunkedBodyTests
{
    private static readonly ChunkVerifier Verifier = new(TestProxy.Credentials.SecretAccessKey);

    private const string Hmac = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
    private const string HmacTrailer = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";
    private const string Signature = ";chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648";
    private const string Hello = "2" + Signature + "\r\nhe\r\n3" + Signature + "\r\nllo\r\n0" + Signature + "\r\n";

    [Test]
    [Arguments(Hmac, "s3")]
    [Arguments(HmacTrailer, "s3")]
    [Arguments("STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD", "s3")]
    [Arguments("STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER", "s3")]
    [Arguments(Hmac, "s3express")]
    [Arguments(Hmac, "s3-outposts")]
    [Arguments(Hmac, "s3-object-lambda")]
    public async Task Body_WhoseLengthIsTold_ArrivesInChunksThatTheProxySigned(string literal, string service)
    {
        var request = await ArrivesAsync(literal, "Content-Encoding: aws-chunked\r\nx-amz-decoded-content-length: 5\r\n", Hello + "\r\n", service);

        await Assert.That(request.Header("x-amz-content-sha256")).IsEqualTo(Hmac);
        await Assert.That(request.Header("content-length")).IsEqualTo($"{request.Body.Length}");
        await Assert.That(request.Header("content-encoding")).IsEqualTo("aws-chunked");
        await Assert.That(request.Header("transfer-encoding")).IsNull();
        await Assert.That(Encoding.Latin1.GetString(request.Body)).DoesNotContain(Signature);
        await Assert.That(DataOf(request)).IsEqualTo("hello");
    }

    [Test]
    [Arguments("x-amz-trailer: x-amz-checksum-crc32\r\n", "x-amz-checksum-crc32:NhCmhg==\r\nx-amz-trailer-signature:00\r\n")]
    [Arguments("X-Amz-Trailer: X-Amz-Checksum-Crc32\r\n", "X-Amz-Checksum-Crc32: NhCmhg==\r\n")]
    [Arguments("x-amz-trailer: X-Amz-Other, x-amz-checksum-crc32\r\n", "x-amz-other: 1\r\nx-amz-checksum-crc32:NhCmhg==\r\n")]
    public async Task Trailers_WhereTheLengthIsTold_StayTrailersAndAreSigned(string announcement, string trailers)
    {
        var request = await ArrivesAsync(HmacTrailer, announcement + "x-amz-decoded-content-length: 5\r\n", Hello + trailers + "\r\n");

        await Assert.That(request.Header("x-amz-content-sha256")).IsEqualTo(HmacTrailer);
        await Assert.That(request.Header("authorization")).Contains("x-amz-trailer");
        // Announced in the order in which they come.
        await Assert.That(request.Header("x-amz-trailer")).IsEqualTo(
            trailers.Contains("other", StringComparison.Ordinal) ? "x-amz-checksum-crc32,x-amz-other" : announcement[15..^2]);
        // A checksum's length is known in advance, another field's is not.
        await Assert.That(request.Header("content-length") is null).IsEqualTo(trailers.Contains("other", StringComparison.Ordinal));
        await Assert.That(Verifier.Decode(request).Request!.Header("x-amz-checksum-crc32")).IsEqualTo("NhCmhg==");
        await Assert.That(DataOf(request)).IsEqualTo("hello");
    }

    [Test]
    public async Task Body_WhoseLengthIsNotTold_ArrivesAsAPlainRequest()
    {
        var request = await ArrivesAsync(Hmac, "Content-Encoding: aws-chunked\r\n", Hello + "\r\n");

        await Assert.That(Encoding.Latin1.GetString(request.Body)).IsEqualTo("hello");
        await Assert.That(request.Header("content-length")).IsEqualTo("5");
        await Assert.That(request.Header("x-amz-content-sha256")).IsEqualTo(Convert.ToHexStringLower(SHA256.HashData("hello"u8)));
        foreach (var name in (string[])["content-encoding", "x-amz-decoded-content-length", "x-amz-trailer", "transfer-encoding"])
            await Assert.That(request.Header(name)).IsNull();
    }

    [Test]
    public async Task Body_WithoutData_ArrivesEmpty()
    {
        var request = await ArrivesAsync(Hmac, "x-amz-decoded-content-length: 0\r\n", "0" + Signature + "\r\n\r\n");

        await Assert.That(DataOf(request)).IsEqualTo("");
    }

    [Test]
    public async Task Body_InHttpChunksToo_ArrivesWithALength()
    {
        var answer = await SendAsync(
            Hmac, "Transfer-Encoding: chunked\r\nx-amz-decoded-content-length: 5\r\n",
            string.Concat(Encoding.Latin1.GetBytes(Hello + "\r\n").Chunk(7).Select(
                piece => $"{piece.Length.ToString("x", CultureInfo.InvariantCulture)}\r\n{Encoding.Latin1.GetString(piece)}\r\n")) + "0\r\n\r\n");

        await Assert.That(answer.Text).StartsWith("HTTP/1.1 200 ");
        await Assert.That(DataOf(answer.Received!)).IsEqualTo("hello");
        await Assert.That(answer.Received!.Header("content-length")).IsEqualTo($"{answer.Received.Body.Length}");
    }

    [Test]
    [Arguments("x-amz-decoded-content-length: 3000001\r\n")]
    [Arguments("")]
    public async Task Body_LargerThanTheBuffer_ArrivesWhole(string length)
    {
        var data = new byte[3_000_001];
        new Random(1).NextBytes(data);
        var body = new StringBuilder();
        foreach (var chunk in data.Chunk(65_536))
            body.Append(CultureInfo.InvariantCulture, $"{chunk.Length:x}{Signature}\r\n{Encoding.Latin1.GetString(chunk)}\r\n");

        var request = await ArrivesAsync(Hmac, length, body + "0" + Signature + "\r\n\r\n");

        await Assert.That(DataOf(request) == Encoding.Latin1.GetString(data)).IsTrue();
    }

    [Test]
    [Arguments("Content-Encoding: aws-chunked\r\n", null)]
    [Arguments("Content-Encoding: AWS-Chunked\r\n", null)]
    [Arguments("Content-Encoding: aws-chunked,gzip\r\n", "gzip")]
    [Arguments("Content-Encoding: gzip, aws-chunked\r\n", "gzip")]
    [Arguments("Content-Encoding: br,aws-chunked , gzip\r\n", "br, gzip")]
    [Arguments("Content-Encoding: gzip\r\nContent-Encoding: aws-chunked\r\n", "gzip")]
    [Arguments("Content-Encoding: gzip\r\n", "gzip")]
    [Arguments("Content-Encoding: not-aws-chunked\r\n", "not-aws-chunked")]
    [Arguments("", null)]
    public async Task ContentEncoding_LosesTheChunksAndKeepsTheRest(string sent, string? arrived)
    {
        var request = await ArrivesAsync(Hmac, sent, Hello + "\r\n");

        await Assert.That(request.Header("content-encoding")).IsEqualTo(arrived);
    }

    [Test]
    [Arguments("x-amz-trailer: x-amz-checksum-crc32\r\n", "x-amz-checksum-crc32:NhCmhg==\r\nx-amz-trailer-signature:00\r\n")]
    [Arguments("X-Amz-Trailer: X-Amz-Checksum-Crc32\r\n", "x-amz-checksum-crc32:NhCmhg==\r\n")]
    [Arguments("x-amz-trailer: x-amz-checksum-crc32\r\n", "x-amz-checksum-crc32:NhCmhg==\n\r\nx-amz-trailer-signature:00\r\n")]
    [Arguments("x-amz-trailer: x-amz-checksum-crc32,x-amz-other\r\n", "x-amz-other: 1\r\nX-Amz-Checksum-Crc32: NhCmhg==\r\n")]
    [Arguments("x-amz-trailer: x-amz-other\r\nx-amz-trailer: x-amz-checksum-crc32\r\n", "x-amz-checksum-crc32:NhCmhg==\r\nx-amz-other:1\r\n")]
    public async Task Trailers_Announced_BecomeSignedHeaders(string announcement, string trailers)
    {
        var request = await ArrivesAsync(HmacTrailer, announcement, Hello + trailers + "\r\n");

        await Assert.That(request.Header("x-amz-checksum-crc32")).IsEqualTo("NhCmhg==");
        await Assert.That(request.Header("authorization")).Contains("x-amz-checksum-crc32;");
        await Assert.That(request.Header("x-amz-trailer")).IsNull();
        await Assert.That(request.Header("x-amz-trailer-signature")).IsNull();
        await Assert.That(Encoding.Latin1.GetString(request.Body)).IsEqualTo("hello");
    }

    [Test]
    [Arguments("x-amz-checksum-crc32", "'x-amz-checksum-crc32' is not announced", "")]
    [Arguments("x-amz-checksum-crc32", "'x-amz-checksum-crc32' is not announced", "x-amz-trailer: x-amz-checksum-crc32c\r\n")]
    [Arguments("host", "'host' cannot be sent on")]
    [Arguments("Authorization", "'Authorization' cannot be sent on")]
    [Arguments("content-length", "'content-length' cannot be sent on")]
    [Arguments("transfer-encoding", "'transfer-encoding' cannot be sent on")]
    [Arguments("x-custom", "'x-custom' cannot be sent on")]
    [Arguments("x-amz-date", "'x-amz-date' cannot be sent on")]
    [Arguments("X-Amz-Security-Token", "'X-Amz-Security-Token' cannot be sent on")]
    [Arguments("x-amz-content-sha256", "'x-amz-content-sha256' cannot be sent on")]
    [Arguments("x-amz-decoded-content-length", "'x-amz-decoded-content-length' cannot be sent on")]
    [Arguments("x-amz-trailer", "'x-amz-trailer' cannot be sent on")]
    [Arguments("x-amz-acl", "'x-amz-acl' is sent both as a header and as a trailer", "x-amz-trailer: x-amz-acl\r\nX-Amz-Acl: private\r\n")]
    public async Task Trailer_ThatMayNotBeAHeader_IsRefused(string name, string sentence, string? headers = null)
    {
        await IsRefusedAsync(HmacTrailer, headers ?? $"x-amz-trailer: {name}\r\n", $"{Hello}{name}:5\r\n\r\n", sentence);
    }

    [Test]
    [Arguments("x-amz-checksum-crc32, X-Amz-Checksum-CRC32", "x-amz-checksum-crc32:NhCmhg==\r\n", HmacTrailer)]
    [Arguments(",", "", Hmac)]
    public async Task Trailers_AnnouncedOddly_CountOnceEach(string announced, string trailers, string arrivesAs)
    {
        var request = await ArrivesAsync(
            HmacTrailer, $"x-amz-trailer: {announced}\r\nx-amz-decoded-content-length: 5\r\n", $"{Hello}{trailers}\r\n");

        await Assert.That(request.Header("x-amz-content-sha256")).IsEqualTo(arrivesAs);
        await Assert.That(DataOf(request)).IsEqualTo("hello");
    }

    [Test]
    public async Task Trailer_SentTwice_IsRefused()
    {
        await IsRefusedAsync(HmacTrailer, "x-amz-trailer: x-amz-checksum-crc32\r\n",
            Hello + "x-amz-checksum-crc32:NhCmhg==\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n", "or came twice");
    }

    [Test]
    public async Task Trailer_AnnouncedThatDoesNotCome_IsRefused()
    {
        await IsRefusedAsync(HmacTrailer, "x-amz-trailer: x-amz-checksum-crc32\r\n", Hello + "\r\n", "did not come");
    }

    [Test]
    [Arguments("4", "hold more than the 4 bytes that x-amz-decoded-content-length says")]
    [Arguments("6", "hold fewer than the 6 bytes that x-amz-decoded-content-length says")]
    [Arguments("0", "hold more than the 0 bytes that x-amz-decoded-content-length says")]
    [Arguments("five", "x-amz-decoded-content-length is not a number")]
    [Arguments("-5", "x-amz-decoded-content-length is not a number")]
    [Arguments("5,5", "x-amz-decoded-content-length is not a number")]
    [Arguments("99999999999999999999", "x-amz-decoded-content-length is not a number")]
    public async Task DecodedLength_ThatIsNotTheDatas_IsRefused(string length, string sentence)
    {
        await IsRefusedAsync(Hmac, $"x-amz-decoded-content-length: {length}\r\n", Hello + "\r\n", sentence);
    }

    [Test]
    [Arguments("hello\r\n", "size of chunk 1 is not a hexadecimal number")]
    [Arguments("5\r\nhello!\r\n0\r\n\r\n", "Chunk 1 does not end with CRLF")]
    [Arguments("5\r\nhello\r\n", "before its last chunk")]
    [Arguments("5\r\nhello\r\n0\r\n\r\nmore", "behind the end")]
    [Arguments("", "before its last chunk")]
    public async Task Framing_Wrong_IsRefused(string body, string sentence)
    {
        await IsRefusedAsync(Hmac, "", body, sentence);
    }

    [Test]
    [Arguments(Hmac, "es")]
    [Arguments(HmacTrailer, "aoss")]
    [Arguments(Hmac, "vpc-lattice-svcs")]
    [Arguments("STREAMING-AWS4-HMAC-SHA256-EVENTS", "transcribe")]
    [Arguments("STREAMING-UNSIGNED-PAYLOAD-TRAILER", "es")]
    [Arguments("STREAMING-SOMETHING-NEW", "s3")]
    public async Task Body_InPiecesThatTheServiceDoesNotTake_IsRefused(string literal, string service)
    {
        await IsRefusedAsync(literal, "", Hello + "\r\n", "can be signed for S3 alone", service);
    }

    [Test]
    public async Task SizeLimit_CountsTheDataAndNotItsFraming()
    {
        // 5 bytes of data in some 270 bytes of framing.
        var taken = await SendFramedAsync(Hmac, "x-amz-decoded-content-length: 5\r\n", Hello + "\r\n", maxBodySizeBytes: 5);
        var declared = await SendFramedAsync(Hmac, "x-amz-decoded-content-length: 5\r\n", Hello + "\r\n", maxBodySizeBytes: 4);
        var counted = await SendFramedAsync(Hmac, "", Hello + "\r\n", maxBodySizeBytes: 4);

        await Assert.That(taken.Text).StartsWith("HTTP/1.1 200 ");
        foreach (var refused in (Exchange[])[declared, counted])
        {
            await Assert.That(refused.Text).StartsWith("HTTP/1.1 413 ").And.Contains("x-sigv4-proxy-error: body_too_large");
            await Assert.That(refused.Received).IsNull();
        }
    }

    [Test]
    public async Task SizeLimit_DeclaredBeyondIt_IsRefusedBeforeTheBodyIsRead()
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address, "s3") with { MaxBodySizeBytes = 10 });

        // The body never comes: only an answer given before it can end this.
        var answer = await RawCaller.HeadOfAnswerAsync(proxy.Address,
            $"PUT /b/k HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nx-amz-content-sha256: {Hmac}\r\n"
            + "x-amz-decoded-content-length: 11\r\nContent-Length: 200\r\n\r\n");

        await Assert.That(answer).StartsWith("HTTP/1.1 413 ");
    }

    [Test]
    [Arguments("x-amz-decoded-content-length: 5\r\n")]
    [Arguments("")]
    public async Task Body_CutShort_NeverReachesTheUpstream(string length)
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address, "s3"));

        using (var caller = new TcpClient())
        {
            await caller.ConnectAsync(proxy.Address.Host, proxy.Address.Port);
            await caller.GetStream().WriteAsync(Encoding.Latin1.GetBytes(
                $"PUT /b/k HTTP/1.1\r\nHost: localhost\r\nx-amz-content-sha256: {Hmac}\r\nContent-Length: 500\r\n{length}\r\n{Hello}"));
        }

        // A later request is answered: by then the cut one was given up.
        await Assert.That((await proxy.Client.GetAsync("/later")).StatusCode).IsEqualTo(HttpStatusCode.OK);
        await Assert.That((await aws.NextAsync()).RawTarget).IsEqualTo("/later");
        await Assert.That(aws.WasVisited).IsFalse();
    }

    [Test]
    public async Task Upstream_OfAnotherSecret_RefusesTheSignature()
    {
        // Guards the tests of this file: a signature over these headers and this body is really checked.
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await TestProxy.StartAsync(
            TestProxy.OptionsFor(aws.Address, "s3"),
            new FixedCredentials(TestProxy.WrongCredentials));

        var answer = await RawCaller.SendAsync(proxy.Address, Request(Hmac, $"Content-Length: {Hello.Length + 2}\r\n", Hello + "\r\n"));

        await Assert.That(answer).StartsWith("HTTP/1.1 403 ").And.Contains("SignatureDoesNotMatch");
    }

    private sealed record Exchange(string Text, ReceivedRequest? Received);

    private static async Task<ReceivedRequest> ArrivesAsync(string literal, string headers, string body, string service = "s3")
    {
        var exchange = await SendFramedAsync(literal, headers, body, service);

        await Assert.That(exchange.Text).StartsWith("HTTP/1.1 200 ");
        return exchange.Received!;
    }

    /// <summary>Refused both where the length is told, and the body is sent while it arrives, and where it is not.</summary>
    private static async Task IsRefusedAsync(string literal, string headers, string body, string sentence, string service = "s3")
    {
        string[] lengths = headers.Contains("decoded-content-length", StringComparison.Ordinal) ? [""] : ["", "x-amz-decoded-content-length: 5\r\n"];
        foreach (var length in lengths)
        {
            var exchange = await SendFramedAsync(literal, headers + length, body, service);

            await Assert.That(exchange.Text).StartsWith("HTTP/1.1 400 ").And.Contains("\"code\":\"bad_request\"").And.Contains(sentence);
            await Assert.That(exchange.Received).IsNull();
        }
    }

    private static string DataOf(ReceivedRequest request) => Encoding.Latin1.GetString(Verifier.Decode(request).Request!.Body);

    /// <summary>Sends a body under its length.</summary>
    private static Task<Exchange> SendFramedAsync(
        string literal, string headers, string body, string service = "s3", long maxBodySizeBytes = 1 << 30) =>
        SendAsync(literal, $"Content-Length: {body.Length}\r\n{headers}", body, service, maxBodySizeBytes);

    private static async Task<Exchange> SendAsync(
        string literal, string headers, string body, string service = "s3", long maxBodySizeBytes = 1 << 30)
    {
        await using var aws = await FakeAws.StartAsync();
        var options = TestProxy.OptionsFor(aws.Address, service) with { BufferSizeBytes = 65_536, MaxBodySizeBytes = maxBodySizeBytes };
        await using var proxy = await TestProxy.StartAsync(options);

        var text = await RawCaller.SendAsync(proxy.Address, Request(literal, headers, body));

        return new Exchange(text, aws.WasVisited ? await aws.NextAsync() : null);
    }

    private static string Request(string literal, string headers, string body) =>
        $"PUT /b/k HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nx-amz-content-sha256: {literal}\r\n{headers}\r\n{body}";
}
