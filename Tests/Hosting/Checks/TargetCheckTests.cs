using AwsSigV4Proxy.Hosting.Checks;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Signing.Endpoints;
using AwsSigV4Proxy.Tests.Hosting.Commands;

namespace AwsSigV4Proxy.Tests.Hosting.Checks;

internal sealed class TargetCheckTests
{
    [Test]
    [Arguments("-f https://a.eu-west-1.es.amazonaws.com", "ok es, from the host name", "ok eu-west-1, from the host name")]
    [Arguments("-f https://a.eu-west-1.es.amazonaws.com -s x -r y", "ok x, from --service", "ok y, from --region")]
    [Arguments("-f https://m.mrap.accesspoint.s3-global.amazonaws.com", "ok s3, from the host name",
        "ok * (Signature Version 4A, good for all of them), from the host name")]
    [Arguments("-f https://a.eu-west-1.es.amazonaws.com --algorithm sigv4a", "ok es, from the host name",
        "ok eu-west-1 (Signature Version 4A, good for all of them), from the host name")]
    [Arguments("-f https://a.eu-west-1.es.amazonaws.com --algorithm sigv4a --region-set eu-*", "ok es, from the host name",
        "ok eu-* (Signature Version 4A, good for all of them), from --region-set")]
    [Arguments("-f https://maps.geo.eu-west-1.amazonaws.com", "ok geo, from the host name; other paths of this host are signed for other services",
        "ok eu-west-1, from the host name")]
    [Arguments("-f https://x.test --no-sign", "-- requests are forwarded unsigned (--no-sign)", "-- requests are forwarded unsigned (--no-sign)")]
    [Arguments("--forward-by-host -s es", "-- each request's Host header tells (--forward-by-host), else es, from --service",
        "-- each request's Host header tells (--forward-by-host)")]
    public async Task Run_ServiceAndRegion_AreNamedWithTheirOrigin(string arguments, string service, string region)
    {
        var results = await RunAsync(arguments);

        await Assert.That(Line(results[1])).IsEqualTo(service);
        await Assert.That(Line(results[2])).IsEqualTo(region);
    }

    [Test]
    [Arguments("-f http://127.0.0.1:1/a --sign-host b.test -s es -r e", "ok http://127.0.0.1:1/a, from --forward-to, signed as b.test (--sign-host)")]
    [Arguments("--forward-by-host", "-- each request's Host header tells (--forward-by-host): there is no one target to try")]
    public async Task Run_Target_IsNamed(string arguments, string target)
    {
        await Assert.That(Line((await RunAsync(arguments))[0])).IsEqualTo(target);
    }

    private static EndpointAnswer FindScope(string host, string path, out EndpointScope scope) =>
        EndpointResolver.Resolve(host, path, out scope);

    private static string Line(CheckResult result) => $"{(result.Mark == CheckMark.Ok ? "ok" : "--")} {result.Found}";

    private static async Task<CheckResult[]> RunAsync(string arguments)
    {
        var words = arguments.Split(' ');
        var run = await CommandLineRun.RunAsync(words, scopeSources: new SigningScopeSources(FindScope, static _ => null));
        var check = new TargetCheck(run.Options!, NormalizedArguments.Read(words, static _ => null).Origins);
        return [check.Target(), check.Service(), check.Region()];
    }
}
