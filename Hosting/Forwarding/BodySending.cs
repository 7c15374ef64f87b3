using System.IO.Pipelines;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>
/// The sending of one request's body: what <see cref="OutgoingBody"/>, which gives it, and
/// <see cref="UpstreamConnection"/>, which it is written to, must know of each other. The client library stands between them
/// and gives no answer before it has written the whole body. So when the upstream refuses the request halfway, or is gone, the
/// sending is stopped here: the one end gives no more of the caller's bytes, the other lets none out.
/// </summary>
/// <remarks>Thread-safe where the connection calls it; <see cref="OutgoingBody"/> makes one call at a time.</remarks>
internal sealed class BodySending : IDisposable
{
    private static readonly AsyncLocal<BodySending?> OfThisFlow = new();

    private readonly Lock _gate = new();
    // Never disposed: the connection may stop a sending whose request is just ending, and there is nothing to give back.
    private readonly CancellationTokenSource _stop = new();
    private readonly long? _lengthBytes;
    private readonly PipeReader? _callersBody;
    private UpstreamReader? _connection;
    private long _givenBytes;
    private bool _hasBegun;
    private bool _isGiven;
    private bool _isWritePending;
    private bool _isRefused;
    private volatile bool _isOver;
    private volatile bool _isStopped;
    private bool _isClosed;

    private BodySending(long? lengthBytes, PipeReader? callersBody)
    {
        (_lengthBytes, _callersBody) = (lengthBytes, callersBody);
        _isGiven = lengthBytes == 0;
    }

    /// <summary>The sending whose request is sent in this asynchronous flow; null where the request has no body.</summary>
    public static BodySending? Current => OfThisFlow.Value;

    /// <summary>Whether no more of the body shall leave.</summary>
    public bool IsStopped => _isStopped;

    /// <summary>Whether the upstream has refused the request, or was gone, before it had all of it.</summary>
    public bool IsOver => _isOver;

    /// <summary>Cancelled when the sending is stopped: ends a write that the upstream does not take.</summary>
    public CancellationToken Stopped => _stop.Token;

    /// <summary>How much of what the head promised was not given yet, in bytes; 0 where it promised nothing.</summary>
    public long MissingBytes => _lengthBytes - _givenBytes ?? 0;

    /// <summary>Makes the sending that is <see cref="Current"/> from here on in the flow that calls this.</summary>
    /// <param name="lengthBytes">The length that the head declares, or null where the end alone tells.</param>
    /// <param name="callersBody">What a pending read of the caller's body waits on; null for a body that is there already.</param>
    public static BodySending Open(long? lengthBytes, PipeReader? callersBody) =>
        OfThisFlow.Value = new BodySending(lengthBytes, callersBody);

    /// <summary>From here on in the flow that calls this, no sending is <see cref="Current"/>.</summary>
    /// <returns>Null.</returns>
    public static BodySending? None() => OfThisFlow.Value = null;

    /// <summary>The head is written to a connection: the first one, or another after a failure that allows for that.</summary>
    public void SendOn(UpstreamReader connection)
    {
        lock (_gate)
            (_connection, _isOver, _isRefused) = (connection, false, false);
    }

    /// <summary>The body is asked for. Only from here on is it stopped: until then it may still go over another connection.</summary>
    public void Begin()
    {
        if (_hasBegun)
            return;
        lock (_gate)
            _hasBegun = true;
        StopIfInVain();
    }

    /// <summary>A piece of the body, or its end, is given to be written.</summary>
    public void Give(int count, bool isEnd)
    {
        lock (_gate)
        {
            _givenBytes += count;
            _isGiven |= isEnd || _givenBytes == _lengthBytes;
        }
    }

    /// <summary>The caller is waited for: meanwhile the upstream is watched.</summary>
    public void WaitForCaller() => Volatile.Read(ref _connection)?.Watch();

    /// <summary>The upstream is waited for, or has taken what was written.</summary>
    public void WaitForUpstream(bool isPending)
    {
        lock (_gate)
        {
            _isWritePending = isPending;
            // The last piece may have been given, and not yet written, when the upstream had its say.
            _isOver |= _isRefused && IsIncomplete;
        }

        StopIfInVain();
    }

    /// <summary>Whether the upstream can not have all of the request yet, and is still to get it on this connection.</summary>
    public bool IsUnderWayOn(UpstreamReader connection)
    {
        lock (_gate)
            return _connection == connection && !_isStopped && IsIncomplete;
    }

    /// <summary>The upstream has refused the request, or is gone.</summary>
    /// <returns>Whether it did so too early (<see cref="IsOver"/>).</returns>
    public bool End(UpstreamReader connection)
    {
        lock (_gate)
        {
            _isRefused |= _connection == connection;
            _isOver |= _isRefused && IsIncomplete;
        }

        StopIfInVain();
        return _isOver;
    }

    /// <summary>The request has ended: the caller's next one must not be disturbed.</summary>
    public void Dispose()
    {
        lock (_gate)
            (_isClosed, _connection) = (true, null);
    }

    private bool IsIncomplete => !_isGiven || _isWritePending;

    private void StopIfInVain()
    {
        lock (_gate)
        {
            if (!_isOver || !_hasBegun || !IsIncomplete || _isStopped || _isClosed)
                return;
            _isStopped = true;
            if (_callersBody is not null)
                InterruptibleBody.Interrupt(_callersBody);
        }

        _stop.Cancel();
    }
}
