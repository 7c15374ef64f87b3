using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Signing.Chunked;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>
/// A body of known length whose last bytes are given only when it has ended as it must. Sent under its length, a body is
/// whole for the upstream as soon as these bytes are there, whatever is found out about its end then.
/// </summary>
/// <param name="inner">The body. Not disposed.</param>
/// <param name="lengthBytes">How long it is said to be, in bytes.</param>
/// <param name="onEnd">Called once, before the last bytes are given; throws to keep them back.</param>
internal sealed class CompleteBody(Stream inner, long lengthBytes, Action? onEnd = null) : ForwardOnlyStream
{
    private readonly byte[] _behindTheEnd = new byte[1];
    private long _takenBytes;
    private bool _ended;

    /// <inheritdoc/>
    /// <exception cref="AwsChunkedFormatException">It is not as long as it was said to be.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        if (buffer.IsEmpty || _ended)
            return read;
        _takenBytes += read;
        if (read == 0 && _takenBytes < lengthBytes)
            throw WrongLength("fewer");
        if (_takenBytes < lengthBytes)
            return read;
        if (_takenBytes > lengthBytes || await inner.ReadAsync(_behindTheEnd, cancellationToken) > 0)
            throw WrongLength("more");
        onEnd?.Invoke();
        _ended = true;
        return read;
    }

    private AwsChunkedFormatException WrongLength(string comparison) =>
        new($"The chunks hold {comparison} than the {lengthBytes} bytes that {AwsNames.DecodedContentLengthHeader} says.");
}
