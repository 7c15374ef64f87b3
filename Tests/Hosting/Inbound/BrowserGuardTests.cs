using System.Net;
using AwsSigV4Proxy.Hosting;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Forwarding;
using AwsSigV4Proxy.Hosting.Inbound;
using Microsoft.AspNetCore.Http;

namespace AwsSigV4Proxy.Tests.Hosting.Inbound;

/// <summary>Which browser requests pass: by Origin and Sec-Fetch-Site, and on loopback by Host.</summary>
internal sealed class BrowserGuardTests
{
    private static readonly string[] Allowed = ["https://app.example.com", "http://localhost:3000", "https://[2001:db8::1]:8443"];

    // Listening on all addresses: the Host is not looked at.
    [Test]
    // No browser, or what the person did.
    [Arguments("http", "proxy:8080", null, null, null, true)]
    [Arguments("http", "proxy:8080", null, "none", null, true)]
    [Arguments("http", "proxy:8080", null, "same-origin", null, true)]
    // The page that the proxy served.
    [Arguments("http", "proxy:8080", "http://proxy:8080", "same-origin", null, true)]
    [Arguments("http", "proxy:8080", "http://proxy:8080", null, null, true)]
    [Arguments("http", "PROXY:8080", "http://proxy:8080", null, null, true)]
    [Arguments("http", "proxy", "http://proxy", null, null, true)]
    [Arguments("http", "proxy:80", "http://proxy", null, null, true)]
    [Arguments("http", "proxy", "http://proxy:80", null, null, true)]
    [Arguments("https", "proxy", "https://proxy", null, null, true)]
    [Arguments("https", "proxy:443", "https://proxy", null, null, true)]
    [Arguments("https", "proxy:8443", "https://proxy:8443", "same-origin", null, true)]
    [Arguments("http", "[::1]:8080", "http://[::1]:8080", null, null, true)]
    // TLS ended by a load balancer in front.
    [Arguments("http", "proxy.example.com", "https://proxy.example.com", "same-origin", null, true)]
    // Another page.
    [Arguments("http", "proxy:8080", "http://evil.example", "cross-site", null, false)]
    [Arguments("http", "proxy:8080", "http://evil.example", null, null, false)]
    [Arguments("http", "proxy:8080", "http://evil.example", "same-origin", null, false)]
    [Arguments("http", "proxy:8080", "http://proxy:8081", "same-site", null, false)]
    [Arguments("http", "proxy:8080", "http://proxy:8081", null, null, false)]
    [Arguments("http", "proxy:8080", "http://proxy", null, null, false)]
    [Arguments("http", "proxy", "http://proxy:443", null, null, false)]
    [Arguments("http", "proxy:8080", "http://proxy:8080.evil.example", null, null, false)]
    [Arguments("http", "proxy:8080", "http://proxy:8080@evil.example", null, null, false)]
    [Arguments("http", "proxy:8080", "http://evil.example/http://proxy:8080", null, null, false)]
    [Arguments("https", "proxy", "http://proxy", null, null, false)]
    [Arguments("https", "proxy", "http://proxy:443", null, null, false)]
    [Arguments("http", "proxy:8080", "ftp://proxy:8080", null, null, false)]
    [Arguments("http", "proxy:8080", "chrome-extension://abcdef", null, null, false)]
    [Arguments("http", "proxy:8080", "http://proxy:8080", "cross-site", null, false)]
    [Arguments("http", "proxy:8080", "null", null, null, false)]
    [Arguments("http", "proxy:8080", "null", "same-origin", null, false)]
    [Arguments("http", "proxy:8080", "", null, null, false)]
    [Arguments("http", "proxy:8080", "http://proxy:8080, http://proxy:8080", null, null, false)]
    [Arguments("http", "proxy:8080", "http://", null, null, false)]
    [Arguments("http", "", "http://", null, null, false)]
    // A link, an image, a script tag of another site.
    [Arguments("http", "proxy:8080", null, "cross-site", null, false)]
    [Arguments("http", "proxy:8080", null, "same-site", null, false)]
    [Arguments("http", "proxy:8080", null, "something-new", null, false)]
    [Arguments("http", "proxy:8080", null, "cross-site", "https://evil.example/", false)]
    [Arguments("http", "proxy:8080", null, "cross-site", "https://evil.example/https://app.example.com/", false)]
    [Arguments("http", "proxy:8080", null, "cross-site", "https://app.example.com.evil.example/", false)]
    // Named with --allow-origin.
    [Arguments("http", "proxy:8080", "https://app.example.com", "cross-site", null, true)]
    [Arguments("http", "proxy:8080", "https://APP.example.com:443", "cross-site", null, true)]
    [Arguments("http", "proxy:8080", "http://localhost:3000", "same-site", null, true)]
    [Arguments("http", "proxy:8080", "https://[2001:db8::1]:8443", null, null, true)]
    [Arguments("http", "proxy:8080", null, "cross-site", "https://app.example.com/wiki?a=b#c", true)]
    [Arguments("http", "proxy:8080", null, "cross-site", "https://app.example.com", true)]
    [Arguments("http", "proxy:8080", "http://app.example.com", "cross-site", null, false)]
    [Arguments("http", "proxy:8080", "https://app.example.com:8443", "cross-site", null, false)]
    [Arguments("http", "proxy:8080", "http://localhost:3001", "same-site", null, false)]
    public async Task Check_Origin_MustBeTheProxysOrAllowed(
        string scheme, string host, string? origin, string? site, string? referer, bool passes)
    {
        var guard = new BrowserGuard(Options(new ListenAddress.Tcp(IPAddress.Any, 8080), Allowed));

        var error = guard.Check(Request(scheme, host, origin, site, referer));

        await Assert.That(error?.Code).IsEqualTo(passes ? null : "origin_denied");
    }

