using System.Text;
using System.Threading.Channels;

namespace AwsSigV4Proxy.Tests.Fakes;

/// <summary>A connection whose other end is the test itself. It allows one read at a time, as TLS does.</summary>
internal sealed class Wire : Stream
{
    private readonly Channel<byte[]> _incoming = Channel.CreateUnbounded<byte[]>();
    private readonly List<byte> _written = [];
    private ReadOnlyMemory<byte> _left;
    private int _reads;

    /// <summary>Released by each read that has begun.</summary>
    public SemaphoreSlim ReadsBegun { get; } = new(0);

    /// <summary>What was written, one character a byte.</summary>
    public string Written => Encoding.Latin1.GetString([.. _written]);

    /// <summary>What becomes of a write; by itself it is kept.</summary>
    public Func<CancellationToken, ValueTask>? OnWrite { get; set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Lets something arrive.</summary>
    public void Send(string text) => _incoming.Writer.TryWrite(Encoding.Latin1.GetBytes(text));

    /// <summary>Lets the connection end.</summary>
    /// <param name="error">Why, unless it ends as it should.</param>
    public void End(Exception? error = null) => _incoming.Writer.Complete(error);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Interlocked.Increment(ref _reads) > 1)
            throw new InvalidOperationException("Two reads at a time.");
        try
        {
            ReadsBegun.Release();
            if (_left.IsEmpty && await _incoming.Reader.WaitToReadAsync(cancellationToken))
                _left = await _incoming.Reader.ReadAsync(cancellationToken);
            var count = Math.Min(_left.Length, buffer.Length);
            _left[..count].CopyTo(buffer);
            _left = _left[count..];
            return count;
        }
        finally
        {
            Interlocked.Decrement(ref _reads);
        }
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (OnWrite is not null)
            return OnWrite(cancellationToken);
        _written.AddRange(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
