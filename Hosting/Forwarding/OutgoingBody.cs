using AwsSigV4Proxy.Signing.Chunked;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>
/// A body on its way upstream. Each read says that the upstream has taken what came before; the end of the body is the moment
/// from which <c>--request-timeout</c> counts. Once the sending is stopped it asks for no more of the body, and gives zeros in
/// its stead, which go nowhere, since the client library wants to write as much as it was promised. Disposing it leaves the
/// inner stream to its owner.
/// </summary>
/// <param name="inner">The body.</param>
/// <param name="sending">What can stop it, or null for a body so small that it has left before anyone could.</param>
/// <param name="deadline">Told what is awaited.</param>
internal sealed class OutgoingBody(Stream inner, BodySending? sending, RequestDeadline deadline) : ForwardOnlyStream
{
    private bool _isFilling;

    /// <summary>Whether nothing of it was asked for yet: it can still go with another head, or to another connection.</summary>
    public bool IsUntouched { get; private set; } = true;

    /// <summary>Whether all of it was given.</summary>
    public bool IsGiven { get; private set; }

    /// <summary>
    /// What the body is written to. The client keeps small pieces back until there are more of them, so before a wait for the
    /// next one they are sent on their way: the upstream may be waiting for just these.
    /// </summary>
    public Stream? Destination { get; set; }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        IsUntouched = false;
        sending?.Begin();
        if (sending is { IsStopped: true })
            return new ValueTask<int>(Fill(buffer.Span, cancellationToken));
        var read = inner.ReadAsync(buffer, cancellationToken);
        return read.IsCompletedSuccessfully
            ? new ValueTask<int>(Pass(read.Result, buffer.Length))
            : WaitAsync(read, buffer, cancellationToken);
    }

    private async ValueTask<int> WaitAsync(ValueTask<int> read, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        sending?.WaitForCaller();
        await FlushAsync(read, cancellationToken);
        try
        {
            return Pass(await read, buffer.Length);
        }
        catch (OperationCanceledException) when (sending is { IsStopped: true })
        {
            return Fill(buffer.Span, cancellationToken);
        }
    }

    private async ValueTask FlushAsync(ValueTask<int> read, CancellationToken cancellationToken)
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
    }

    private int Pass(int read, int wanted)
    {
        var isEnd = read == 0 && wanted > 0;
        IsGiven |= isEnd;
        sending?.Give(read, isEnd);
        deadline.Await(isEnd ? Awaited.AnswerHeaders : Awaited.BodyTakenUpstream);
        return read;
    }

    private int Fill(Span<byte> buffer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!_isFilling)
            deadline.Await(Awaited.AnswerHeaders);
        _isFilling = true;

        var filler = buffer[..(int)Math.Min(buffer.Length, sending!.MissingBytes)];
        filler.Clear();
        sending.Give(filler.Length, isEnd: false);
        return filler.Length;
    }
}
