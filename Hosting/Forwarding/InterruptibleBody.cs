using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using AwsSigV4Proxy.Signing.Chunked;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>
/// The caller's body as the server gives it, with reads that can be called off without harm. The server can then still read
/// the rest away by itself, and so keep the connection, or at least close it without a reset that might overtake the answer.
/// After a read that its own stream has called off it cannot.
/// </summary>
internal sealed class InterruptibleBody(PipeReader reader) : ForwardOnlyStream
{
    /// <inheritdoc/>
    /// <exception cref="OperationCanceledException">The read was called off, by its token or by <see cref="Interrupt"/>.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var result = await ReadAsync(cancellationToken);
            if (result.IsCanceled)
            {
                reader.AdvanceTo(result.Buffer.Start);
                throw new OperationCanceledException("The rest of the body is not wanted any more.", cancellationToken);
            }

            var isEmpty = result.Buffer.IsEmpty;
            var taken = result.Buffer.Slice(0, Math.Min(result.Buffer.Length, buffer.Length));
            taken.CopyTo(buffer.Span);
            var count = (int)taken.Length;
            reader.AdvanceTo(taken.End);
            if (!isEmpty || result.IsCompleted)
                return count;
        }
    }

    /// <summary>Calls off the read that is pending, or else the next one.</summary>
    public static void Interrupt(PipeReader reader)
    {
        try
        {
            reader.CancelPendingRead();
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The caller is gone: the read ends by itself.
        }
    }

    private ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken)
    {
        // Not with the token: what it would call off stays pending for the server.
        var read = reader.ReadAsync(CancellationToken.None);
        return read.IsCompleted ? read : WaitAsync(read, cancellationToken);
    }

    private async ValueTask<ReadResult> WaitAsync(ValueTask<ReadResult> read, CancellationToken cancellationToken)
    {
        await using (cancellationToken.UnsafeRegister(static reader => Interrupt((PipeReader)reader!), reader))
            return await read;
    }
}
