using AwsSigV4Proxy.Hosting.Credentials;
using AwsSigV4Proxy.Hosting.Files;
using AwsSigV4Proxy.Signing.Keys;
using AwsSigV4Proxy.Tests.Fakes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using static AwsSigV4Proxy.Tests.Hosting.Credentials.Background;

namespace AwsSigV4Proxy.Tests.Hosting.Credentials;

internal sealed class CredentialFileWatchTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly ScriptedSource _source = new();
    private readonly List<(string Path, FileStamp Stamp)> _named = [];
    private int _looks;

    [Test]
    [Arguments("written anew")]
    [Arguments("removed")]
    [Arguments("replaced")]
    [Arguments("behind a link")]
    public async Task File_Changed_IsFetchedFromAtTheNextLook(string how)
    {
        using var folder = new TestFolder();
        var path = folder.Write("one/credentials", "old");
        if (how == "behind a link")
        {
            // As Kubernetes mounts a secret.
            Directory.CreateSymbolicLink(folder["data"], folder["one"]);
            path = Path.Combine(folder["data"], "credentials");
        }

        await using var cache = CreateCache();
        _source.Give(Session("A"));
        await cache.GetAsync();
        await using var watch = Watch(cache, path);

        Change(folder, how);
        _time.Advance(CredentialFileWatch.Interval);
        await _source.WaitForFetchAsync(2);
        _source.Give(Session("B"));

        await UntilAsync(() => cache.Current?.AccessKeyId == "B");
    }

    [Test]
    public async Task NamedFile_Changed_IsFetchedFromAndItsAppearanceIsNoChange()
    {
        using var folder = new TestFolder();
        await using var cache = CreateCache();
        _source.Give(Session("A"));
        await cache.GetAsync();
        await using var watch = Watch(cache);
        var token = folder.Write("token", "old");
        _named.Add((token, FileStamp.ReadUnopened(token)));
        await UntilLookedAsync(_looks + 3);
        await Assert.That(_source.Count).IsEqualTo(1);

        folder.Write("token", "newer");
        _time.Advance(CredentialFileWatch.Interval);

        await _source.WaitForFetchAsync(2);
    }

    [Test]
    public async Task File_Unchanged_IsNoReasonToFetch()
    {
        using var folder = new TestFolder();
        await using var cache = CreateCache();
        _source.Give(Session("A"));
        await cache.GetAsync();
        await using var watch = Watch(cache, folder.Write("credentials", "old"), folder["missing"]);

        await UntilLookedAsync(10);

        await Assert.That(_source.Count).IsEqualTo(1);
    }

    [Test]
    public async Task File_WrittenAfterFailures_IsFetchedFromWithoutWaitingForTheNextAttempt()
    {
        using var folder = new TestFolder();
        await using var cache = CreateCache();
        cache.Start();
        for (var attempt = 1; attempt <= 5; attempt++)
        {
            await _source.WaitForFetchAsync(attempt);
            _source.Fail($"failure {attempt}");
            await UntilAsync(() => cache.Status.Reason == $"failure {attempt}");
            // The last one leaves 15 seconds until the next attempt.
            if (attempt < 5)
                _time.Advance(TimeSpan.FromSeconds(15));
        }

        await using var watch = Watch(cache, folder["token"]);
        folder.Write("token", "new");
        _time.Advance(CredentialFileWatch.IntervalWithoutCredentials);
        await _source.WaitForFetchAsync(6);
        _source.Give(Session("A"));

        await UntilAsync(() => cache.Current?.AccessKeyId == "A");
    }

    [Test]
    public async Task File_ChangedDuringAFetch_IsFetchedFromOnceMore()
    {
        using var folder = new TestFolder();
        await using var cache = CreateCache();
        await using var watch = Watch(cache, folder.Write("credentials", "old"));
        cache.Start();
        await _source.WaitForFetchAsync(1);

        folder.Write("credentials", "newer");
        _time.Advance(CredentialFileWatch.IntervalWithoutCredentials);
        await UntilAsync(() => _looks == 2);
        _source.Give(Session("OLD"));
        _source.Give(Session("NEW"));

        await UntilAsync(() => cache.Current?.AccessKeyId == "NEW");
        await Assert.That(_source.Count).IsEqualTo(2);
    }

    [Test]
    public async Task File_ChangedDuringTheRefreshForAChange_IsFetchedFromOnceMore()
    {
        using var folder = new TestFolder();
        await using var cache = CreateCache();
        _source.Give(Session("A"));
        await cache.GetAsync();
        await using var watch = Watch(cache, folder.Write("credentials", "old"));

        folder.Write("credentials", "half");
        _time.Advance(CredentialFileWatch.Interval);
        await _source.WaitForFetchAsync(2);
        folder.Write("credentials", "whole");
        _source.Give(Session("HALF"));
        await UntilAsync(() => cache.Current?.AccessKeyId == "HALF");
        _source.Give(Session("WHOLE"));
        await UntilLookedAsync(_looks + 10);

        await UntilAsync(() => cache.Current?.AccessKeyId == "WHOLE");
    }

    private static void Change(TestFolder folder, string how)
    {
        switch (how)
        {
            case "removed":
                File.Delete(folder["one/credentials"]);
                break;
            case "replaced":
                File.Move(folder.Write("new", "newer"), folder["one/credentials"], overwrite: true);
                break;
            case "behind a link":
                folder.Write("two/credentials", "newer");
                Directory.Delete(folder["data"]);
                Directory.CreateSymbolicLink(folder["data"], folder["two"]);
                break;
            default:
                folder.Write("one/credentials", "newer");
                break;
        }
    }

    private CredentialCache CreateCache() => new(_source, NullLogger.Instance, time: _time, jitter: static () => 0);

    private CredentialFileWatch Watch(CredentialCache cache, params string[] paths) => new(
        cache,
        new CredentialFiles(() =>
        {
            Interlocked.Increment(ref _looks);
            return paths;
        }, () => _named),
        _time);

    private SigningCredentials Session(string id) => new(id, "s", "token", _time.GetUtcNow() + TimeSpan.FromHours(12));

    /// <summary>Lets time pass, far less than until a refresh is due, until there were so many looks.</summary>
    private Task UntilLookedAsync(int count) => UntilAsync(() =>
    {
        _time.Advance(CredentialFileWatch.IntervalWithoutCredentials);
        return Volatile.Read(ref _looks) >= count;
    });
}
