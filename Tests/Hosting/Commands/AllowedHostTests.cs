using AwsSigV4Proxy.Hosting.Commands;

namespace AwsSigV4Proxy.Tests.Hosting.Commands;

internal sealed class AllowedHostTests
{
    [Test]
    [Arguments("x.test", "x.test", null, "https://x.test")]
    [Arguments("x.test", "x.test", 80, "https://x.test")]
    [Arguments("x.test", "x.test", 443, "https://x.test")]
    [Arguments("X.Test.", "x.test", null, "https://x.test")]
    [Arguments("https://x.test:443", "x.test", null, "https://x.test")]
    [Arguments("x.test:9000", "x.test", 9000, "https://x.test:9000")]
    [Arguments("http://x.test", "x.test", null, "http://x.test")]
    [Arguments("http://x.test:9000", "x.test", 9000, "http://x.test:9000")]
    [Arguments("*.x.test", "a.x.test", null, "https://a.x.test")]
    [Arguments("*.x.test", "a.b.x.test", null, "https://a.b.x.test")]
    [Arguments("http://*.x.test:81", "a.x.test", 81, "http://a.x.test:81")]
    [Arguments("127.0.0.1:9000", "127.0.0.1", 9000, "https://127.0.0.1:9000")]
    [Arguments("[::1]", "[::1]", null, "https://[::1]")]
    public async Task Match_AHostThatIsMeant_GivesTheTargetToDial(string pattern, string host, int? port, string target)
    {
        await Assert.That(AllowedHost.Parse(pattern).Match(host, port)?.ToString()).IsEqualTo(target);
    }

    [Test]
    [Arguments("x.test", "y.test", null)]
    [Arguments("x.test", "ax.test", null)]
    [Arguments("x.test", "a.x.test", null)]
    [Arguments("x.test", "x.test.evil.example", null)]
    [Arguments("x.test", "x.test", 8080)]
    [Arguments("x.test:9000", "x.test", null)]
    [Arguments("x.test:9000", "x.test", 9001)]
    [Arguments("http://x.test", "x.test", 443)]
    [Arguments("*.x.test", "x.test", null)]
    [Arguments("*.x.test", ".x.test", null)]
    [Arguments("*.x.test", "ax.test", null)]
    [Arguments("*.x.test", "a.x.test.evil.example", null)]
    public async Task Match_AnyOtherHost_GivesNone(string pattern, string host, int? port)
    {
        await Assert.That(AllowedHost.Parse(pattern).Match(host, port)).IsNull();
    }

    [Test]
    [Arguments("*")]
    [Arguments("*.")]
    [Arguments("*.*")]
    [Arguments("https://")]
    [Arguments("ftp://x.test")]
    [Arguments("a.*.test")]
    [Arguments("x.test/path")]
    [Arguments("user@x.test")]
    [Arguments("x.test:")]
    [Arguments("*.127.0.0.1")]
    [Arguments("*.[::1]")]
    public async Task Parse_WhatIsNoPattern_IsRefused(string text)
    {
        await Assert.That(() => AllowedHost.Parse(text)).Throws<UsageException>();
    }
}
