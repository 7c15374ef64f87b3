using AwsSigV4Proxy.Hosting.Commands;

namespace AwsSigV4Proxy.Tests.Hosting.Commands;

internal sealed class AllowedOriginTests
{
    [Test]
    [Arguments("https://app.test", "https://app.test")]
    [Arguments("HTTPS://App.Test:443", "https://app.test")]
    [Arguments("http://app.test:80", "http://app.test")]
    [Arguments("http://app.test:443", "http://app.test:443")]
    [Arguments("http://localhost:3000", "http://localhost:3000")]
    [Arguments("http://[::1]:3000", "http://[::1]:3000")]
    [Arguments("chrome-extension://abcdef", "chrome-extension://abcdef")]
    public async Task Parse_Origin_IsAsBrowsersSendIt(string text, string expected)
    {
        await Assert.That(AllowedOrigin.Parse(text)).IsEqualTo(expected);
    }

    [Test]
    [Arguments("*")]
    [Arguments("null")]
    [Arguments("app.test")]
    [Arguments("://app.test")]
    [Arguments("1http://app.test")]
    [Arguments("ht tp://app.test")]
    [Arguments("https://app.test/")]
    [Arguments("https://app.test/path")]
    [Arguments("https://app.test?query")]
    [Arguments("https://user@app.test")]
    [Arguments("https://*.app.test")]
    [Arguments("https://")]
    [Arguments("https://app.test:http")]
    public async Task Parse_SomethingElse_IsRefused(string text)
    {
        await Assert.That(() => AllowedOrigin.Parse(text)).Throws<UsageException>();
    }
}
