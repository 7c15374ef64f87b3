using AwsSigV4Proxy.Hosting.Telemetry;
using Microsoft.Extensions.Time.Testing;

namespace AwsSigV4Proxy.Tests.Hosting.Telemetry;

/// <summary>How many of the same failures are logged, and when the rest of them is told.</summary>
internal sealed class RepeatLimitTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _told = [];

    [Test]
    public async Task MayLog_Flood_LetsTheFirstTenOfEachKindPassAndTellsTheRestWhenTheWindowEnds()
    {
        using var limit = Create();

        await Assert.That(Passed(limit, "a", 1000)).IsEqualTo(10);
        await Assert.That(Passed(limit, "b", 9)).IsEqualTo(9);
        _time.Advance(TimeSpan.FromSeconds(9));
        await Assert.That(Passed(limit, "a", 1)).IsEqualTo(0);
        await Assert.That(_told).IsEmpty();
        _time.Advance(TimeSpan.FromSeconds(1));

        await Assert.That(string.Join('|', _told)).IsEqualTo("a 991 10");
    }

    [Test]
    public async Task MayLog_NextWindow_BeginsAnew()
    {
        using var limit = Create();

        for (var i = 0; i < 3; i++)
        {
            await Assert.That(Passed(limit, "a", 11 + i)).IsEqualTo(10);
            _time.Advance(RepeatLimit.Window);
        }

        await Assert.That(string.Join('|', _told)).IsEqualTo("a 1 10|a 2 10|a 3 10");
    }

    [Test]
    public async Task MayLog_SlowTrickle_IsNeverLimited()
    {
        using var limit = Create();

        for (var i = 0; i < 50; i++)
        {
            await Assert.That(Passed(limit, "a", 1)).IsEqualTo(1);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        await Assert.That(_told).IsEmpty();
    }

    [Test]
    public async Task Dispose_WithinAWindow_TellsTheRestAtOnceAndNothingLater()
    {
        var limit = Create();
        Passed(limit, "a", 12);
        _time.Advance(TimeSpan.FromSeconds(3));

        limit.Dispose();
        _time.Advance(RepeatLimit.Window);

        await Assert.That(string.Join('|', _told)).IsEqualTo("a 2 3");
    }

    [Test]
    public async Task MayLog_ManyAtOnce_LosesNone()
    {
        var limit = Create();
        var passed = 0;

        Parallel.For(0, 10_000, _ =>
        {
            if (limit.MayLog("a"))
                Interlocked.Increment(ref passed);
        });
        limit.Dispose();

        await Assert.That(passed).IsEqualTo(10);
        await Assert.That(string.Join('|', _told)).IsEqualTo("a 9990 0");
    }

    private static int Passed(RepeatLimit limit, string kind, int count) => Enumerable.Range(0, count).Count(_ => limit.MayLog(kind));

    private RepeatLimit Create() => new(_time, (kind, count, over) => _told.Add($"{kind} {count} {over.TotalSeconds}"));
}
