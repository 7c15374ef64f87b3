using AwsSigV4Proxy.Hosting.Credentials;

namespace AwsSigV4Proxy.Tests.Hosting.Credentials;

internal sealed class RoleSessionNameTests
{
    [Test]
    [Arguments("me+a=b,c.d@e-f_1", "me+a=b,c.d@e-f_1")]
    [Arguments("a b/c:d", "a-b-c-d")]
    [Arguments("naïve", "na-ve")]
    [Arguments("x", "x-")]
    public async Task Fit_AnyName_IsWhatStsTakes(string name, string expected) =>
        await Assert.That(RoleSessionName.Fit(name)).IsEqualTo(expected);

    [Test]
    public async Task Fit_LongName_IsCutTo64() =>
        await Assert.That(RoleSessionName.Fit(new string('a', 100))).IsEqualTo(new string('a', 64));

    [Test]
    [Arguments(null)]
    [Arguments("")]
    public async Task Choose_NoneAskedFor_NamesTheProxyAndItsHost(string? requested) =>
        await Assert.That(RoleSessionName.Choose(requested)).IsEqualTo(RoleSessionName.Fit($"aws-sigv4-proxy-{Environment.MachineName}"));
}
