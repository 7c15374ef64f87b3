using AwsSigV4Proxy.Signing.Chunked;

namespace AwsSigV4Proxy.Hosting.Forwarding.Refusals;

/// <summary>
/// Stands in for the content of an answer whose beginning was read to see what it says: gives the same bytes, framed the same way.
/// </summary>
internal sealed class PeekedContent : ReceivedContent
{
    /// <summary>
    /// How long the answer's body is waited for before it goes on its way unread. Arbitrary: AWS sends an error in one piece with
    /// its headers.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Stream _rest;
    private readonly byte[] _buffer;
    private int _count;

    /// <summary>A read that did not end in time, into what is left of the buffer; null when none is under way.</summary>
    private Task<int>? _pending;

    private PeekedContent(HttpContent received, Stream rest, byte[] buffer)
        : base(received)
    {
        (_rest, _buffer) = (rest, buffer);
        foreach (var (name, values) in received.Headers.NonValidated)
            Headers.TryAddWithoutValidation(name, values);
    }

    /// <summary>What was read.</summary>
    public ReadOnlyMemory<byte> Beginning => _buffer.AsMemory(0, _count);

    /// <summary>Reads an answer's content to its end, as far as the limit, or as far as it comes at once, and puts it back.</summary>
    /// <param name="answer">The answer; its content is replaced.</param>
    /// <param name="maxBytes">The limit, in bytes.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<PeekedContent> ReadAsync(HttpResponseMessage answer, int maxBytes, CancellationToken cancellationToken)
    {
        var received = answer.Content;
        var buffer = new byte[(int)Math.Min(received.Headers.ContentLength ?? maxBytes, maxBytes)];
        var peeked = new PeekedContent(received, await received.ReadAsStreamAsync(cancellationToken), buffer);
        answer.Content = peeked;
        await peeked.FillAsync(cancellationToken);
        return peeked;
    }

    /// <inheritdoc/>
    protected override Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) =>
        Task.FromResult<Stream>(new PeekedBody(this));

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        // Called off, a read would end the connection: it is left under way instead.
        var patience = Task.Delay(Patience, cancellationToken);
        while (_count < _buffer.Length)
        {
            _pending = _rest.ReadAsync(_buffer.AsMemory(_count), cancellationToken).AsTask();
            if (await Task.WhenAny(_pending, patience) == patience)
            {
                // Nobody may be there any more to see it fail.
                _ = _pending.ContinueWith(
                    static read => read.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
                return;
            }

            var read = await _pending;
            _pending = null;
            _count += read;
            if (read == 0)
                return;
        }
    }

    private sealed class PeekedBody(PeekedContent peeked) : ForwardOnlyStream
    {
        private int _taken;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_taken == peeked._count && peeked._pending is { } pending)
            {
                // An end that this shows is shown by the next read again.
                peeked._count += await pending.WaitAsync(cancellationToken);
                peeked._pending = null;
            }

            if (_taken == peeked._count)
                return await peeked._rest.ReadAsync(buffer, cancellationToken);
            var count = Math.Min(buffer.Length, peeked._count - _taken);
            peeked._buffer.AsMemory(_taken, count).CopyTo(buffer);
            _taken += count;
            return count;
        }
    }
}
