using System.Net;
using AwsSigV4Proxy.Hosting.Telemetry;
using AwsSigV4Proxy.Signing.Chunked;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>
/// Stands in for the content of the upstream's answer, once its headers were copied, so that its body is read through
/// <see cref="AnswerBody"/>, or, after an upgrade, used through <see cref="TunnelStream"/>.
/// </summary>
internal sealed class AnswerContent : ReceivedContent
{
    private readonly HttpContent _received;
    private readonly Func<Stream, Stream> _wrap;

    private AnswerContent(HttpContent received, Func<Stream, Stream> wrap)
        : base(received) => (_received, _wrap) = (received, wrap);

    /// <summary>Replaces the content of an answer.</summary>
    /// <param name="answer">The answer; it owns the content that it had, as before.</param>
    /// <param name="response">The answer to the caller, whose headers are set and not yet sent.</param>
    /// <param name="outgoing">The request; its deadline is told what is awaited, its record how much came.</param>
    public static void Replace(HttpResponseMessage answer, HttpResponse response, OutgoingRequest outgoing) =>
        answer.Content = new AnswerContent(
            answer.Content,
            answer.StatusCode == HttpStatusCode.SwitchingProtocols
                ? received => new TunnelStream(received, outgoing.Deadline, outgoing.Record)
                : received => new AnswerBody(received, response, outgoing.Deadline, outgoing.Record));

    /// <inheritdoc/>
    protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) =>
        _wrap(await _received.ReadAsStreamAsync(cancellationToken));
}

/// <summary>
/// The body of the upstream's answer: limits its silence, and lets the headers go before the first wait for it, which may be
/// a long one (a long poll, an event stream without events).
/// </summary>
internal sealed class AnswerBody(Stream received, HttpResponse response, RequestDeadline deadline, RequestRecord record) : ForwardOnlyStream
{
    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = received.ReadAsync(buffer, cancellationToken);
        if (!read.IsCompletedSuccessfully)
            return WaitAsync(read, buffer, cancellationToken);
        deadline.Await(Awaited.AnswerTakenByCaller);
        var count = read.Result;
        Note(buffer.Span[..count]);
        return new ValueTask<int>(count);
    }

    private async ValueTask<int> WaitAsync(ValueTask<int> read, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        deadline.Await(Awaited.AnswerFromUpstream);
        try
        {
            if (!response.HasStarted && !read.IsCompleted)
                await response.Body.FlushAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Which ends the read as well; one that has begun must be waited for.
        }

        var count = await read;
        deadline.Await(Awaited.AnswerTakenByCaller);
        Note(buffer.Span[..count]);
        return count;
    }

    private void Note(ReadOnlySpan<byte> bytes)
    {
        record.Send(bytes.Length);
        record.FailedAnswer?.Add(bytes);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        received.Dispose();
        base.Dispose(disposing);
    }
}
