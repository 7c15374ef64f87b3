using System.Text;
using AwsSigV4Proxy.Signing.Chunked;

namespace AwsSigV4Proxy.Tests.Signing.Chunked;

/// <summary>
/// What came of decoding a body, as text of one character a byte: the data that was given before the end or the failure, the
/// trailers, a line each, and the failure's sentence or null.
/// </summary>
public sealed record DecodedBody(string Data, string Trailers, string? Failure)
{
    /// <summary>Decodes a body; a reader that refused one must go on refusing it.</summary>
    /// <param name="body">The body, one character a byte.</param>
    /// <param name="random">Cuts the input and the reads at random; null for one piece and large reads.</param>
    public static async Task<DecodedBody> OfAsync(string body, Random? random = null)
    {
        await using var reader = new AwsChunkedReader(new PiecewiseStream(Encoding.Latin1.GetBytes(body), random));
        var data = new StringBuilder();
        string? failure = null;
        try
        {
            var buffer = new byte[100_000];
            while (await reader.ReadAsync(buffer.AsMemory(0, random?.Next(1, 300) ?? buffer.Length)) is > 0 and var read)
                data.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }
        catch (AwsChunkedFormatException e)
        {
            failure = e.Message;
            await Assert.That((await Assert.That(async () => await reader.ReadAsync(new byte[1])).Throws<AwsChunkedFormatException>())!.Message)
                .IsEqualTo(failure);
        }

        return new DecodedBody(data.ToString(), string.Concat(reader.Trailers.Select(t => $"{t.Name}={t.Value}\n")), failure);
    }
}
