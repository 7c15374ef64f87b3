using AwsSigV4Proxy.Hosting.Commands;

namespace AwsSigV4Proxy.Tests.Hosting.Commands;

internal sealed class DurationTests
{
    [Test]
    [Arguments("30", 30_000)]
    [Arguments("1", 1_000)]
    [Arguments("0.5", 500)]
    [Arguments("500ms", 500)]
    [Arguments("1ms", 1)]
    [Arguments("30s", 30_000)]
    [Arguments("1.5s", 1_500)]
    [Arguments("5m", 300_000)]
    [Arguments("1h", 3_600_000)]
    [Arguments("24h", 86_400_000)]
    public async Task Parse_NumberWithOrWithoutUnit_IsThatTime(string text, int milliseconds)
    {
        await Assert.That(Duration.Parse(text)).IsEqualTo(TimeSpan.FromMilliseconds(milliseconds));
    }

    [Test]
    [Arguments("")]
    [Arguments("s")]
    [Arguments("1d")]
    [Arguments("1 s")]
    [Arguments(" 1")]
    [Arguments("1S")]
    [Arguments("1e3")]
    [Arguments("1,5s")]
    [Arguments("1h30m")]
    [Arguments("0x10")]
    [Arguments("NaN")]
    [Arguments("Infinity")]
    [Arguments("99999999999999999999999999999999999999h")]
    public async Task Parse_SomethingElse_IsNoDuration(string text)
    {
        await Assert.That(() => Duration.Parse(text)).Throws<UsageException>().WithMessage($"'{text}' is not a duration");
    }

    [Test]
    [Arguments("0")]
    [Arguments("0ms")]
    [Arguments("0.9ms")]
    [Arguments("-1")]
    [Arguments("-5m")]
    [Arguments("86401")]
    [Arguments("24.0001h")]
    [Arguments("9999999999999999999999999h")]
    public async Task Parse_OutOfRange_IsRefused(string text)
    {
        await Assert.That(() => Duration.Parse(text)).Throws<UsageException>().WithMessage($"'{text}' is out of range");
    }

    [Test]
    [Arguments("10s")]
    [Arguments("300s")]
    [Arguments("500ms")]
    [Arguments("1500ms")]
    [Arguments("1h")]
    public async Task Format_AnyDuration_IsReadBackTheSame(string text)
    {
        await Assert.That(Duration.Format(Duration.Parse(text))).IsEqualTo(text);
    }
}
