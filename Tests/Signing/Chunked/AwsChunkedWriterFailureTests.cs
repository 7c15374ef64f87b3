using System.Text;
using AwsSigV4Proxy.Signing.Chunked;

namespace AwsSigV4Proxy.Tests.Signing.Chunked;

/// <summary>A body that turns out to be bad never looks complete, however often it is read again.</summary>
public class AwsChunkedWriterFailureTests
{
    [Test]
    [Arguments("", 1, "fewer")]
    [Arguments("abc", 4, "fewer")]
    [Arguments("abcd", 5, "fewer")]
    [Arguments("abcdefgh", 9, "fewer")]
    [Arguments("a", 0, "more")]
    [Arguments("abcd", 3, "more")]
    [Arguments("abcde", 4, "more")]
    [Arguments("abcdefghi", 8, "more")]
    [Arguments("abcdefghijkl", 3, "more")]
    public async Task Data_NotAsLongAsSaid_IsRefused(string data, long saidBytes, string word)
    {
        foreach (var (isSigned, bufferBytes) in ((bool, int)[])[(false, 1), (false, 1_000), (true, 1), (true, 1_000)])
        {
            await using var writer = new EncodedBody(data, [new("a", "1")], 4, isSigned).NewWriter(saidBytes: saidBytes);
            var failure = await FailsForGoodAsync<AwsChunkedFormatException>(writer, bufferBytes);

            await Assert.That(failure.Message)
                .IsEqualTo($"The chunks hold {word} than the {saidBytes} bytes that x-amz-decoded-content-length says.");
        }
    }

    [Test]
    [Arguments(1)]
    [Arguments(1_000)]
    public async Task Trailers_Fail_TheLastChunkDoesNotCome(int bufferBytes)
    {
        var asked = 0;
        await using var writer = new AwsChunkedWriter(
            new MemoryStream("abcde"u8.ToArray()), 5, version: null,
            () => asked++ == 0 ? throw new AwsChunkedFormatException("A trailer is missing.") : [], 4);

        await FailsForGoodAsync<AwsChunkedFormatException>(writer, bufferBytes);
        await Assert.That(asked).IsEqualTo(1);
    }

    /// <summary>What the failed read had taken is lost: a chunk less in the middle would be a whole body.</summary>
    [Test]
    [Arguments(1)]
    [Arguments(1_000)]
    public async Task Source_FailsOnce_NothingFollows(int bufferBytes)
    {
        await using var writer = new AwsChunkedWriter(new FailingStream("abcd"u8.ToArray(), atRead: 3), 4, version: null, chunkDataBytes: 2);

        await FailsForGoodAsync<IOException>(writer, bufferBytes);
    }

    private static async Task<TException> FailsForGoodAsync<TException>(AwsChunkedWriter writer, int bufferBytes)
        where TException : Exception
    {
        var (text, buffer) = (new StringBuilder(), new byte[bufferBytes]);
        var failure = await Assert.That(async () =>
        {
            while (await writer.ReadAsync(buffer) is > 0 and var read)
                text.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }).Throws<TException>();

        for (var again = 0; again < 3; again++)
            await Assert.That(async () => await writer.ReadAsync(buffer)).Throws<InvalidOperationException>();
        await Assert.That("\r\n" + text).DoesNotContain("\r\n0");
        return failure!;
    }

    /// <summary>A stream that gives one byte at each read, of which one fails as if nothing were the matter later.</summary>
    private sealed class FailingStream(byte[] content, int atRead) : MemoryStream(content)
    {
        private int _reads;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            ++_reads == atRead ? throw new IOException("reset") : base.ReadAsync(buffer[..Math.Min(buffer.Length, 1)], cancellationToken);
    }
}
