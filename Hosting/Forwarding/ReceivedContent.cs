using System.Net;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>
/// Stands in for the content of the upstream's answer: it is read as a stream, once, and never sent. Owns the content that was
/// received, whose stream it gives in another way.
/// </summary>
/// <param name="received">The content that was received.</param>
internal abstract class ReceivedContent(HttpContent received) : HttpContent
{
    /// <inheritdoc/>
    protected override Task<Stream> CreateContentReadStreamAsync() => CreateContentReadStreamAsync(CancellationToken.None);

    /// <inheritdoc/>
    protected abstract override Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken);

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            received.Dispose();
        base.Dispose(disposing);
    }
}
