using AwsSigV4Proxy.Hosting.Credentials;
using AwsSigV4Proxy.Signing.Keys;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using static AwsSigV4Proxy.Tests.Hosting.Credentials.Background;

namespace AwsSigV4Proxy.Tests.Hosting.Credentials;

internal sealed class CredentialCacheTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly ScriptedSource _source = new();

    [Test]
    public async Task GetAsync_Fresh_CompletesAtOnceWithoutAllocation()
    {
        await using var cache = CreateCache();
        _source.Give(Session("A", TimeSpan.FromHours(1)));
        await cache.GetAsync();

        var before = GC.GetAllocatedBytesForCurrentThread();
        var completed = 0;
        for (var i = 0; i < 1000; i++)
        {
            var answer = cache.GetAsync(CancellationToken.None);
            if (answer.IsCompletedSuccessfully && answer.Result.AccessKeyId == "A")
                completed++;
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        await Assert.That(completed).IsEqualTo(1000);
        await Assert.That(allocated).IsEqualTo(0);
        await Assert.That(_source.Count).IsEqualTo(1);
    }

    [Test]
    public async Task GetAsync_ManyCallersAndNothingYet_ShareOneFetch()
    {
        await using var cache = CreateCache();
        var callers = Enumerable.Range(0, 64).Select(_ => Task.Run(() => cache.GetAsync().AsTask())).ToArray();
        await _source.WaitForFetchAsync(1);

        _source.Give(Session("A", TimeSpan.FromHours(1)));
        var answers = await Task.WhenAll(callers);

        await Assert.That(answers.All(a => ReferenceEquals(a, answers[0]))).IsTrue();
        await Assert.That(_source.Count).IsEqualTo(1);
    }

    [Test]
    public async Task GetAsync_CallerGivesUp_FetchGoesOnForTheOthers()
    {
        await using var cache = CreateCache();
        using var patience = new CancellationTokenSource();
        var impatient = cache.GetAsync(patience.Token).AsTask();
        var patient = cache.GetAsync().AsTask();
        await _source.WaitForFetchAsync(1);

        await patience.CancelAsync();
        await Assert.That(async () => await impatient).Throws<OperationCanceledException>();
        _source.Give(Session("A", TimeSpan.FromHours(1)));

        await Assert.That((await patient).AccessKeyId).IsEqualTo("A");
        await Assert.That(_source.Count).IsEqualTo(1);
    }

    [Test]
    public async Task Start_BeforeAnyRequest_FetchesInTheBackground()
    {
        await using var cache = CreateCache();

        cache.Start();
        await _source.WaitForFetchAsync(1);
        await Assert.That(cache.Status.IsUsable).IsFalse();
        await Assert.That(cache.Status.Reason).IsNotNull();
        _source.Give(Session("A", TimeSpan.FromHours(1)));
        await cache.GetAsync();

        await Assert.That(cache.Status).IsEqualTo(new CredentialStatus(true, null, _time.GetUtcNow() + TimeSpan.FromHours(1)));
        await Assert.That(_source.Count).IsEqualTo(1);
    }

    // A lead of 5 minutes, or a quarter of the lifetime where that is less.
    [Test]
    [Arguments(60, 55)]
    [Arguments(15, 11.25)]
    [Arguments(4, 3)]
    public async Task Timer_AheadOfExpiry_RefreshesWhileTheOldCredentialsSign(double lifetimeMinutes, double refreshMinutes)
    {
        await using var cache = CreateCache();
        _source.Give(Session("A", TimeSpan.FromMinutes(lifetimeMinutes)));
        await cache.GetAsync();

        _time.Advance(TimeSpan.FromMinutes(refreshMinutes) - TimeSpan.FromSeconds(1));
        await cache.GetAsync();
        await Assert.That(_source.Count).IsEqualTo(1);

        _time.Advance(TimeSpan.FromSeconds(1));
        await _source.WaitForFetchAsync(2);
        var meanwhile = cache.GetAsync();
        await Assert.That(meanwhile.IsCompletedSuccessfully).IsTrue();
        await Assert.That((await meanwhile).AccessKeyId).IsEqualTo("A");

        _source.Give(Session("B", TimeSpan.FromMinutes(lifetimeMinutes)));
        await UntilAsync(cache, "B");
    }

    [Test]
    public async Task Refresh_FailsWhileValid_KeepsTheOldUntilTheyExpire()
    {
        await using var cache = CreateCache();
        _source.Give(Session("A", TimeSpan.FromHours(1)));
        await cache.GetAsync();

        _time.Advance(TimeSpan.FromMinutes(56));
        await _source.WaitForFetchAsync(2);
        _source.Fail("STS is away");
        await UntilReasonAsync(cache, "STS is away");
        var kept = cache.GetAsync();
        await Assert.That(kept.IsCompletedSuccessfully).IsTrue();
        await Assert.That((await kept).AccessKeyId).IsEqualTo("A");
        await Assert.That(cache.Status.IsUsable).IsTrue();

        _time.Advance(TimeSpan.FromMinutes(4));
        await _source.WaitForFetchAsync(3);
        _source.Fail("STS is still away");
        await Assert.That(async () => await cache.GetAsync()).Throws<CredentialsUnavailableException>();
        await Assert.That(cache.Current).IsNull();
        await Assert.That(cache.Status.IsUsable).IsFalse();
    }

    [Test]
    public async Task GetAsync_WithinBackOff_FailsAtOnceWithTheReasonAndAPause()
    {
        await using var cache = CreateCache();
        _source.Fail("run `aws sso login`");
        await Assert.That(async () => await cache.GetAsync()).Throws<CredentialsUnavailableException>();

        var again = cache.GetAsync();
        await Assert.That(again.IsFaulted).IsTrue();
        var error = await Assert.That(async () => await again).Throws<CredentialsUnavailableException>();

        await Assert.That(error!.Message).Contains("aws sso login");
        await Assert.That(error.RetryAfter).IsEqualTo(TimeSpan.FromSeconds(1));
        await Assert.That(_source.Count).IsEqualTo(1);
    }

    [Test]
    public async Task Refresh_FailsAgainAndAgain_BacksOffAndNeverGivesUp()
    {
        await using var cache = CreateCache();
        cache.Start();
        var pauses = new List<double>();
        for (var attempt = 1; attempt <= 9; attempt++)
        {
            await _source.WaitForFetchAsync(attempt);
            _source.Fail($"failure {attempt}");
            await UntilReasonAsync(cache, $"failure {attempt}");
            var error = await Assert.That(async () => await cache.GetAsync()).Throws<CredentialsUnavailableException>();
            pauses.Add(error!.RetryAfter!.Value.TotalSeconds);
            _time.Advance(error.RetryAfter.Value - TimeSpan.FromMilliseconds(1));
            await Assert.That(_source.Count).IsEqualTo(attempt);
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        await Assert.That(string.Join(' ', pauses)).IsEqualTo("1 2 4 8 15 15 15 15 15");
    }

    [Test]
    [Arguments(1, 14, 0, 1)]
    [Arguments(4, 14, 0, 3.5)]
    [Arguments(9, 2, 0, 1)]
    [Arguments(9, 300, 0, 15)]
    [Arguments(9, 300, 0.5, 13.5)]
    [Arguments(9, 300, 1, 12)]
    public async Task Refresh_FailsNearTheExpiry_LeavesTimeForMoreAttempts(
        int failures, double remainingSeconds, double jitter, double pauseSeconds)
    {
        var pause = RefreshFailure.PauseAfter(failures, jitter, TimeSpan.FromSeconds(remainingSeconds));

        await Assert.That(pause.TotalSeconds).IsEqualTo(pauseSeconds);
    }

    [Test]
    public async Task Refresh_SucceedsAfterFailures_ServesAndForgetsThem()
    {
        await using var cache = CreateCache();
        _source.Fail("away");
        await Assert.That(async () => await cache.GetAsync()).Throws<CredentialsUnavailableException>();

        _time.Advance(TimeSpan.FromSeconds(1));
        _source.Give(Session("A", TimeSpan.FromHours(1)));

        await Assert.That((await cache.GetAsync()).AccessKeyId).IsEqualTo("A");
        await Assert.That(cache.Status.Reason).IsNull();
    }

    [Test]
    public async Task GetAsync_ClockJumpsPastExpiry_WaitsForNewCredentials()
    {
        await using var cache = CreateCache();
        _source.Give(Session("A", TimeSpan.FromHours(1)));
        await cache.GetAsync();

        // As after a laptop's sleep: the clock has moved, no timer has run in between.
        _time.Advance(TimeSpan.FromHours(3));
        var waiting = cache.GetAsync().AsTask();
        await _source.WaitForFetchAsync(2);
        await Assert.That(waiting.IsCompleted).IsFalse();
        _source.Give(Session("B", TimeSpan.FromHours(1)));

        await Assert.That((await waiting).AccessKeyId).IsEqualTo("B");
    }

    [Test]
    public async Task Fetch_GivesExpiredCredentials_CountsAsFailure()
    {
        await using var cache = CreateCache();
        _source.Give(Session("A", TimeSpan.FromSeconds(-1)));

        var error = await Assert.That(async () => await cache.GetAsync()).Throws<CredentialsUnavailableException>();

        await Assert.That(error!.Message).Contains("expired");
        await Assert.That(cache.Current).IsNull();
    }

    [Test]
    public async Task Fetch_ThrowsSomethingUnexpected_HidesItsMessage()
    {
        await using var cache = CreateCache();
        _source.Throw(new InvalidOperationException("a-secret"));

        var error = await Assert.That(async () => await cache.GetAsync()).Throws<CredentialsUnavailableException>();

        await Assert.That(error!.Message).Contains("InvalidOperationException").And.DoesNotContain("a-secret");
    }

    [Test]
    public async Task GetAsync_FetchHangs_IsEndedAtItsLimitAndSoIsTheWait()
    {
        await using var cache = CreateCache();
        var waiting = cache.GetAsync().AsTask();
        await _source.WaitForFetchAsync(1);

        _time.Advance(TimeSpan.FromSeconds(30));
        var error = await Assert.That(async () => await waiting).Throws<CredentialsUnavailableException>();
        await Assert.That(error!.Message).Contains("within 30 s");

        _time.Advance(TimeSpan.FromSeconds(1));
        await _source.WaitForFetchAsync(2);
    }

    [Test]
    public async Task GetAsync_ClockSetBackDuringBackOff_DoesNotSendCallersAwayForLong()
    {
        await using var cache = CreateCache();
        _source.Fail("away");
        await Assert.That(async () => await cache.GetAsync()).Throws<CredentialsUnavailableException>();

        _time.AdjustTime(_time.GetUtcNow().AddHours(-1));
        var error = await Assert.That(async () => await cache.GetAsync()).Throws<CredentialsUnavailableException>();

        await Assert.That(error!.RetryAfter).IsEqualTo(TimeSpan.FromSeconds(15));
    }

    // As when a file is opened on a network that hangs.
    [Test]
    public async Task Fetch_BlocksBeforeItsFirstAwait_IsEndedAtItsLimitAndHoldsUpNoEnd()
    {
        using var gate = new ManualResetEventSlim();
        var cache = new CredentialCache(new BlockingSource(gate), NullLogger.Instance, time: _time, jitter: static () => 0);
        cache.Start();
        await UntilAsync(() => BlockingSource.Count == 1);

        _time.Advance(TimeSpan.FromSeconds(30));
        await UntilReasonAsync(cache, "within 30 s");
        _time.Advance(TimeSpan.FromSeconds(1));
        await UntilAsync(() => BlockingSource.Count == 2);
        await cache.DisposeAsync();

        gate.Set();
    }

    // Many proxies that started together must not ask together.
    [Test]
    public async Task Refresh_NobodyGivesTheJitter_IsSpread()
    {
        var caches = Enumerable.Range(0, 30).Select(_ => (Source: new ScriptedSource(), Cache: (CredentialCache?)null)).ToArray();
        for (var i = 0; i < caches.Length; i++)
        {
            caches[i].Cache = new CredentialCache(caches[i].Source, NullLogger.Instance, time: _time);
            caches[i].Source.Give(Session("A", TimeSpan.FromHours(1)));
            await caches[i].Cache!.GetAsync();
        }

        // The refresh is due between 55 and 56 minutes.
        _time.Advance(TimeSpan.FromMinutes(55.5));
        foreach (var (source, cache) in caches.Where(static cache => cache.Cache!.IsRefreshing))
            await source.WaitForFetchAsync(2);
        var early = caches.Count(static cache => cache.Source.Count == 2);
        foreach (var (_, cache) in caches)
            await cache!.DisposeAsync();

        await Assert.That(early).IsBetween(1, caches.Length - 1);
    }

    [Test]
    public async Task Refresh_SameCredentials_KeepsTheSameObject()
    {
        await using var cache = CreateCache();
        _source.Give(new SigningCredentials("A", "s"));
        var first = await cache.GetAsync();

        _time.Advance(TimeSpan.FromMinutes(5));
        await _source.WaitForFetchAsync(2);
        _source.Fail("away");
        await UntilReasonAsync(cache, "away");
        _time.Advance(TimeSpan.FromSeconds(1));
        _source.Give(new SigningCredentials("A", "s"));
        await UntilAsync(() => cache.Status.Reason is null);

        await Assert.That(await cache.GetAsync()).IsSameReferenceAs(first);
    }

    [Test]
    [Arguments(null, 5)]
    [Arguments("token", 1)]
    public async Task Timer_CredentialsWithoutExpiry_LooksAgainFromTimeToTime(string? token, int minutes)
    {
        await using var cache = CreateCache();
        _source.Give(new SigningCredentials("A", "s", token));
        await cache.GetAsync();

        _time.Advance(TimeSpan.FromMinutes(minutes) - TimeSpan.FromSeconds(1));
        await Assert.That(_source.Count).IsEqualTo(1);
        _time.Advance(TimeSpan.FromSeconds(1));
        await _source.WaitForFetchAsync(2);
        _source.Give(new SigningCredentials("EDITED", "s", token));

        await UntilAsync(cache, "EDITED");
    }

    [Test]
    public async Task DisposeAsync_FetchInFlight_EndsItAndFetchesNoMore()
    {
        var cache = CreateCache();
        var waiting = cache.GetAsync().AsTask();
        await _source.WaitForFetchAsync(1);

        await cache.DisposeAsync();

        await Assert.That(_source.LastToken.IsCancellationRequested).IsTrue();
        await Assert.That(async () => await waiting).Throws<ObjectDisposedException>();
        await Assert.That(async () => await cache.GetAsync()).Throws<ObjectDisposedException>();
        _time.Advance(TimeSpan.FromHours(1));
        await Assert.That(_source.Count).IsEqualTo(1);
    }

    private sealed class BlockingSource(ManualResetEventSlim gate) : ICredentialSource
    {
        private static int _count;

        public static int Count => Volatile.Read(ref _count);

        public Task<SigningCredentials> FetchAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _count);
            gate.Wait(TimeSpan.FromMinutes(1), CancellationToken.None);
            throw new CredentialsUnavailableException("too late");
        }
    }

    private CredentialCache CreateCache() => new(_source, NullLogger.Instance, time: _time, jitter: static () => 0);

    private SigningCredentials Session(string id, TimeSpan lifetime) => new(id, "s", "token", _time.GetUtcNow() + lifetime);
}
