using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>
/// The incoming half of an <see cref="UpstreamConnection"/>. It looks at all that comes, while a body is being sent, and reads
/// ahead while that body waits, into a buffer from which the client library is served when it comes to it.
/// </summary>
internal sealed class UpstreamReader(Stream inner) : IDisposable
{
    /// <summary>What one read ahead takes, in bytes. Arbitrary: most heads fit.</summary>
    private const int PieceBytes = 4096;

    /// <summary>
    /// How much is read ahead at most, in bytes. Arbitrary: a line would do, but interim answers may come in front of it.
    /// Beyond it the upstream is not watched any more.
    /// </summary>
    private const int MaxAheadBytes = 64 * 1024;

    /// <summary>One read at a time: TLS takes no more, and bytes must stay in order. It guards the fields up to the next.</summary>
    private readonly SemaphoreSlim _reading = new(1);
    private ExceptionDispatchInfo? _failure;
    private bool _hasEnded;
    private AnswerStart _answer;

    /// <summary>
    /// What was read ahead, and how much of it was taken. Guarded by a lock on itself: it can be taken while the next piece is
    /// still waited for.
    /// </summary>
    private readonly ArrayBufferWriter<byte> _ahead = new();
    private int _aheadTaken;

    private volatile BodySending? _sending;
    private bool _isWatching;

    /// <summary>The body whose request was the last that was written to the connection; null where that has none.</summary>
    public BodySending? Sending => _sending;

    /// <summary>A request is about to be written, whose body is this, if it has any.</summary>
    public void Begin(BodySending? sending)
    {
        _answer = default;
        sending?.SendOn(this);
        _sending = sending;
    }

    /// <summary>Reads for the client library.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (TryTakeAhead(buffer.Span, out var taken))
            return taken;
        await _reading.WaitAsync(cancellationToken);
        try
        {
            if (TryTakeAhead(buffer.Span, out taken))
                return taken;
            _failure?.Throw();
            var count = await inner.ReadAsync(buffer, cancellationToken);
            // A read into nothing only waits.
            if (count == 0 && !buffer.IsEmpty)
                End();
            if (FindEarlyAnswer(buffer.Span[..count]) is not { } end)
                return count;
            lock (_ahead)
                KeepAsLast(buffer.Span[end..count]);
            return end;
        }
        catch
        {
            End();
            throw;
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>Reads ahead from now on, for as long as an answer could come too early.</summary>
    public void Watch()
    {
        if (!Interlocked.Exchange(ref _isWatching, true))
            _ = WatchAsync();
    }

    /// <summary>Ends the connection. A pending read fails, and so does one that comes after it.</summary>
    public void Dispose() => inner.Dispose();

    private async Task WatchAsync()
    {
        do
        {
            while (await ReadAheadAsync())
            {
            }

            Interlocked.Exchange(ref _isWatching, false);
        }
        // Whoever began to wait until now relies on this.
        while (IsWorthWatching && !Interlocked.Exchange(ref _isWatching, true));
    }

    private bool IsWorthWatching =>
        !_hasEnded && _ahead.WrittenCount < MaxAheadBytes && _sending?.IsUnderWayOn(this) == true;

    /// <returns>Whether there may be more to wait for.</returns>
    private async ValueTask<bool> ReadAheadAsync()
    {
        await _reading.WaitAsync();
        var piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            // It may have ended just before this request was begun.
            if (_hasEnded)
                _sending?.End(this);
            if (!IsWorthWatching)
                return false;
            var count = await inner.ReadAsync(piece, CancellationToken.None);
            if (count == 0)
                End();
            var end = FindEarlyAnswer(piece.AsSpan(0, count));
            lock (_ahead)
            {
                _ahead.Write(piece.AsSpan(0, end ?? count));
                if (end is not null)
                    KeepAsLast(piece.AsSpan(end.Value, count - end.Value));
            }

            return true;
        }
        catch (Exception e)
        {
            _failure = ExceptionDispatchInfo.Capture(e);
            End();
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
            _reading.Release();
        }
    }

    private void End()
    {
        _hasEnded = true;
        _sending?.End(this);
    }

    /// <summary>Looks for an answer that came before all of the request could have gone.</summary>
    /// <returns>Where its first line has ended, if it is among these bytes.</returns>
    private int? FindEarlyAnswer(ReadOnlySpan<byte> bytes)
    {
        if (_sending is not { } sending || _answer.IsFound || _answer.Find(bytes) is not (>= 0 and var end))
            return null;
        return (_answer.IsRefusal ? sending.End(this) : sending.IsOver) ? end : null;
    }

    /// <summary>
    /// Keeps what follows an early answer's first line, and lets it say that the connection ends with it: the upstream may
    /// still wait for the body, and would take another request for it.
    /// </summary>
    private void KeepAsLast(ReadOnlySpan<byte> bytes)
    {
        _ahead.Write("Connection: close\r\n"u8);
        _ahead.Write(bytes);
    }

    private bool TryTakeAhead(Span<byte> buffer, out int count)
    {
        lock (_ahead)
        {
            var left = _ahead.WrittenSpan[_aheadTaken..];
            count = Math.Min(left.Length, buffer.Length);
            if (left.IsEmpty)
                return false;
            left[..count].CopyTo(buffer);
            _aheadTaken += count;
            if (_aheadTaken == _ahead.WrittenCount)
            {
                _ahead.ResetWrittenCount();
                _aheadTaken = 0;
            }

            return true;
        }
    }
}
