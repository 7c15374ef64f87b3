using System.Globalization;

namespace AwsSigV4Proxy.Benchmarks.Traffic;

/// <summary>A body and what a request's head says of it.</summary>
internal sealed record Upload(RepeatedBody Body, IReadOnlyList<string> HeaderLines)
{
    /// <summary>The names that <see cref="Create"/> takes: the ways in which callers send a body.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["plain", "chunked", "hashed", "unsigned", "unsigned-trailer", "signed-chunks", "signed-chunks-trailer"];

    /// <summary>Makes one, or returns null where no body is called so.</summary>
    public static Upload? Create(string name, long dataBytes) => name switch
    {
        "plain" => Plain(dataBytes),
        // HTTP's chunks: the length is unknown to whoever reads it.
        "chunked" => new(RepeatedBody.HttpChunked(dataBytes), ["transfer-encoding: chunked"]),
        "hashed" => Plain(dataBytes, $"x-amz-content-sha256: {RepeatedBody.HashOf(dataBytes)}"),
        "unsigned" => Plain(dataBytes, "x-amz-content-sha256: UNSIGNED-PAYLOAD"),
        "unsigned-trailer" => AwsChunked(dataBytes, "STREAMING-UNSIGNED-PAYLOAD-TRAILER", isSigned: false, hasTrailer: true),
        "signed-chunks" => AwsChunked(dataBytes, "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", isSigned: true, hasTrailer: false),
        "signed-chunks-trailer" => AwsChunked(dataBytes, "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", isSigned: true, hasTrailer: true),
        _ => null,
    };

    private static Upload Plain(long dataBytes, params string[] headerLines)
    {
        var body = RepeatedBody.Plain(dataBytes);
        return new(body, [LengthOf(body), .. headerLines]);
    }

    private static Upload AwsChunked(long dataBytes, string contentSha256, bool isSigned, bool hasTrailer)
    {
        var body = RepeatedBody.AwsChunked(dataBytes, isSigned, hasTrailer);
        string[] trailer = hasTrailer ? ["x-amz-trailer: x-amz-checksum-crc32"] : [];
        return new(body,
        [
            LengthOf(body),
            $"x-amz-content-sha256: {contentSha256}",
            string.Create(CultureInfo.InvariantCulture, $"x-amz-decoded-content-length: {dataBytes}"),
            "content-encoding: aws-chunked",
            .. trailer,
        ]);
    }

    private static string LengthOf(RepeatedBody body) =>
        string.Create(CultureInfo.InvariantCulture, $"content-length: {body.LengthBytes}");
}
