namespace AwsSigV4Proxy.Hosting;

/// <summary>
/// Counts log lines that were lost. Made before everything else that is told of them: the first line may be one.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class LogDrops
{
    private long _count;

    /// <summary>All so far.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>More are lost.</summary>
    public void Add(int lines) => Interlocked.Add(ref _count, lines);
}
