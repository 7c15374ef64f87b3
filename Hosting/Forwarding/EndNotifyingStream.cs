using AwsSigV4Proxy.Signing.Chunked;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>
/// A body on its way upstream that tells once when its last byte has been handed over: the moment from which
/// <c>--request-timeout</c> counts. Disposing it leaves the inner stream to its owner.
/// </summary>
internal sealed class EndNotifyingStream(Stream inner) : ForwardOnlyStream
{
    private Action? _onEnd;

    /// <summary>Whether the end was reached.</summary>
    public bool Ended { get; private set; }

    /// <summary>Calls <paramref name="onEnd"/> when the end is reached, at once if it was.</summary>
    public void NotifyEnd(Action onEnd)
    {
        _onEnd = onEnd;
        if (Ended)
            End();
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        if (read == 0 && buffer.Length > 0)
            End();
        return read;
    }

    private void End()
    {
        Ended = true;
        Interlocked.Exchange(ref _onEnd, null)?.Invoke();
    }
}
