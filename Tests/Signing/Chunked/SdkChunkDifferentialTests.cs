using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Amazon.Runtime;
using Amazon.Runtime.Internal.Auth;
using Amazon.Runtime.Internal.Util;
using AwsSigV4Proxy.Signing.Chunked;
using AwsSigV4Proxy.Signing.Keys;
using SignatureVersion = AwsSigV4Proxy.Signing.SignatureVersion;

namespace AwsSigV4Proxy.Tests.Signing.Chunked;

/// <summary>
/// Encodes generated bodies with this project's writer and with AWSSDK.Core's, an implementation by other people: both must
/// give the same bytes.
/// </summary>
public partial class SdkChunkDifferentialTests
{
    private static readonly DateTimeOffset Time = new(2026, 1, 31, 23, 59, 59, TimeSpan.Zero);
    private static readonly CredentialScope Scope = new("eu-central-1", "s3");

    /// <summary>The SDK has one size of chunk, and sends the trailers' names as they are.</summary>
    [Test]
    public async Task Body_OfTheSdksChunkSize_HasTheSdksBytes()
    {
        var random = new Random(20130524);
        var chunkDataBytes = ChunkedUploadWrapperStream.DefaultChunkSize;
        for (var i = 0; i < 100; i++)
        {
            var seed = NewSeed(random);
            var data = new byte[random.Next(4) switch { 0 => random.Next(100), 1 => random.Next(4) * chunkDataBytes, _ => random.Next(300_000) }];
            random.NextBytes(data);
            var trailers = Checksums(random);
            var (expected, expectedBytes) = EncodeWithSdk(data, trailers, seed, random);
            var lengthBytes = AwsChunkedFraming.LengthBytes(data.Length, chunkDataBytes, SignatureVersion.V4, [.. trailers.Select(t => t.Name)]);

            await Assert.That(await EncodeAsync(data, trailers, seed, chunkDataBytes)).IsEqualTo(expected);
            await Assert.That(lengthBytes).IsEqualTo(expectedBytes);
        }
    }

    /// <summary>The SDK signs chunks with Signature Version 4A only by a native library, but knows how long they are.</summary>
    [Test]
    public async Task LengthBytes_InVersion4A_IsTheSdks()
    {
        var random = new Random(20130526);
        for (var i = 0; i < 100; i++)
        {
            var (dataBytes, trailers) = (random.Next(300_000), Checksums(random));
            var expected = ChunkedUploadWrapperStream.ComputeChunkedContentLength(
                dataBytes, ChunkedUploadWrapperStream.V4A_SIGNATURE_LENGTH, trailers.ToDictionary(t => t.Name, t => t.Value), CoreChecksumAlgorithm.NONE);
            var actual = AwsChunkedFraming.LengthBytes(
                dataBytes, ChunkedUploadWrapperStream.DefaultChunkSize, SignatureVersion.V4a, [.. trailers.Select(t => t.Name)]);

            await Assert.That(actual).IsEqualTo(expected);
        }
    }

    [Test]
    public async Task Body_OfAnyChunkSize_HasTheSignaturesOfTheSdk()
    {
        var random = new Random(20130525);
        for (var i = 0; i < 1_000; i++)
        {
            var (seed, chunkDataBytes) = (NewSeed(random), random.Next(1, 10_000));
            var data = new byte[random.Next(3 * chunkDataBytes)];
            random.NextBytes(data);
            var trailers = Trailers(random);

            var signatures = SignaturePattern().Matches(await EncodeAsync(data, trailers, seed, chunkDataBytes)).Select(m => m.Value);
            await Assert.That(string.Join('\n', signatures)).IsEqualTo(string.Join('\n', SdkSigner.Signatures(data, trailers, seed, chunkDataBytes)));
        }
    }

    /// <summary>The signature of a request that never was.</summary>
    private static AWS4SigningResult NewSeed(Random random)
    {
        var (access, secret) = (WorkedExamples.S3Credentials.AccessKeyId, WorkedExamples.S3Credentials.SecretAccessKey);
        return AWS4Signer.ComputeSignature(
            access, secret, Scope.Region, Time.UtcDateTime, Scope.Service, "host", random.Next().ToString(CultureInfo.InvariantCulture));
    }

    private static TrailerField[] Checksums(Random random)
    {
        string[] names = ["x-amz-checksum-crc32", "x-amz-checksum-crc64nvme", "x-amz-checksum-sha256"];
        random.Shuffle(names);
        return
        [
            .. names.Take(random.Next(3))
                .Select(name => new TrailerField(name, new string('A', AwsChunkedFraming.ChecksumLength(name)!.Value))),
        ];
    }

