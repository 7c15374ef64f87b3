using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Connections;

namespace AwsSigV4Proxy.Hosting.Inbound;

/// <summary>
/// The memory that the server reads requests into and writes answers from, in blocks of 64 KiB where its own have 4. A block is
/// what one system call moves: larger ones save a third of the CPU time of an upload (<c>make transfer</c>). A connection holds
/// one only while bytes are in it.
/// </summary>
/// <remarks>
/// Thread-safe. Blocks that an interval passes without are given up, so that what many large bodies at once have needed is not
/// kept for ever.
/// </remarks>
internal sealed class BlockPool : MemoryPool<byte>
{
    /// <summary>The size of a block, in bytes. Measured: with 32 KiB an upload that is signed chunk by chunk is a tenth slower.</summary>
    public const int BlockBytes = 64 * 1024;

    /// <summary>How often the pool looks for blocks to give up. Arbitrary: longer than a pause in a busy hour.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly ConcurrentQueue<Block> _idle = new();
    private readonly ITimer _timer;
    private int _idleCount;
    private volatile int _leastIdle;
    private volatile bool _isDisposed;

    /// <param name="time">The clock of the intervals.</param>
    public BlockPool(TimeProvider time) =>
        _timer = time.CreateTimer(static pool => ((BlockPool)pool!).GiveUpIdle(), this, Interval, Interval);

    /// <inheritdoc/>
    public override int MaxBufferSize => BlockBytes;

    /// <summary>How many blocks wait to be rented.</summary>
    public int IdleBlocks => Volatile.Read(ref _idleCount);

    /// <summary>Rents a block; always a whole one, whatever size is asked for.</summary>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockBytes);
        if (!TryTake(out var block))
            return new Block(this);
        // A race loses a count, and keeps some blocks for an interval more, or gives up some that would have been used.
        _leastIdle = Math.Min(_leastIdle, IdleBlocks);
        return block;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _isDisposed = true;
        _timer.Dispose();
        _idle.Clear();
    }

    private void GiveUpIdle()
    {
        for (var surplus = _leastIdle; surplus > 0 && TryTake(out _); surplus--)
        {
        }

        _leastIdle = IdleBlocks;
    }

    private bool TryTake([NotNullWhen(true)] out Block? block)
    {
        if (!_idle.TryDequeue(out block))
            return false;
        Interlocked.Decrement(ref _idleCount);
        return true;
    }

    private void Return(Block block)
    {
        if (_isDisposed)
            return;
        Interlocked.Increment(ref _idleCount);
        _idle.Enqueue(block);
    }

    /// <summary>Makes a pool for each part of the server that asks for one.</summary>
    internal sealed class Factory : IMemoryPoolFactory<byte>
    {
        /// <inheritdoc/>
        public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new BlockPool(TimeProvider.System);
    }

    private sealed class Block(BlockPool pool) : IMemoryOwner<byte>
    {
        // Pinned, since sockets write into it, and read from it, for as long as they like.
        public Memory<byte> Memory { get; } = GC.AllocateUninitializedArray<byte>(BlockBytes, pinned: true);

        public void Dispose() => pool.Return(this);
    }
}
