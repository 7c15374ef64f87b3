using AwsSigV4Proxy.Hosting.Commands;

namespace AwsSigV4Proxy.Tests.Hosting.Commands;

internal sealed class ListenAddressTests
{
    [Test]
    [Arguments("8080", "0.0.0.0:8080", false)]
    [Arguments(":8080", "0.0.0.0:8080", false)]
    [Arguments("0", "0.0.0.0:0", false)]
    [Arguments("0.0.0.0:8080", "0.0.0.0:8080", false)]
    [Arguments("127.0.0.1:8080", "127.0.0.1:8080", true)]
    [Arguments("192.0.2.1:65535", "192.0.2.1:65535", false)]
    [Arguments("[::1]:8080", "[::1]:8080", true)]
    [Arguments("[::]:8080", "[::]:8080", false)]
    [Arguments("localhost:0", "localhost:0", true)]
    [Arguments("LocalHost:8080", "localhost:8080", true)]
    [Arguments("unix:/run/proxy.sock", "unix:/run/proxy.sock", true)]
    public async Task Parse_AnyForm_IsThatAddress(string text, string expected, bool isLoopback)
    {
        var address = ListenAddress.Parse(text);

        await Assert.That(address.ToString()).IsEqualTo(expected);
        await Assert.That(address.IsLoopback).IsEqualTo(isLoopback);
    }

    [Test]
    public async Task Parse_Localhost_IsBothLoopbackAddresses()
    {
        await Assert.That(ListenAddress.Parse("localhost:80")).IsEqualTo(new ListenAddress.Localhost(80));
    }

    [Test]
    [Arguments("abc", "'abc' is not a port from 0 to 65535")]
    [Arguments("65536", "'65536' is not a port from 0 to 65535")]
    [Arguments("-1", "'-1' is not a port from 0 to 65535")]
    [Arguments("+80", "'+80' is not a port from 0 to 65535")]
    [Arguments("127.0.0.1:", "'' is not a port from 0 to 65535")]
    [Arguments("127.0.0.1:99999", "'99999' is not a port from 0 to 65535")]
    [Arguments("127.0.0.1", "'127.0.0.1' has no port")]
    [Arguments("[::1]", "'[::1]' has no port")]
    [Arguments("localhost", "'localhost' has no port")]
    [Arguments("::1:8080", "'::1' is an IPv6 address without brackets")]
    [Arguments("example.com:8080", "'example.com' is not an IP address")]
    [Arguments("example.com", "'example.com' is not an IP address")]
    [Arguments("*:8080", "'*' is not an IP address")]
    [Arguments("1:8080", "'1' is not an IP address")]
    [Arguments("127.1:8080", "'127.1' is not an IP address")]
    [Arguments("010.0.0.1:8080", "'010.0.0.1' is not an IP address")]
    [Arguments("[127.0.0.1]:8080", "'[127.0.0.1]' is not an IP address")]
    [Arguments("[:8080", "'[' is not an IP address")]
    [Arguments("unix:proxy.sock", "'proxy.sock' is not an absolute path")]
    [Arguments("unix:", "'' is not an absolute path")]
    public async Task Parse_SomethingElse_IsRefused(string text, string message)
    {
        await Assert.That(() => ListenAddress.Parse(text)).Throws<UsageException>().WithMessage(message);
    }

    // What the operating system takes is what is let through.
    [Test]
    public async Task Parse_LongestSocketPath_IsTheSystems()
    {
        var limit = OperatingSystem.IsMacOS() ? 103 : 107;
        var longest = "/" + new string('x', limit - 1);

        await Assert.That(ListenAddress.Parse("unix:" + longest)).IsEqualTo(new ListenAddress.UnixSocket(longest));
        await Assert.That(() => ListenAddress.Parse($"unix:{longest}x")).Throws<UsageException>();
        await Assert.That(() => new System.Net.Sockets.UnixDomainSocketEndPoint(longest)).ThrowsNothing();
        await Assert.That(() => new System.Net.Sockets.UnixDomainSocketEndPoint(longest + "xx")).ThrowsException();
    }
}
