using System.Text;
using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Signing.Chunked;
using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Tests.Signing.Chunked;

/// <summary>A body to encode, as text of one character a byte, and what encoding it gives.</summary>
/// <param name="Data">The data.</param>
/// <param name="Trailers">The trailers that follow.</param>
/// <param name="ChunkDataBytes">Data in each chunk but the last ones, in bytes.</param>
/// <param name="IsSigned">Whether chunks and trailers are signed.</param>
internal sealed record EncodedBody(string Data, TrailerField[] Trailers, int ChunkDataBytes, bool IsSigned)
{
    private const string Seed = "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e";
    private static readonly DateTimeOffset Time = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    /// <summary>How it is signed, or null.</summary>
    public SignatureVersion? Version => IsSigned ? SignatureVersion.V4 : null;

    /// <summary>Signs bodies that belong to no request.</summary>
    public static ChunkSigner NewSigner() => new SigV4ChunkSigner(new byte[SigningKey.SizeBytes], Time, new CredentialScope("us-east-1", "s3"), Seed);

    /// <summary>A writer of this body.</summary>
    /// <param name="random">Cuts the data at random; null for as much as there is room for.</param>
    /// <param name="saidBytes">How long the data is said to be; null for the truth.</param>
    public AwsChunkedWriter NewWriter(Random? random = null, long? saidBytes = null)
    {
        var data = new PiecewiseStream(Encoding.Latin1.GetBytes(Data), random);
        var writer = new AwsChunkedWriter(data, saidBytes ?? Data.Length, Version, () => Trailers, ChunkDataBytes);
        if (IsSigned)
            writer.SignWith(NewSigner());
        return writer;
    }

    /// <summary>Reads a writer to its end.</summary>
    /// <param name="writer">The writer.</param>
    /// <param name="bufferBytes">Gives the size of the buffer for each read.</param>
    public static async Task<string> ReadAsync(AwsChunkedWriter writer, Func<int> bufferBytes)
    {
        var text = new StringBuilder();
        while (true)
        {
            var buffer = new byte[bufferBytes()];
            var read = await writer.ReadAsync(buffer);
            if (read == 0)
                return text.ToString();
            text.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }
    }

    /// <summary>The same, written without <see cref="AwsChunkedWriter"/>, all of it at hand.</summary>
    public string ByTheGrammar()
    {
        using var signer = NewSigner();
        var body = new StringBuilder();
        foreach (var chunk in Data.Chunk(ChunkDataBytes).Append([]))
        {
            body.Append(chunk.Length.ToString("x", null));
            if (IsSigned)
                body.Append(";chunk-signature=").Append(Sign(chunk, SignChunk));
            body.Append("\r\n").Append(chunk).Append(chunk.Length > 0 ? "\r\n" : "");
        }

        var sorted = Trailers.Select(t => (Name: t.Name.ToLowerInvariant(), t.Value)).OrderBy(t => t.Name, StringComparer.Ordinal).ToArray();
        body.Append(string.Concat(sorted.Select(t => $"{t.Name}:{t.Value}\r\n")));
        if (IsSigned && sorted.Length > 0)
        {
            var signature = Sign([.. string.Concat(sorted.Select(t => $"{t.Name}:{t.Value}\n"))], signer.SignTrailers);
            body.Append("x-amz-trailer-signature:").Append(signature).Append("\r\n");
        }

        return body.Append("\r\n").ToString();

        void SignChunk(ReadOnlySpan<byte> data, Span<byte> signature)
        {
            signer.AppendData(data);
            signer.SignChunk(signature);
        }
    }

    private static string Sign(char[] text, Action<ReadOnlySpan<byte>, Span<byte>> sign)
    {
        Span<byte> signature = stackalloc byte[SignatureVersion.V4.ChunkSignatureBytes];
        sign(Encoding.Latin1.GetBytes(text), signature);
        return Encoding.Latin1.GetString(signature);
    }
}
