using AwsSigV4Proxy.Signing.Chunked;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>
/// A body on its way upstream. Each read says that the upstream has taken what came before; the end of the body is the moment
/// from which <c>--request-timeout</c> counts. Disposing it leaves the inner stream to its owner.
/// </summary>
internal sealed class OutgoingBody(Stream inner, RequestDeadline deadline) : ForwardOnlyStream
{
    /// <summary>
    /// What the body is written to. The client keeps small pieces back until there are more of them, so before a wait for the
    /// next one they are sent on their way: the upstream may be waiting for just these.
    /// </summary>
    public Stream? Destination { get; set; }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = inner.ReadAsync(buffer, cancellationToken);
        return read.IsCompletedSuccessfully
            ? new ValueTask<int>(Pass(read.Result, buffer.Length))
            : WaitAsync(read, buffer.Length, cancellationToken);
    }

    private async ValueTask<int> WaitAsync(ValueTask<int> read, int wanted, CancellationToken cancellationToken)
    {
        try
        {
            if (Destination is { } destination && !read.IsCompleted)
                await destination.FlushAsync(cancellationToken);
        }
        catch (Exception)
        {
            // The upstream is gone, which the next write, or whoever reads its answer, finds out. A read that has begun must
            // be waited for: the server reads what is left of the body itself when the request ends.
        }

        return Pass(await read, wanted);
    }

    private int Pass(int read, int wanted)
    {
        deadline.Await(read == 0 && wanted > 0 ? Awaited.AnswerHeaders : Awaited.BodyTakenUpstream);
        return read;
    }
}
