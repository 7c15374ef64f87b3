using System.Net;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>
/// Stands in for YARP's content of a request whose body is sent while it arrives, and tells the body what it is written to.
/// </summary>
internal sealed class StreamedContent : HttpContent
{
    private readonly HttpContent _content;
    private readonly OutgoingBody _body;

    private StreamedContent(HttpContent content, OutgoingBody body)
    {
        (_content, _body) = (content, body);
        foreach (var (name, values) in content.Headers.NonValidated)
            Headers.TryAddWithoutValidation(name, values);
    }

    /// <summary>What to send in place of a content: this, where the body is sent while it arrives. YARP forbids that to its transforms.</summary>
    public static HttpContent? StandIn(HttpContent? content, OutgoingRequest outgoing) =>
        content is not null && outgoing is { Payload.IsSpooled: false, Body: { } body } ? new StreamedContent(content, body) : content;

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        _body.Destination = stream;
        return _content.CopyToAsync(stream, context, cancellationToken);
    }

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
            _content.Dispose();
        base.Dispose(disposing);
    }
}
