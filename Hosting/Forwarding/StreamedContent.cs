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

    /// <summary>
    /// Puts it in place below YARP, which forbids that to its transforms.
    /// </summary>
    internal sealed class Handler(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        /// <inheritdoc/>
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request is { Content: { } content } && request.Options.TryGetValue(OutgoingRequest.Key, out var outgoing)
                && outgoing is { Payload.IsSpooled: false, Body: { } body })
                request.Content = new StreamedContent(content, body);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
