using AwsSigV4Proxy.Hosting.Forwarding;

namespace AwsSigV4Proxy.Hosting.Telemetry;

/// <summary>When the upstream answered last, and when it failed last, for <c>/ready</c>.</summary>
/// <remarks>Thread-safe: of requests that end together any one may be the last.</remarks>
/// <param name="time">The clock.</param>
internal sealed class UpstreamStatus(TimeProvider time)
{
    private long _successTicks;
    private Tuple<DateTimeOffset, string>? _failure;

    /// <summary>When it answered last, with whatever but a failure of its own (5xx); null while it has not.</summary>
    public DateTimeOffset? LastSuccess => Volatile.Read(ref _successTicks) is > 0 and var ticks ? new(ticks, TimeSpan.Zero) : null;

    /// <summary>When it failed last; null while it has not.</summary>
    public DateTimeOffset? LastFailure => Volatile.Read(ref _failure)?.Item1;

    /// <summary>How it failed then: a status, or the code of the proxy's failure.</summary>
    public string? LastFailureCode => Volatile.Read(ref _failure)?.Item2;

    /// <summary>A request has ended.</summary>
    public void Note(RequestRecord record)
    {
        if (record.Origin == RequestRecord.OfUpstream && record.Status < StatusCodes.Status500InternalServerError)
            Volatile.Write(ref _successTicks, time.GetUtcNow().UtcTicks);
        else if (record.Origin == RequestRecord.OfUpstream)
            Fail($"{record.Status}");
        else if (record.Origin.StartsWith(ProxyError.UpstreamPrefix, StringComparison.Ordinal))
            Fail(record.Origin);
    }

    private void Fail(string code) => Volatile.Write(ref _failure, new(time.GetUtcNow(), code));
}
