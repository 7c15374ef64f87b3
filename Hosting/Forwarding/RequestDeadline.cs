using System.Diagnostics;
using AwsSigV4Proxy.Hosting.Commands;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>What a request waits for: in this order, in most requests.</summary>
internal enum Awaited
{
    /// <summary>Nothing that has a limit here.</summary>
    Nothing,

    /// <summary>More of the caller's body.</summary>
    BodyFromCaller,

    /// <summary>
    /// A connection on which the body can be sent. The client limits it by <c>--connect-timeout</c>; the limit here is but for
    /// what comes between that and the first byte.
    /// </summary>
    Connection,

    /// <summary>The upstream, which is to take more of the body.</summary>
    BodyTakenUpstream,

    /// <summary>The answer's headers, after the last byte of the request.</summary>
    AnswerHeaders,

    /// <summary>More of the answer.</summary>
    AnswerFromUpstream,

    /// <summary>The caller, which is to take more of the answer.</summary>
    AnswerTakenByCaller,

    /// <summary>Bytes in either direction of an upgraded connection.</summary>
    Tunnel,
}

/// <summary>
/// The time limits of one request: one timer, set anew with every step forward, for whatever is awaited next. Silence is
/// limited, by <c>--idle-timeout</c> or <c>--request-timeout</c>; the whole never is.
/// </summary>
internal sealed class RequestDeadline(ProxyOptions options) : IDisposable
{
    /// <summary>
    /// The timer is not touched again within this time, so that a fast transfer does not pay for it with every piece.
    /// Arbitrary: far below any limit that makes sense.
    /// </summary>
    private const long ResolutionMilliseconds = 20;

    private readonly CancellationTokenSource _source = new();
    private volatile Awaited _awaited;
    private volatile bool _isAnswered;
    private long _setAt;
    private long _sentAt;

    /// <summary>Cancelled when a limit passes.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>What did not come in time, or null while everything did.</summary>
    public Awaited? Missed => _source.IsCancellationRequested ? _awaited : null;

    /// <summary>The time since the last byte of the request was sent; null before.</summary>
    public TimeSpan? SinceSent => _sentAt == 0 ? null : Stopwatch.GetElapsedTime(_sentAt);

    /// <summary>The limit of what is awaited.</summary>
    public TimeSpan LimitOf(Awaited what) => what switch
    {
        Awaited.Nothing => Timeout.InfiniteTimeSpan,
        Awaited.Connection => options.ConnectTimeout + options.RequestTimeout,
        Awaited.AnswerHeaders => options.RequestTimeout,
        _ => options.IdleTimeout,
    };

    /// <summary>
    /// A step forward was made; from now on this is awaited. Once the answer has begun, steps of the body that is still on its
    /// way count as forward, but what is awaited is the answer.
    /// </summary>
    public void Await(Awaited what)
    {
        if (_source.IsCancellationRequested)
            return;
        if (what == Awaited.AnswerHeaders)
            _sentAt = Stopwatch.GetTimestamp();
        if (what >= Awaited.AnswerFromUpstream)
            _isAnswered = true;
        else if (_isAnswered)
            what = _awaited;

        var now = Environment.TickCount64;
        var limit = LimitOf(what);
        if (limit == LimitOf(_awaited) && now - _setAt < ResolutionMilliseconds)
        {
            _awaited = what;
            return;
        }

        (_awaited, _setAt) = (what, now);
        _source.CancelAfter(limit);
    }

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();
}
