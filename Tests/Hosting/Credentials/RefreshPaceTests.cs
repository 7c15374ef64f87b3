using AwsSigV4Proxy.Hosting.Credentials;
using Microsoft.Extensions.Time.Testing;

namespace AwsSigV4Proxy.Tests.Hosting.Credentials;

internal sealed class RefreshPaceTests
{
    private readonly FakeTimeProvider _time = new();

    [Test]
    public async Task TryStart_ChangesAllTheTime_PausesGrow()
    {
        var pace = Create();
        var starts = new List<double>();
        for (var second = 0; second < 3600; second++, _time.Advance(TimeSpan.FromSeconds(1)))
        {
            if (pace.TryStart())
                starts.Add(second);
        }

        await Assert.That(string.Join(' ', starts.Take(10))).IsEqualTo("0 1 6 16 36 76 156 316 616 916");
        await Assert.That(starts.Count).IsEqualTo(18);
    }

    [Test]
    public async Task TryStart_ChangesFarApart_NeverWait()
    {
        var pace = Create();
        for (var change = 0; change < 10; change++)
        {
            await Assert.That(pace.TryStart()).IsTrue();
            _time.Advance(TimeSpan.FromSeconds(11));
        }
    }

    [Test]
    public async Task TryStart_CalmAfterManyChanges_IsAsAtTheBeginning()
    {
        var pace = Create();
        for (var second = 0; second < 100; second++, _time.Advance(TimeSpan.FromSeconds(1)))
            pace.TryStart();

        _time.Advance(TimeSpan.FromMinutes(11));

        await Assert.That(pace.TryStart()).IsTrue();
        await Assert.That(pace.TryStart()).IsTrue();
    }

    private RefreshPace Create() => new(_time, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5));
}
