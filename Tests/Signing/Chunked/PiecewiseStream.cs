namespace AwsSigV4Proxy.Tests.Signing.Chunked;

/// <summary>A stream that gives a random number of bytes at each read, as a socket does.</summary>
/// <param name="content">All that there is to read.</param>
/// <param name="random">Cuts the reads; null for as much as there is room for.</param>
internal sealed class PiecewiseStream(byte[] content, Random? random) : MemoryStream(content)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        base.ReadAsync(random is null ? buffer : buffer[..Math.Min(buffer.Length, random.Next(1, random.Next(2, 200)))], cancellationToken);
}
