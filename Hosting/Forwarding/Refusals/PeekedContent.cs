using AwsSigV4Proxy.Signing.Chunked;

namespace AwsSigV4Proxy.Hosting.Forwarding.Refusals;

/// <summary>
/// Stands in for the content of an answer whose beginning was read to see what it says: gives the same bytes, framed the same way.
/// </summary>
internal sealed class PeekedContent : ReceivedContent
{
    private readonly Stream _rest;
    private readonly byte[] _buffer;
    private readonly int _count;

    private PeekedContent(HttpContent received, Stream rest, byte[] buffer, int count)
        : base(received)
    {
        (_rest, _buffer, _count) = (rest, buffer, count);
        foreach (var (name, values) in received.Headers.NonValidated)
            Headers.TryAddWithoutValidation(name, values);
    }

    /// <summary>What was read.</summary>
    public ReadOnlyMemory<byte> Beginning => _buffer.AsMemory(0, _count);

    /// <summary>Reads an answer's content to its end, or as far as the limit, and puts it back.</summary>
    /// <param name="answer">The answer; its content is replaced.</param>
    /// <param name="maxBytes">The limit, in bytes.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<PeekedContent> ReadAsync(HttpResponseMessage answer, int maxBytes, CancellationToken cancellationToken)
    {
        var received = answer.Content;
        var rest = await received.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[(int)Math.Min(received.Headers.ContentLength ?? maxBytes, maxBytes)];
        var count = await rest.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        var peeked = new PeekedContent(received, rest, buffer, count);
        answer.Content = peeked;
        return peeked;
    }

    /// <inheritdoc/>
    protected override Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) =>
        Task.FromResult<Stream>(new PeekedBody(Beginning, _rest));

    private sealed class PeekedBody(ReadOnlyMemory<byte> beginning, Stream rest) : ForwardOnlyStream
    {
        private ReadOnlyMemory<byte> _left = beginning;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_left.IsEmpty)
                return rest.ReadAsync(buffer, cancellationToken);
            var taken = Math.Min(buffer.Length, _left.Length);
            _left[..taken].CopyTo(buffer);
            _left = _left[taken..];
            return new ValueTask<int>(taken);
        }
    }
}
