using AwsSigV4Proxy.Hosting.Credentials;
using AwsSigV4Proxy.Signing.Keys;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using static AwsSigV4Proxy.Tests.Hosting.Credentials.Background;

namespace AwsSigV4Proxy.Tests.Hosting.Credentials;

/// <summary>Credentials that must live longer than the signature does (<c>--signature-lifetime</c>): ten minutes, of sessions of an hour.</summary>
internal sealed class MinimumLifetimeTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly ScriptedSource _source = new();

    [Test]
    public async Task GetAsync_TooLittleLeft_RefreshesBeforeSigning()
    {
        await using var cache = await CreateWithSessionAsync();
        var waiting = await AskAsync(cache, after: TimeSpan.FromMinutes(51));
        await Assert.That(waiting.Request.IsCompleted).IsFalse();
        _source.Give(Session("B"));

        await Assert.That((await waiting.Request).AccessKeyId).IsEqualTo("B");
    }

    [Test]
    public async Task GetAsync_RefreshFails_SignsWithWhatIsStillValid()
    {
        await using var cache = await CreateWithSessionAsync();
        var waiting = await AskAsync(cache, after: TimeSpan.FromMinutes(51));
        _source.Fail("away");

        await Assert.That((await waiting.Request).AccessKeyId).IsEqualTo("A");
    }

    [Test]
    public async Task GetAsync_FetchHangs_SignsWithWhatIsStillValidAfterAMoment()
    {
        await using var cache = await CreateWithSessionAsync();
        var waiting = await AskAsync(cache, after: TimeSpan.FromMinutes(51));
        _time.Advance(CredentialCache.LongestWaitForLongerLived);

        await Assert.That((await waiting.Request).AccessKeyId).IsEqualTo("A");
    }

    [Test]
    public async Task GetAsync_OneRefreshHasFailed_NobodyWaitsForTheNext()
    {
        await using var cache = await CreateWithSessionAsync();
        _time.Advance(TimeSpan.FromMinutes(51));
        await _source.WaitForFetchAsync(2);
        _source.Fail("away");
        await UntilReasonAsync(cache, "away");

        _time.Advance(TimeSpan.FromSeconds(1));
        await _source.WaitForFetchAsync(3);

        var answer = cache.GetAsync();
        await Assert.That(answer.IsCompletedSuccessfully).IsTrue();
        await Assert.That((await answer).AccessKeyId).IsEqualTo("A");
    }

    [Test]
    public async Task GetAsync_ExpiredWhileWaiting_WaitsForTheFetch()
    {
        await using var cache = await CreateWithSessionAsync();
        var waiting = await AskAsync(cache, after: TimeSpan.FromMinutes(60) - TimeSpan.FromSeconds(1));
        _time.Advance(CredentialCache.LongestWaitForLongerLived);
        await Assert.That(waiting.Request.IsCompleted).IsFalse();
        _source.Give(Session("B"));

        await Assert.That((await waiting.Request).AccessKeyId).IsEqualTo("B");
    }

    [Test]
    public async Task GetAsync_LongerThanAnySession_DoesNotFetchForEveryRequest()
    {
        await using var cache = CreateCache(TimeSpan.FromHours(1));
        _source.Give(Session("A"));

        for (var i = 0; i < 100; i++)
            await cache.GetAsync();

        await Assert.That(_source.Count).IsEqualTo(1);
    }

    private async Task<CredentialCache> CreateWithSessionAsync()
    {
        var cache = CreateCache(TimeSpan.FromMinutes(10));
        _source.Give(Session("A"));
        await cache.GetAsync();
        return cache;
    }

    /// <summary>Lets time pass, and has a request ask for credentials, which begins the second fetch.</summary>
    private async Task<Waiting> AskAsync(CredentialCache cache, TimeSpan after)
    {
        _time.Advance(after);
        var request = cache.GetAsync().AsTask();
        await _source.WaitForFetchAsync(2);
        return new(request);
    }

    private CredentialCache CreateCache(TimeSpan minimumLifetime) =>
        new(_source, NullLogger.Instance, minimumLifetime, _time, static () => 0);

    private SigningCredentials Session(string id) => new(id, "s", "token", _time.GetUtcNow() + TimeSpan.FromHours(1));

    /// <summary>A request that may still be waiting: a task of a task would be awaited, too.</summary>
    private sealed record Waiting(Task<SigningCredentials> Request);
}