    private static TrailerField[] Trailers(Random random)
    {
        string[] names =
            ["x-amz-checksum-crc32", "X-Amz-Checksum-SHA256", "x-amz-meta-b", "X-AMZ-Meta-a", "x-amz-meta-a_b", "x-amz-meta-a-b"];
        random.Shuffle(names);
        string[] values = ["DUoRhQ==", "", "a  b   c", "1:2,\"3\""];
        return [.. names.Take(random.Next(1, names.Length)).Select(name => new TrailerField(name, random.GetItems(values, 1)[0]))];
    }

    private static async Task<string> EncodeAsync(byte[] data, TrailerField[] trailers, AWS4SigningResult seed, int chunkDataBytes)
    {
        await using var writer = new AwsChunkedWriter(new MemoryStream(data), data.Length, SignatureVersion.V4, () => trailers, chunkDataBytes);
        writer.SignWith(new SigV4ChunkSigner(seed.GetSigningKey(), Time, Scope, seed.Signature));
        return await EncodedBody.ReadAsync(writer, () => 100_000);
    }

    /// <summary>The SDK's body, its sizes in lower case, and the length that the SDK announces for it.</summary>
    private static (string Body, long LengthBytes) EncodeWithSdk(byte[] data, TrailerField[] trailers, AWS4SigningResult seed, Random random)
    {
        var fields = trailers.ToDictionary(t => t.Name, t => t.Value);
        var bufferBytes = random.Next(1_000, 100_000);
        using var source = new MemoryStream(data);
        using var stream = trailers.Length > 0
            ? new ChunkedUploadWrapperStream(source, bufferBytes, seed, CoreChecksumAlgorithm.NONE, fields, cachedChecksum: null)
            : NewWithoutTrailers(source, bufferBytes, seed);
        using var body = new MemoryStream();
        stream.CopyTo(body);
        var text = SizePattern().Replace(Encoding.Latin1.GetString(body.ToArray()), size => size.Value.ToLowerInvariant());
        var length = ChunkedUploadWrapperStream.ComputeChunkedContentLength(
            data.Length, ChunkedUploadWrapperStream.V4_SIGNATURE_LENGTH, fields, CoreChecksumAlgorithm.NONE);
        return (text, length);
    }

    /// <summary>Its own assembly alone may make one without trailers.</summary>
    private static ChunkedUploadWrapperStream NewWithoutTrailers(Stream source, int bufferBytes, AWS4SigningResult seed) =>
        (ChunkedUploadWrapperStream)Activator.CreateInstance(
            typeof(ChunkedUploadWrapperStream), BindingFlags.Instance | BindingFlags.NonPublic, null, [source, bufferBytes, seed], null)!;

    [GeneratedRegex("[0-9A-F]+(?=;chunk-signature=)")]
    private static partial Regex SizePattern();

    [GeneratedRegex("(?<=;chunk-signature=|x-amz-trailer-signature:)[0-9a-f]{64}")]
    private static partial Regex SignaturePattern();

    /// <summary>What the SDK signs, of chunks of any size.</summary>
    private sealed class SdkSigner : AWS4Signer
    {
        public static IEnumerable<string> Signatures(byte[] data, TrailerField[] trailers, AWS4SigningResult seed, int chunkDataBytes)
        {
            var previous = seed.Signature;
            foreach (var chunk in data.Chunk(chunkDataBytes).Append([]))
            {
                yield return previous = Sign(seed, ChunkedUploadWrapperStream.BuildChunkedStringToSign(
                    "AWS4-HMAC-SHA256-PAYLOAD", seed.ISO8601DateTime, seed.Scope, previous, chunk.Length, chunk));
            }

            var canonical = CanonicalizeHeaders(SortAndPruneHeaders(trailers.Select(t => KeyValuePair.Create(t.Name, t.Value))));
            yield return Sign(seed, string.Join(
                '\n', "AWS4-HMAC-SHA256-TRAILER", seed.ISO8601DateTime, seed.Scope, previous, Convert.ToHexStringLower(ComputeHash(canonical))));
        }

        private static string Sign(AWS4SigningResult seed, string stringToSign) =>
            Convert.ToHexStringLower(SignBlob(seed.GetSigningKey(), stringToSign));
    }
}
