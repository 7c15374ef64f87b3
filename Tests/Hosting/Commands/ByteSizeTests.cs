using AwsSigV4Proxy.Hosting.Commands;

namespace AwsSigV4Proxy.Tests.Hosting.Commands;

internal sealed class ByteSizeTests
{
    [Test]
    [Arguments("1", 1)]
    [Arguments("1048576", 1_048_576)]
    [Arguments("512B", 512)]
    [Arguments("64KiB", 65_536)]
    [Arguments("64kib", 65_536)]
    [Arguments("1MiB", 1_048_576)]
    [Arguments("5GiB", 5_368_709_120)]
    [Arguments("2TiB", 2_199_023_255_552)]
    [Arguments("64KB", 64_000)]
    [Arguments("1MB", 1_000_000)]
    [Arguments("5GB", 5_000_000_000)]
    [Arguments("1TB", 1_000_000_000_000)]
    [Arguments("9223372036854775807", long.MaxValue)]
    public async Task Parse_NumberWithOrWithoutUnit_IsThatManyBytes(string text, long bytes)
    {
        await Assert.That(ByteSize.Parse(text)).IsEqualTo(bytes);
    }

    [Test]
    [Arguments("")]
    [Arguments("MiB")]
    [Arguments("1M")]
    [Arguments("1Mi")]
    [Arguments("1.5MiB")]
    [Arguments("1 MiB")]
    [Arguments("1e6")]
    [Arguments("0x10")]
    public async Task Parse_SomethingElse_IsNoSize(string text)
    {
        await Assert.That(() => ByteSize.Parse(text)).Throws<UsageException>().WithMessage($"'{text}' is not a size");
    }

    [Test]
    [Arguments("0")]
    [Arguments("0GiB")]
    [Arguments("-1")]
    [Arguments("-1MiB")]
    [Arguments("9223372036854775808")]
    [Arguments("8388608TiB")]
    [Arguments("99999999999999999999TiB")]
    public async Task Parse_OutOfRange_IsRefused(string text)
    {
        await Assert.That(() => ByteSize.Parse(text)).Throws<UsageException>().WithMessage($"'{text}' is out of range");
    }

    [Test]
    public async Task Parse_LimitGiven_IsTheLargest()
    {
        await Assert.That(ByteSize.Parse("1GiB", 1L << 30)).IsEqualTo(1L << 30);
        await Assert.That(() => ByteSize.Parse("1073741825", 1L << 30)).Throws<UsageException>();
    }

    [Test]
    [Arguments("1MiB")]
    [Arguments("5GiB")]
    [Arguments("1536KiB")]
    [Arguments("1000")]
    public async Task Format_AnySize_IsReadBackTheSame(string text)
    {
        await Assert.That(ByteSize.Format(ByteSize.Parse(text))).IsEqualTo(text);
    }
}
