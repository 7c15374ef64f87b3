using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Forwarding;
using AwsSigV4Proxy.Signing.Endpoints;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding;

/// <summary>What requests to <c>--forward-to</c> are signed for, where its host belongs to several services.</summary>
internal sealed class FixedUpstreamTests
{
    [Test]
    [Arguments("https://maps.geo.eu-west-1.amazonaws.com", "/v2/tiles", "geo-maps")]
    [Arguments("https://maps.geo.eu-west-1.amazonaws.com", "/maps/v0", "geo")]
    [Arguments("https://maps.geo.eu-west-1.amazonaws.com/v2", "/tiles", "geo-maps")]
    [Arguments("https://abc-ats.iot.eu-west-1.amazonaws.com", "/mqtt?x", "iotdevicegateway")]
    [Arguments("https://abc-ats.iot.eu-west-1.amazonaws.com", "/topics/x", "iotdata")]
    [Arguments("https://sqs.eu-west-1.amazonaws.com", "/v2", "sqs")]
    public async Task Select_HostOfSeveralServices_ThePathTellsWhich(string forwardTo, string path, string service)
    {
        var upstream = await SelectAsync(["-f", forwardTo], path);

        await Assert.That(upstream.Signer!.Scope.Service).IsEqualTo(service);
        await Assert.That(upstream.Signer.Scope.Region).IsEqualTo("eu-west-1");
    }

    [Test]
    public async Task Select_ServiceThatTheUserNames_WinsOverThePath()
    {
        var upstream = await SelectAsync(["-f", "https://maps.geo.eu-west-1.amazonaws.com", "-s", "geo"], "/v2/tiles");

        await Assert.That(upstream.Signer!.Scope.Service).IsEqualTo("geo");
    }

    [Test]
    public async Task Select_TheSameService_IsTheSameSigner()
    {
        var selector = new FixedUpstream(await ReadAsync(["-f", "https://maps.geo.eu-west-1.amazonaws.com"]), TimeProvider.System);

        var one = selector.Select(new CallersTarget(null, "/v2/one"), "");
        var two = selector.Select(new CallersTarget(null, "/v2/two"), "");

        await Assert.That(ReferenceEquals(one.Signer, two.Signer)).IsTrue();
    }

    private static async Task<Upstream> SelectAsync(string[] arguments, string path) =>
        new FixedUpstream(await ReadAsync(arguments), TimeProvider.System).Select(new CallersTarget(null, path), "");

    private static async Task<ProxyOptions> ReadAsync(string[] arguments)
    {
        var sources = new SigningScopeSources(
            static (string host, string path, out EndpointScope scope) => EndpointResolver.Resolve(host, path, out scope), static _ => null);
        return (await Commands.CommandLineRun.RunAsync(arguments, scopeSources: sources)).Options!;
    }
}
