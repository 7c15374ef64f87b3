using AwsSigV4Proxy.Signing.Chunked;

namespace AwsSigV4Proxy.Tests.Signing.Chunked;

/// <summary>
/// An upload in signed chunks of AWS's documentation, with every signature that it prints: 66,560 times the letter 'a' in
/// chunks of 64 KiB.
/// </summary>
/// <param name="Head">The request, whose signature is the seed.</param>
/// <param name="ChunkSignatures">Those of the two chunks and of the last, empty one.</param>
/// <param name="Trailer">The trailer's line without its CRLF, or null for none.</param>
/// <param name="TrailerSignature">The signature behind it.</param>
/// <param name="BodyBytes">How long the encoded body is.</param>
public sealed record ChunkedExample(
    WorkedExample Head, string[] ChunkSignatures, string? Trailer, string? TrailerSignature, int BodyBytes)
{
    public const int DataBytes = 66_560;
    public const int ChunkDataBytes = 65_536;

    public static string Data { get; } = new('a', DataBytes);

    /// <summary>The chunks' data, the last one's too.</summary>
    internal static string[] Chunks { get; } = [Data[..ChunkDataBytes], Data[ChunkDataBytes..], ""];

    internal TrailerField[] Trailers => Trailer?.Split(':') is [var name, var value] ? [new TrailerField(name, value)] : [];

    /// <summary>The seed: the end of the documented <c>Authorization</c>.</summary>
    public string SeedSignature => Head.Authorization[^64..];

    /// <summary>The whole body as it is sent.</summary>
    public string Body =>
        $"10000;chunk-signature={ChunkSignatures[0]}\r\n{Chunks[0]}\r\n"
        + $"400;chunk-signature={ChunkSignatures[1]}\r\n{Chunks[1]}\r\n"
        + $"0;chunk-signature={ChunkSignatures[2]}\r\n"
        + (Trailer is null ? "" : $"{Trailer}\r\nx-amz-trailer-signature:{TrailerSignature}\r\n")
        + "\r\n";

    public override string ToString() => Head.Name;
}
