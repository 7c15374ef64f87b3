using System.Text;
using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Signing.Chunked;

namespace AwsSigV4Proxy.Tests.Signing.Chunked;

/// <summary>Each signature of AWS's own worked examples, from the one before it.</summary>
public class ChunkSignerTests
{
    [Test]
    [MethodDataSource(typeof(ChunkedExamples), nameof(ChunkedExamples.All))]
    public async Task SignChunk_OfWorkedExample_GivesTheDocumentedSignatures(ChunkedExample example)
    {
        using var signer = SignerOf(example);
        foreach (var (data, expected) in ChunkedExample.Chunks.Zip(example.ChunkSignatures))
            await Assert.That(SignChunk(signer, data)).IsEqualTo(expected);

        if (example.Trailer is not null)
            await Assert.That(SignTrailers(signer, example.Trailer + "\n")).IsEqualTo(example.TrailerSignature);
    }

    [Test]
    public async Task SignChunk_SameDataTwice_ContinuesFromTheFirstSignature()
    {
        using var signer = SignerOf(ChunkedExamples.All().First()());

        await Assert.That(SignChunk(signer, "a")).IsNotEqualTo(SignChunk(signer, "a"));
    }

    [Test]
    public async Task Dispose_Signer_SignsNoMore()
    {
        var signer = SignerOf(ChunkedExamples.All().First()());
        signer.Dispose();

        await Assert.That(() => SignChunk(signer, ChunkedExample.Chunks[0])).Throws<ObjectDisposedException>();
    }

    /// <summary>As a request is signed: the seed is not given but made.</summary>
    internal static ChunkSigner SignerOf(ChunkedExample example)
    {
        var (head, credentials) = (example.Head, WorkedExamples.S3Credentials);
        var signer = new SigV4Signer(head.Scope);
        var signed = signer.Sign(
            head.Method, head.RequestTarget, head.Host, head.CallerHeaders, head.Hash, sendContentSha256: false, credentials, head.At);
        return signer.SignChunks(signed, credentials, head.At);
    }

    private static string SignChunk(ChunkSigner signer, string data)
    {
        Span<byte> signature = stackalloc byte[signer.SignatureBytes];
        // In two pieces, as data arrives.
        signer.AppendData(Encoding.Latin1.GetBytes(data[..(data.Length / 2)]));
        signer.AppendData(Encoding.Latin1.GetBytes(data[(data.Length / 2)..]));
        signer.SignChunk(signature);
        return Encoding.Latin1.GetString(signature);
    }

    private static string SignTrailers(ChunkSigner signer, string canonicalTrailers)
    {
        Span<byte> signature = stackalloc byte[signer.SignatureBytes];
        signer.SignTrailers(Encoding.Latin1.GetBytes(canonicalTrailers), signature);
        return Encoding.Latin1.GetString(signature);
    }
}
