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

    /// <summary>A read that did not end in time, or failed, into what is left of the buffer; null for none.</summary>
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
        // Not by the typed property, which would put the header into other words.
        var isKnown = received.Headers.NonValidated.TryGetValues("Content-Length", out var value) & int.TryParse(value.ToString(), out var length);
        var buffer = new byte[isKnown ? Math.Clamp(length, 0, maxBytes) : maxBytes];
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
        var patience = Task.Delay(Patience, cancellationToken);
        while (_count < _buffer.Length)
        {
            var read = _rest.ReadAsync(_buffer.AsMemory(_count), cancellationToken).AsTask();
            await Task.WhenAny(read, patience);
            cancellationToken.ThrowIfCancellationRequested();
            if (!read.IsCompletedSuccessfully)
            {
                // Called off, a read would end the connection: it is left under way. What came before goes on its way, and whoever
                // reads on sees the rest come, or the connection break. Nobody may be there any more to see it fail.
                _pending = read;
                _ = read.ContinueWith(
                    static failed => failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
                return;
            }

            _count += await read;
            if (await read == 0)
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
