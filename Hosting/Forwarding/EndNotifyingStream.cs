namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>
/// A body on its way upstream that tells once when its last byte has been handed over: the moment from which
/// <c>--request-timeout</c> counts. Read-only, forward-only; disposing it leaves the inner stream to its owner.
/// </summary>
internal sealed class EndNotifyingStream(Stream inner) : Stream
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

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    private void End()
    {
        Ended = true;
        Interlocked.Exchange(ref _onEnd, null)?.Invoke();
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Flush() { }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