    [Test]
    [Arguments("localhost:8080", true)]
    [Arguments("LocalHost", true)]
    [Arguments("localhost.:8080", true)]
    [Arguments("dashboards.localhost:8080", true)]
    [Arguments("127.0.0.1:8080", true)]
    [Arguments("127.9.9.9", true)]
    [Arguments("[::1]:8080", true)]
    [Arguments("10.1.2.3:8080", true)]
    [Arguments("search-x.es.amazonaws.com", true)]
    [Arguments("Search-X.es.amazonaws.com:8080", true)]
    [Arguments("app.example.com:8080", true)]
    [Arguments("", true)]
    [Arguments(null, true)]
    [Arguments("evil.example:8080", false)]
    [Arguments("evil.example", false)]
    [Arguments("localhost.evil.example", false)]
    [Arguments("127.0.0.1.evil.example", false)]
    [Arguments("evillocalhost", false)]
    [Arguments("x.search-x.es.amazonaws.com", false)]
    [Arguments("localhost:8080:80", false)]
    [Arguments("localhost@evil.example", false)]
    [Arguments("[evil]", false)]
    public async Task Check_HostOnLoopback_MustBeOneThatAPageCannotHave(string? host, bool passes)
    {
        foreach (ListenAddress listenOn in (ListenAddress[])[
            new ListenAddress.Tcp(IPAddress.Loopback, 8080), new ListenAddress.Tcp(IPAddress.IPv6Loopback, 8080), new ListenAddress.Localhost(8080)])
        {
            var error = new BrowserGuard(Options(listenOn, Allowed)).Check(Request("http", host, null, null, null));

            await Assert.That(error?.Code).IsEqualTo(passes ? null : "host_denied");
        }
    }

    [Test]
    public async Task Check_HostElsewhere_IsNotLookedAt()
    {
        foreach (ListenAddress listenOn in (ListenAddress[])[
            new ListenAddress.Tcp(IPAddress.Any, 8080), new ListenAddress.Tcp(IPAddress.Parse("10.1.2.3"), 8080), new ListenAddress.UnixSocket("/run/p")])
        {
            var error = new BrowserGuard(Options(listenOn)).Check(Request("http", "evil.example", null, null, null));

            await Assert.That(error).IsNull();
        }
    }

    [Test]
    public async Task Check_RebindingPage_IsDeniedByItsHost()
    {
        var guard = new BrowserGuard(Options(new ListenAddress.Tcp(IPAddress.Loopback, 8080)));

        var error = guard.Check(Request("http", "evil.example:8080", "http://evil.example:8080", "same-origin", null));

        await Assert.That(error!.Code).IsEqualTo("host_denied");
        await Assert.That(error.Status).IsEqualTo(403);
    }

    [Test]
    public async Task Check_ForeignOrigin_NamesItAndWhatToDo()
    {
        var guard = new BrowserGuard(Options(new ListenAddress.Tcp(IPAddress.Any, 8080)));

        var error = guard.Check(Request("http", "proxy", "https://evil.example:8443", "cross-site", null));

        await Assert.That(error!.Detail).Contains("--allow-origin https://evil.example:8443");
    }

    [Test]
    public async Task Check_RequestOfAProgram_AllocatesNothing()
    {
        var guard = new BrowserGuard(Options(new ListenAddress.Tcp(IPAddress.Loopback, 8080), Allowed));
        var contexts = new[] { Request("http", "localhost:8080", null, null, null), Request("http", "[::1]:8080", null, null, null) };
        foreach (var context in contexts)
            guard.Check(context);

        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var context in contexts)
        {
            for (var i = 0; i < 100; i++)
                guard.Check(context);
        }

        await Assert.That(GC.GetAllocatedBytesForCurrentThread() - before).IsEqualTo(0);
    }

    [Test]
    [Arguments("app.example.com")]
    [Arguments("https://app.example.com/path")]
    [Arguments("*")]
    [Arguments("null")]
    [Arguments("https://app.example.com:x")]
    public async Task Create_AllowedOriginThatIsNone_IsAnErrorAtStart(string origin)
    {
        var exception = await Assert.That(() => new BrowserGuard(Options(new ListenAddress.Localhost(1), origin))).Throws<StartupException>();

        await Assert.That(exception!.Message).Contains(origin);
    }

    private static ProxyOptions Options(ListenAddress listenOn, params string[] allowOrigins) => new()
    {
        ForwardTo = new UpstreamTarget("https", "search-x.es.amazonaws.com", 443, ""),
        Service = "es",
        Region = "eu-central-1",
        ListenOn = listenOn,
        AllowOrigins = allowOrigins,
    };

    private static DefaultHttpContext Request(string scheme, string? host, string? origin, string? site, string? referer)
    {
        var context = new DefaultHttpContext();
        context.Request.Scheme = scheme;
        var headers = context.Request.Headers;
        if (host is not null)
            headers.Host = host;
        if (origin is not null)
            headers.Origin = origin;
        if (site is not null)
            headers["Sec-Fetch-Site"] = site;
        if (referer is not null)
            headers.Referer = referer;
        return context;
    }
}
