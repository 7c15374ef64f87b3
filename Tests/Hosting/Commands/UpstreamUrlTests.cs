using AwsSigV4Proxy.Hosting.Commands;

namespace AwsSigV4Proxy.Tests.Hosting.Commands;

internal sealed class UpstreamUrlTests
{
    [Test]
    [Arguments("https://x.test", "https", "x.test", 443, "")]
    [Arguments("HTTP://X.Test/", "http", "x.test", 80, "")]
    [Arguments("https://x.test:8443", "https", "x.test", 8443, "")]
    [Arguments("http://localhost:9200", "http", "localhost", 9200, "")]
    [Arguments("https://x.test./", "https", "x.test.", 443, "")]
    [Arguments("https://my_service:80", "https", "my_service", 80, "")]
    [Arguments("https://192.0.2.1", "https", "192.0.2.1", 443, "")]
    [Arguments("https://[2001:DB8:0::1]:8443", "https", "[2001:db8::1]", 8443, "")]
    [Arguments("https://BÜCHER.example", "https", "xn--bcher-kva.example", 443, "")]
    [Arguments("https://x.test/a/b", "https", "x.test", 443, "/a/b")]
    [Arguments("https://x.test/a/b/", "https", "x.test", 443, "/a/b")]
    [Arguments("https://x.test/a//", "https", "x.test", 443, "/a/")]
    [Arguments("https://x.test/%2e%2E/%7Eb/../c%2Fd", "https", "x.test", 443, "/%2e%2E/%7Eb/../c%2Fd")]
    [Arguments("https://x.test/a@b:c|{d}", "https", "x.test", 443, "/a@b:c|{d}")]
    public async Task Parse_Url_IsTakenApartWithItsPathUnchanged(string url, string scheme, string host, int port, string prefix)
    {
        var target = UpstreamUrl.Parse(url);

        await Assert.That((target.Scheme, target.Host, target.Port, target.PathPrefix)).IsEqualTo((scheme, host, port, prefix));
    }

    [Test]
    [Arguments("x.test", "did you mean https://x.test?")]
    [Arguments("x.test:8443/a", "did you mean https://x.test:8443/a?")]
    [Arguments("https:/x.test", "write https://HOST, with :PORT and /PATH where they are needed")]
    [Arguments("//x.test", "write https://HOST, with :PORT and /PATH where they are needed")]
    public async Task Parse_NoScheme_SuggestsOneWhereThatHelps(string url, string hint)
    {
        var refusal = Refuse(url);

        await Assert.That(refusal.Message).IsEqualTo($"'{url}' has no scheme");
        await Assert.That(refusal.Hint).IsEqualTo(hint);
    }

    [Test]
    [Arguments("ftp://x.test", "'ftp' is not a scheme that the proxy speaks")]
    [Arguments("https://", "'https://': there is no host")]
    [Arguments("https:///a", "'https:///a': there is no host")]
    [Arguments("https://:443", "'https://:443': there is no host")]
    [Arguments("https://x.test:", "'https://x.test:': the port is not a number from 1 to 65535")]
    [Arguments("https://x.test:0", "'https://x.test:0': the port is not a number from 1 to 65535")]
    [Arguments("https://x.test:65536", "'https://x.test:65536': the port is not a number from 1 to 65535")]
    [Arguments("https://x.test:+80", "'https://x.test:+80': the port is not a number from 1 to 65535")]
    [Arguments("https://x y", "'https://x y': the host has a character that no host name has")]
    [Arguments("https://x%2etest", "'https://x%2etest': the host has a character that no host name has")]
    [Arguments("https://*.test", "'https://*.test': the host has a character that no host name has")]
    [Arguments("https://a..test", "'https://a..test': the host is not a name that DNS can hold")]
    [Arguments("https://.test", "'https://.test': the host is not a name that DNS can hold")]
    [Arguments("https://127.1", "'https://127.1': the host is neither a name nor an IPv4 address")]
    [Arguments("https://0177.0.0.1", "'https://0177.0.0.1': the host is neither a name nor an IPv4 address")]
    [Arguments("https://2130706433", "'https://2130706433': the host is neither a name nor an IPv4 address")]
    [Arguments("https://[::1", "'https://[::1': there is no host")]
    [Arguments("https://[::1]x", "'https://[::1]x': the port is not a number from 1 to 65535")]
    [Arguments("https://[127.0.0.1]", "'https://[127.0.0.1]': the host in brackets is not an IPv6 address")]
    [Arguments("https://[fe80::1%25eth0]", "'https://[fe80::1%25eth0]': the host in brackets is not an IPv6 address")]
    [Arguments("https://x.test/a b", "'https://x.test/a b': the path has a character that must be percent-encoded")]
    [Arguments("https://x.test/ü", "'https://x.test/ü': the path has a character that must be percent-encoded")]
    [Arguments(@"https://x.test\a", @"'https://x.test\a': the path has a character that must be percent-encoded")]
    [Arguments("https://x.test/50%", "'https://x.test/50%': the path has a '%' without two hexadecimal digits")]
    [Arguments("https://x.test/%zz", "'https://x.test/%zz': the path has a '%' without two hexadecimal digits")]
    public async Task Parse_NoUrlOfAnUpstream_IsRefused(string url, string message)
    {
        await Assert.That(Refuse(url).Message).IsEqualTo(message);
    }

    [Test]
    public async Task Parse_LabelOrNameTooLong_IsRefused()
    {
        var label = new string('a', 63);

        await Assert.That(UpstreamUrl.Parse($"https://{label}.test").Host).IsEqualTo($"{label}.test");
        await Assert.That(() => UpstreamUrl.Parse($"https://{label}a.test")).Throws<UsageException>();
        await Assert.That(() => UpstreamUrl.Parse($"https://{label}.{label}.{label}.{label}.test")).Throws<UsageException>();
    }

    [Test]
    [Arguments("https://user:hunter2@x.test")]
    [Arguments("https://user:hun/ter2@x.test")]
    [Arguments("https://user:hunter2/@x.test")]
    [Arguments("https://user:hunter2?@x.test")]
    [Arguments("https://hunter2@x.test/path")]
    [Arguments("user:hunter2@x.test")]
    [Arguments("ftp://user:hunter2@x.test")]
    [Arguments("https:/user:hunter2@x.test")]
    [Arguments("https://x.test/?X-Amz-Signature=hunter2")]
    [Arguments("https://x.test?token=hunter2")]
    [Arguments("https://x.test#hunter2")]
    [Arguments("https://x.test:port/#hunter2")]
    [Arguments("x.test?token=hunter2")]
    public async Task Parse_SecretInTheUrl_IsRefusedWithoutShowingIt(string url)
    {
        var refusal = Refuse(url);

        await Assert.That(refusal.Message + refusal.Hint).DoesNotContain("hun");
    }

    private static UsageException Refuse(string url)
    {
        try
        {
            return new UsageException($"it was taken: {UpstreamUrl.Parse(url)}", "");
        }
        catch (UsageException refusal)
        {
            return refusal;
        }
    }
}
