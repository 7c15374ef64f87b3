using System.Text;
using AwsSigV4Proxy.Hosting.Demo;
using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Signing.Chunked;
using AwsSigV4Proxy.Tests.Fakes;

namespace AwsSigV4Proxy.Tests.Signing.Chunked;

/// <summary>
/// Whole bodies signed with Signature Version 4A: a verifier that shares nothing with the writer decodes them to what they were
/// made of, and their length, though their signatures vary in theirs, is the one that was said before.
/// </summary>
public class SigV4aBodyTests
{
    private static readonly DateTimeOffset Time = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private static readonly SigV4aSigner Signer = new("s3", "*");

    [Test]
    public async Task Body_OfRandomData_IsVerifiedAndHasTheLengthThatWasSaid()
    {
        var random = new Random(20130524);
        for (var i = 0; i < 20; i++)
        {
            var (data, trailers, chunkDataBytes) = (Data(random), Trailers(random), random.Next(8_192, 20_000));
            var request = await SendAsync(data, trailers, chunkDataBytes, random);
            var lengthBytes = AwsChunkedFraming.LengthBytes(data.Length, chunkDataBytes, SignatureVersion.V4a, [.. trailers.Select(t => t.Name)]);

            var decoded = new ChunkVerifier(WorkedExamples.S3Credentials.SecretAccessKey).Decode(request);
            await Assert.That(decoded.Refusal).IsNull();
            await Assert.That(Convert.ToHexString(decoded.Request!.Body)).IsEqualTo(Convert.ToHexString(data));
            foreach (var (name, value) in trailers)
                await Assert.That(decoded.Request.Header(name)).IsEqualTo(value);
            await Assert.That(lengthBytes).IsEqualTo(request.Body.Length);
            await Assert.That(await DecodedBody.OfAsync(Encoding.Latin1.GetString(request.Body), random))
                .IsEqualTo(new DecodedBody(Encoding.Latin1.GetString(data), string.Concat(trailers.Select(t => $"{t.Name}={t.Value}\n")), null));
        }
    }

    [Test]
    [Arguments(";chunk-signature=30", ";chunk-signature=31")] // no DER
    [Arguments("\r\naaaa", "\r\naaab")]
    [Arguments("x-amz-checksum-crc32:AAAA", "x-amz-checksum-crc32:AAAB")]
    [Arguments("x-amz-trailer-signature:30", "x-amz-trailer-signature:31")]
    public async Task Decode_ChangedUnderWay_IsRefused(string from, string to)
    {
        var request = await SendAsync([.. Enumerable.Repeat((byte)'a', 20_000)], [new("x-amz-checksum-crc32", "AAAAAA==")], 8_192, new Random(1));
        var body = Encoding.Latin1.GetString(request.Body);
        var changed = body.Remove(body.IndexOf(from, StringComparison.Ordinal), from.Length).Insert(body.IndexOf(from, StringComparison.Ordinal), to);

        var decoded = new ChunkVerifier(WorkedExamples.S3Credentials.SecretAccessKey).Decode(request with { Body = Encoding.Latin1.GetBytes(changed) });

        await Assert.That(decoded.Refusal).StartsWith("SignatureDoesNotMatch");
    }

    [Test]
    public async Task Decode_SignaturesNotFilledUp_IsRefused()
    {
        var request = await SendAsync([], [], 8_192, new Random(1));
        var body = Encoding.Latin1.GetString(request.Body).Replace("*", "", StringComparison.Ordinal).Replace("\r\n\r\n", "***\r\n\r\n", StringComparison.Ordinal);

        var decoded = new ChunkVerifier(WorkedExamples.S3Credentials.SecretAccessKey).Decode(request with { Body = Encoding.Latin1.GetBytes(body) });

        await Assert.That(decoded.Refusal).StartsWith("IncompleteBody: a signature is not filled up");
    }

    [Test]
    public async Task Decode_HeadSignedOtherwise_IsRefused()
    {
        var request = await SendAsync([1], [], 8_192, new Random(1));
        var headers = request.Headers.Select(h => KeyValuePair.Create(h.Key, h.Value.Replace("AWS4-ECDSA-P256-SHA256 ", "AWS4-HMAC-SHA256 ", StringComparison.Ordinal)));

        var decoded = new ChunkVerifier(WorkedExamples.S3Credentials.SecretAccessKey).Decode(request with { Headers = [.. headers] });

        await Assert.That(decoded.Refusal).StartsWith("SignatureDoesNotMatch: chunks of AWS4-ECDSA-P256-SHA256 behind a head signed otherwise");
    }

    [Test]
    public async Task HeaderBytes_OfTheLargestChunk_LeavesRoomInTheBuffersOnTheWay() =>
        await Assert.That(AwsChunkedFraming.HeaderBytes(AwsChunkedFraming.ChunkDataBytes, SignatureVersion.V4a) + AwsChunkedFraming.ChunkDataBytes + 2)
            .IsLessThanOrEqualTo(65_536);

    /// <summary>Signs a request and encodes its body, as the proxy does, and gives what arrives.</summary>
    private static async Task<ReceivedRequest> SendAsync(byte[] data, TrailerField[] trailers, int chunkDataBytes, Random random)
    {
        var credentials = WorkedExamples.S3Credentials;
        var head = Signer.Sign(
            "PUT", RequestTarget.FromCaller("/key"), "h", [], Signer.Version.StreamingPayload(trailers.Length > 0), false, credentials, Time);
        await using var writer = new AwsChunkedWriter(
            new PiecewiseStream(data, random), data.Length, Signer.Version, trailers.Length > 0 ? () => trailers : null, chunkDataBytes);
        writer.SignWith(Signer.SignChunks(head, credentials, Time));
        var most = random.GetItems([100, chunkDataBytes, 50_000], 1)[0];
        var body = await EncodedBody.ReadAsync(writer, () => random.Next(1, most));
        return new ReceivedRequest(
            "PUT", "/key",
            [
                new("authorization", head.Authorization!), new("x-amz-date", head.Date!), new("x-amz-content-sha256", head.ContentSha256!),
                new("x-amz-decoded-content-length", $"{data.Length}"), new("x-amz-trailer", string.Join(',', trailers.Select(t => t.Name))),
            ],
            Encoding.Latin1.GetBytes(body));
    }

    private static byte[] Data(Random random)
    {
        var data = new byte[random.Next(5) == 0 ? random.Next(2) : random.Next(60_000)];
        random.NextBytes(data);
        return data;
    }

    private static TrailerField[] Trailers(Random random)
    {
        TrailerField[] all = [new("x-amz-checksum-crc32", "NhCmhg=="), new("x-amz-checksum-sha256", new string('A', 43) + "=")];
        return all[..random.Next(3)];
    }
}
