using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>
/// Carries an answer's trailers to a caller that speaks HTTP/1.1, which Kestrel does for HTTP/2 alone: where the upstream
/// announces trailers, the answer's chunks are framed here (RFC 9112, 7.1), since Kestrel leaves the body alone when the
/// application sets <c>transfer-encoding</c> itself.
/// </summary>
internal sealed class ChunkedTrailers : Stream
{
    private readonly Stream _inner;

    private ChunkedTrailers(Stream inner) => _inner = inner;

    /// <summary>Takes over the framing of an answer that announces trailers; leaves any other alone.</summary>
    /// <param name="context">The caller's request, its answer's headers copied and not yet sent.</param>
    /// <param name="answer">The upstream's answer.</param>
    public static void Announce(HttpContext context, HttpResponseMessage answer)
    {
        if (context.Request.Protocol != HttpProtocol.Http11 || answer.Headers.Trailer.Count == 0
            || context.Response.ContentLength is not null || HttpMethods.IsHead(context.Request.Method)
            || answer.StatusCode is < HttpStatusCode.OK or HttpStatusCode.NoContent or HttpStatusCode.ResetContent or HttpStatusCode.NotModified)
            return;
        context.Response.Headers.TransferEncoding = "chunked";
        context.Response.Body = new ChunkedTrailers(context.Response.Body);
    }

    /// <summary>Gives the framing back, for an answer of the proxy's own in place of the upstream's.</summary>
    public static void Withdraw(HttpContext context)
    {
        if (context.Response.Body is ChunkedTrailers body)
            context.Response.Body = body._inner;
    }

    /// <summary>Ends the body with its last chunk and the trailers, if its framing was taken over.</summary>
    /// <returns>False when it was not: the trailers are still to be sent.</returns>
    public static async ValueTask<bool> TryWriteAsync(
        HttpContext context, HttpResponseHeaders trailers, CancellationToken cancellationToken)
    {
        if (context.Response.Body is not ChunkedTrailers body)
            return false;
        var end = new StringBuilder("0\r\n");
        foreach (var (name, values) in trailers.NonValidated)
        {
            foreach (var value in values)
                end.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        end.Append("\r\n");
        await body._inner.WriteAsync(Encoding.Latin1.GetBytes(end.ToString()), cancellationToken);
        return true;
    }

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // An empty chunk would be the last one.
        if (buffer.IsEmpty)
            return;
        await _inner.WriteAsync(Encoding.ASCII.GetBytes($"{buffer.Length:x}\r\n"), cancellationToken);
        await _inner.WriteAsync(buffer, cancellationToken);
        await _inner.WriteAsync("\r\n"u8.ToArray(), cancellationToken);
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => _inner.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override void Flush() => throw new NotSupportedException();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
