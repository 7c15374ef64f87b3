using System.Buffers;
using AwsSigV4Proxy.Hosting.Inbound;
using Microsoft.Extensions.Time.Testing;

namespace AwsSigV4Proxy.Tests.Hosting.Inbound;

/// <summary>The server's memory: blocks are used again, never by two at once, and given up when nobody needs them.</summary>
public class BlockPoolTests
{
    [Test]
    public async Task Block_Returned_IsUsedAgain()
    {
        using var pool = new BlockPool(TimeProvider.System);
        var first = pool.Rent();
        var memory = first.Memory;
        first.Dispose();

        using var second = pool.Rent(100);

        await Assert.That(second.Memory.Equals(memory)).IsTrue();
        await Assert.That(second.Memory.Length).IsEqualTo(BlockPool.BlockBytes);
    }

    [Test]
    public async Task Blocks_RentedAtOnce_AreDifferentOnes()
    {
        using var pool = new BlockPool(TimeProvider.System);
        for (var round = 0; round < 2; round++)
        {
            var blocks = Enumerable.Range(0, 100).Select(_ => pool.Rent()).ToArray();

            await Assert.That(blocks.Select(block => block.Memory).Distinct().Count()).IsEqualTo(100);
            foreach (var block in blocks)
                block.Dispose();
        }

        await Assert.That(pool.IdleBlocks).IsEqualTo(100);
    }

    [Test]
    public async Task Blocks_ThatAnIntervalPassesWithout_AreGivenUp()
    {
        var time = new FakeTimeProvider();
        using var pool = new BlockPool(time);
        foreach (var block in Enumerable.Range(0, 10).Select(_ => pool.Rent()).ToArray())
            block.Dispose();
        // The interval in which they were needed, and one in which three of them are.
        time.Advance(TimeSpan.FromSeconds(10));
        foreach (var block in Enumerable.Range(0, 3).Select(_ => pool.Rent()).ToArray())
            block.Dispose();
        await Assert.That(pool.IdleBlocks).IsEqualTo(10);
        time.Advance(TimeSpan.FromSeconds(10));

        await Assert.That(pool.IdleBlocks).IsEqualTo(3);
    }

    [Test]
    public async Task Size_LargerThanABlock_IsRefused()
    {
        using var pool = new BlockPool(TimeProvider.System);

        await Assert.That(() => pool.Rent(BlockPool.BlockBytes + 1)).Throws<ArgumentOutOfRangeException>();
    }
}
