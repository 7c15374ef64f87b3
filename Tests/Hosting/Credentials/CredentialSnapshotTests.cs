using AwsSigV4Proxy.Hosting.Credentials;
using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Tests.Hosting.Credentials;

internal sealed class CredentialSnapshotTests
{
    private static readonly DateTimeOffset Now = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Test]
    [Arguments(3600, 0, 0, 3300)]
    [Arguments(3600, 0, 1, 3360)]
    [Arguments(900, 0, 0, 675)]
    [Arguments(900, 0, 1, 720)]
    [Arguments(3600, 600, 0, 2700)]
    [Arguments(3600, 3600, 0, 900)]
    [Arguments(12, 0, 0, 9)]
    [Arguments(3, 0, 0, 3)]
    [Arguments(7 * 86400, 0, 0, 12 * 3600)]
    public async Task Plan_Session_IsFreshInProportionToItsLifetime(int lifetime, int minimum, double jitter, int freshSeconds)
    {
        var snapshot = CredentialSnapshot.Plan(Session(lifetime), Now, TimeSpan.FromSeconds(minimum), jitter);

        await Assert.That((snapshot.FreshUntil - Now).TotalSeconds).IsEqualTo(freshSeconds);
        await Assert.That(snapshot.RequiredAt).IsGreaterThanOrEqualTo(snapshot.FreshUntil);
    }

    [Test]
    [Arguments(null, 0, 300)]
    [Arguments(null, 1, 240)]
    [Arguments("token", 0, 60)]
    [Arguments("token", 1, 48)]
    public async Task Plan_NoExpiry_IsLookedAtAgain(string? token, double jitter, int freshSeconds)
    {
        var snapshot = CredentialSnapshot.Plan(new SigningCredentials("A", "s", token), Now, TimeSpan.Zero, jitter);

        await Assert.That((snapshot.FreshUntil - Now).TotalSeconds).IsEqualTo(freshSeconds);
    }

    [Test]
    public async Task Plan_MinimumLifetime_IsRequiredFromThen()
    {
        var snapshot = CredentialSnapshot.Plan(Session(3600), Now, TimeSpan.FromSeconds(600), 0);

        await Assert.That((snapshot.RequiredAt - Now).TotalSeconds).IsEqualTo(3000);
    }

    [Test]
    [Arguments(0)]
    [Arguments(1200)]
    public async Task Plan_SameCredentialsUntilTheyExpire_AsksAFewTimesOnly(int minimum)
    {
        var session = Session(1200);
        var fetches = 0;
        for (var now = Now; now < session.Expiration; fetches++)
            now = CredentialSnapshot.Plan(session, now, TimeSpan.FromSeconds(minimum), 0).FreshUntil;

        await Assert.That(fetches).IsGreaterThan(2).And.IsLessThan(30);
    }

    [Test]
    public async Task IsUsable_AtExpiry_EndsExactlyThen()
    {
        var snapshot = CredentialSnapshot.Plan(Session(60), Now, TimeSpan.Zero, 0);

        await Assert.That(snapshot.IsUsable(Now.AddSeconds(59.999))).IsTrue();
        await Assert.That(snapshot.IsUsable(Now.AddSeconds(60))).IsFalse();
    }

    private static SigningCredentials Session(int seconds) => new("A", "s", "t", Now.AddSeconds(seconds));
}
