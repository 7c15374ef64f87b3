using AwsSigV4Proxy.Hosting.Telemetry;
using AwsSigV4Proxy.Signing.Chunked;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>
/// The caller's body as it arrives: limits its length and its silence, and refuses it at its end when trailers follow, which
/// cannot be sent on. Reading it is what sends <c>100 Continue</c> to a caller that waits for it (RFC 9110, 10.1.1).
/// </summary>
/// <param name="request">Whose body it is.</param>
/// <param name="maxBytes">Longer is refused, in bytes.</param>
/// <param name="deadline">Told what is awaited.</param>
internal sealed class CallerBody(HttpRequest request, long maxBytes, RequestDeadline deadline) : ForwardOnlyStream
{
    private readonly InterruptibleBody _inner = new(request.BodyReader);
    private readonly RequestRecord? _record = request.HttpContext.Features.Get<RequestRecord>();
    private long _receivedBytes;
    private bool _isAskedFor;

    /// <inheritdoc/>
    /// <exception cref="ProxyException">It is too long, or has trailers.</exception>
    /// <exception cref="BadHttpRequestException">Its HTTP framing is wrong, or it ends too soon.</exception>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_isAskedFor)
            ExpectedBody.AskFor(request.HttpContext);
        _isAskedFor = true;
        var read = _inner.ReadAsync(buffer, cancellationToken);
        return read.IsCompletedSuccessfully
            ? new ValueTask<int>(Count(read.Result, buffer.Length))
            : WaitAsync(read, buffer.Length);
    }

    private async ValueTask<int> WaitAsync(ValueTask<int> read, int wanted)
    {
        deadline.Await(Awaited.BodyFromCaller);
        try
        {
            return Count(await read, wanted);
        }
        catch (IOException e) when (e.InnerException is OverflowException)
        {
            // The server's reader of chunk sizes.
            throw new ProxyException(ProxyError.BadRequest("A chunk's size is no number that a body could have."));
        }
    }

    private int Count(int read, int wanted)
    {
        _record?.Receive(read);
        if (read == 0 && wanted > 0)
            ForwardableRequest.CheckTrailers(request);
        else if ((_receivedBytes += read) > maxBytes)
            throw new ProxyException(SpooledBody.TooLarge(maxBytes));
        return read;
    }
}
