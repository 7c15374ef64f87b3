using System.Security.Cryptography;
using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Signing.Chunked;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>
/// A body under the hash that its caller named for it: it passes as it arrives, hashed on the way. When it turns out to be
/// another body, most of it has been sent already: what the upstream makes of that is its answer to give.
/// </summary>
/// <param name="inner">The body. Not disposed.</param>
/// <param name="named">The hash that was signed.</param>
/// <param name="onMismatch">Called at the end, once, when the body is another one.</param>
internal sealed class HashCheckingBody(Stream inner, PayloadHash named, Action onMismatch) : ForwardOnlyStream
{
    private readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private bool _ended;

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        if (read > 0)
            _sha256.AppendData(buffer.Span[..read]);
        else if (!buffer.IsEmpty && !_ended)
            Compare();
        return read;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _sha256.Dispose();
        base.Dispose(disposing);
    }

    private void Compare()
    {
        _ended = true;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        _sha256.GetCurrentHash(hash);
        if (PayloadHash.FromSha256(hash) != named)
            onMismatch();
    }
}
