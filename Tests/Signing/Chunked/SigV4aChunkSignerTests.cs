using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Signing.Chunked;
using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Tests.Signing.Chunked;

/// <summary>
/// Chunks signed with Signature Version 4A, as in https://github.com/awslabs/aws-c-auth, tests/test_chunked_signing.c: the
/// documentation's upload of 66,560 times the letter 'a' (<see cref="ChunkedExample"/>), its texts and its public key.
/// </summary>
public partial class SigV4aChunkSignerTests
{
    private const string X = "18b7d04643359f6ec270dcbab8dce6d169d66ddc9778c75cfb08dfdb701637ab";
    private const string Y = "fa36b35e4fe67e3112261d2e17a956ef85b06e44712d2850bcd3c2161e9993f2";
    private const string Empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    /// <summary>What stands behind the signature before, in the strings to sign of the three chunks.</summary>
    private static readonly string[] ChunkHashes =
    [
        $"{Empty}\nbf718b6f653bebc184e1479f1935b8da974d701b893afcf49e701f3e2f9f9c5a",
        $"{Empty}\n2edc986847e209b4016e141a6dc8716d3207350f416969382d431539bf292e4a",
        $"{Empty}\n{Empty}",
    ];

    private const string TrailerHash = "83d8f190334fb741bc8daf73c891689d320bd8017756bc730c540021ed48001f";

    private static readonly SigningCredentials Credentials = WorkedExamples.S3Credentials;
    private static readonly DateTimeOffset Time = new(2013, 5, 24, 0, 0, 0, TimeSpan.Zero);
    private static readonly SigV4aSigner Signer = new("s3", "us-east-1");

    [Test]
    [Arguments(false)]
    [Arguments(true)]
    public async Task Explain_PublishedHead_GivesThePublishedCanonicalRequest(bool hasTrailers)
    {
        var (name, value, suffix) = hasTrailers ? (";x-amz-trailer", "x-amz-trailer:first,second,third\n", "-TRAILER") : ("", "", "");
        var explanation = Signer.Explain(
            "PUT", RequestTarget.FromCaller("/examplebucket/chunkObject.txt"), "s3.amazonaws.com", Headers(hasTrailers),
            Signer.Version.StreamingPayload(hasTrailers), sendContentSha256: false, Credentials, Time);

        await Assert.That(explanation.CanonicalRequest).IsEqualTo(
            "PUT\n/examplebucket/chunkObject.txt\n\ncontent-encoding:aws-chunked\ncontent-length:66824\nhost:s3.amazonaws.com\n"
            + $"x-amz-content-sha256:STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD{suffix}\nx-amz-date:20130524T000000Z\n"
            + $"x-amz-decoded-content-length:66560\nx-amz-region-set:us-east-1\nx-amz-storage-class:REDUCED_REDUNDANCY\n{value}\n"
            + "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-region-set;"
            + $"x-amz-storage-class{name}\nSTREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD{suffix}");
    }

    /// <summary>Signatures are of 70 to 72 bytes, the rare ones shorter: often enough that each length is seen.</summary>
    [Test]
    public async Task SignChunk_PublishedData_IsVerifiedByThePublishedKey()
    {
        using var key = PublicKey.Of(X, Y);
        var lengths = new HashSet<int>();
        for (var i = 0; i < 30; i++)
        {
            var head = SignHead();
            using var signer = Signer.SignChunks(head, Credentials, Time);
            var previous = head.HeaderSignature.ToString();
            foreach (var (data, hashes) in ChunkedExample.Chunks.Zip(ChunkHashes))
            {
                signer.AppendData(Encoding.ASCII.GetBytes(data));
                var written = Written(signer, signer.SignChunk);
                previous = await Verify(key, "AWS4-ECDSA-P256-SHA256-PAYLOAD", previous, hashes, written);
                lengths.Add(previous.Length);
            }

            await Verify(key, "AWS4-ECDSA-P256-SHA256-TRAILER", previous, TrailerHash, Written(signer, s => signer.SignTrailers("first:1st\nsecond:2nd\nthird:3rd\n"u8, s)));
        }

        await Assert.That(lengths.Count).IsGreaterThan(1);
    }

    [Test]
    public async Task Dispose_Signer_SignsNoMore()
    {
        var signer = Signer.SignChunks(SignHead(), Credentials, Time);
        signer.Dispose();

        await Assert.That(() => Written(signer, signer.SignChunk)).Throws<ObjectDisposedException>();
    }

    /// <summary>Checks a signature over the one before, and gives it without what fills it up.</summary>
    private static async Task<string> Verify(ECDsa key, string algorithm, string previous, string hashes, string written)
    {
        var match = WrittenPattern().Match(written);
        await Assert.That(match.Success && written.Length == 144).IsTrue().Because(written);
        var signature = match.Groups["signature"].Value;
        var stringToSign = $"{algorithm}\n20130524T000000Z\n20130524/s3/aws4_request\n{previous}\n{hashes}";
        await Assert.That(key.VerifyData(
            Encoding.ASCII.GetBytes(stringToSign), Convert.FromHexString(signature), HashAlgorithmName.SHA256,
            DSASignatureFormat.Rfc3279DerSequence)).IsTrue();
        return signature;
    }

    private static SigningInstructions SignHead() => Signer.Sign(
        "PUT", RequestTarget.FromCaller("/examplebucket/chunkObject.txt"), "s3.amazonaws.com", Headers(hasTrailers: false),
        PayloadHash.StreamingEcdsa, sendContentSha256: false, Credentials, Time);

    private static SignedHeader[] Headers(bool hasTrailers) =>
    [
        new("content-encoding", "aws-chunked"), new("content-length", "66824"), new("x-amz-decoded-content-length", "66560"),
        new("x-amz-storage-class", "REDUCED_REDUNDANCY"),
        .. hasTrailers ? [new SignedHeader("x-amz-trailer", "first,second,third")] : Array.Empty<SignedHeader>(),
    ];

    private static string Written(ChunkSigner signer, Action<Span<byte>> sign)
    {
        Span<byte> signature = stackalloc byte[signer.SignatureBytes];
        sign(signature);
        return Encoding.ASCII.GetString(signature);
    }

    [GeneratedRegex("^(?<signature>([0-9a-f]{2})+)\\**$")]
    private static partial Regex WrittenPattern();
}
