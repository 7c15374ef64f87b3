using AwsSigV4Proxy.Hosting.Credentials;
using AwsSigV4Proxy.Signing.Keys;
using AwsSigV4Proxy.Tests.Fakes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AwsSigV4Proxy.Tests.Hosting.Credentials;

internal sealed class CredentialRenewalTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly ScriptedSource _source = new();

    [Test]
    public async Task RenewAsync_RefusedAgainAndAgain_FetchesOnceInAPause()
    {
        await using var cache = CreateCache();
        var renewal = new CredentialRenewal(cache, NullLogger.Instance, _time);
        var refused = Keys("A");
        _source.Give(refused);
        await cache.GetAsync();

        _source.Give(refused);
        await Assert.That(await RenewAsync(renewal, refused)).IsNull();
        _time.Advance(CredentialRenewal.Pause - TimeSpan.FromMilliseconds(1));
        await Assert.That(await RenewAsync(renewal, refused)).IsNull();
        await Assert.That(_source.Count).IsEqualTo(2);

        _time.Advance(TimeSpan.FromMilliseconds(1));
        _source.Give(Keys("B"));
        var renewed = await RenewAsync(renewal, refused);

        await Assert.That(renewed?.AccessKeyId).IsEqualTo("B");
        await Assert.That(_source.Count).IsEqualTo(3);
    }

    [Test]
    public async Task RenewAsync_ProviderHangs_TheRefusalIsNotHeldForLong()
    {
        await using var cache = CreateCache();
        var renewal = new CredentialRenewal(cache, NullLogger.Instance, _time);
        _source.Give(Keys("A"));
        var refused = await cache.GetAsync();

        var waiting = RenewAsync(renewal, refused);
        await _source.WaitForFetchAsync(2);
        _time.Advance(TimeSpan.FromSeconds(5));

        await Assert.That(await waiting).IsNull();
        _source.Give(Keys("B"));
    }

    [Test]
    [Arguments("AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE")]
    [Arguments("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "(redacted)")]
    public async Task RenewAsync_CredentialsThatAreRefused_NamesThemByWhatIsNoSecret(string id, string shown)
    {
        var (refused, logger) = (Keys(id), new CollectingLogger());
        await using var cache = CreateCache();
        _source.Give(refused);
        await cache.GetAsync();
        var renewal = new CredentialRenewal(cache, logger, _time);

        _source.Give(Keys(id));
        await renewal.RenewAsync(refused, "InvalidClientTokenId", CancellationToken.None);

        await Assert.That(logger.Lines.Single()).StartsWith($"Warning: AWS refused the credentials {shown} (InvalidClientTokenId)");
    }

    private static Task<SigningCredentials?> RenewAsync(CredentialRenewal renewal, SigningCredentials refused) =>
        renewal.RenewAsync(refused, "ExpiredToken", CancellationToken.None);

    private static SigningCredentials Keys(string id) => new(id, "s");

    private CredentialCache CreateCache() => new(_source, NullLogger.Instance, time: _time, jitter: static () => 0);
}
