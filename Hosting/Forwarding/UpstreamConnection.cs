namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>
/// An HTTP/1.1 connection to the upstream, below the client library, which gives no answer while it writes a body. When the
/// upstream refuses a request before its body's end (RFC 9112, 9.5), or is gone, the <see cref="BodySending"/> is stopped and
/// what is still written of that body goes nowhere: the library soon asks for the answer, and the upstream never sees a
/// request completed that its caller did not complete.
/// </summary>
/// <param name="inner">The TCP or TLS connection; disposed with this.</param>
internal sealed class UpstreamConnection(Stream inner) : Stream
{
    private readonly UpstreamReader _reader = new(inner);

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _reader.ReadAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var sending = BodySending.Current;
        if (sending != _reader.Sending)
            _reader.Begin(sending);
        if (sending is null)
            return inner.WriteAsync(buffer, cancellationToken);
        if (sending.IsStopped)
            return ValueTask.CompletedTask;
        var write = inner.WriteAsync(buffer, sending.Stopped);
        return write.IsCompletedSuccessfully ? write : WaitAsync(write, sending);
    }

    private async ValueTask WaitAsync(ValueTask write, BodySending sending)
    {
        sending.WaitForUpstream(true);
        _reader.Watch();
        try
        {
            await write;
        }
        catch (OperationCanceledException) when (sending.IsStopped)
        {
            // How much of it went out does not matter: nothing follows.
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The upstream is gone, but its answer may have come before: reading will tell.
            sending.End(_reader);
        }
        finally
        {
            sending.WaitForUpstream(false);
        }
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override void Flush() => throw new NotSupportedException();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _reader.Dispose();
        base.Dispose(disposing);
    }
}
