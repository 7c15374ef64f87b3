using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Signing.Endpoints;

namespace AwsSigV4Proxy.Tests.Hosting.Commands;

internal sealed class SigningScopeSourcesTests
{
    [Test]
    [Arguments("", "es", "eu-west-1", null, "es eu-west-1")]
    [Arguments("-s aoss", "es", "eu-west-1", null, "aoss eu-west-1")]
    [Arguments("-r eu-north-1", "es", "eu-west-1", "us-east-1", "es eu-north-1")]
    [Arguments("", "iam", null, "us-east-1", "iam us-east-1")]
    [Arguments("-s s3", null, null, "us-east-1", "s3 us-east-1")]
    [Arguments("-s s3 -r garage", null, null, null, "s3 garage")]
    public async Task Complete_WhatIsNotGiven_ComesFromTheHostThenTheConfiguration(
        string options, string? hostService, string? hostRegion, string? configured, string expected)
    {
        var run = await RunAsync(options, hostService, hostRegion, configured);

        await Assert.That(run.Error).IsEqualTo("");
        await Assert.That($"{run.Options!.Service} {run.Options!.Region}").IsEqualTo(expected);
    }

    [Test]
    [Arguments("", null, null, "eu-west-1", "cannot tell the service: 'x.test' is no endpoint of AWS", "give it with --service")]
    [Arguments("", null, null, null, "cannot tell the service and the region: 'x.test' is no endpoint of AWS", "give them with --service and --region")]
    [Arguments("-s es", null, null, null, "cannot tell the region: 'x.test' is no endpoint of AWS, and the AWS configuration names none", "give it with --region, or set AWS_REGION")]
    [Arguments("", "iam", null, null, "cannot tell the region: neither the host 'x.test' nor the AWS configuration names one", "give it with --region, or set AWS_REGION")]
    [Arguments("", "iam", null, "eu west 1", "the AWS configuration: 'eu west 1' is not a region", "write a name such as eu-west-1")]
    public async Task Complete_WhatNothingTells_IsRefused(
        string options, string? hostService, string? hostRegion, string? configured, string message, string hint)
    {
        var run = await RunAsync(options, hostService, hostRegion, configured);

        await Assert.That(run.Error).IsEqualTo($"error: {message}\nhint: {hint}\n");
        await Assert.That(run.ExitStatus).IsEqualTo(2);
    }

    [Test]
    public async Task Complete_EverythingGiven_DoesNotAskTheConfiguration()
    {
        var sources = new SigningScopeSources(
            static (_, _) => (EndpointAnswer.NotAws, default), static () => throw new InvalidOperationException("asked"));

        var run = await CommandLineRun.RunAsync(["-f", "https://x.test", "-s", "s3", "-r", "us-east-1"], scopeSources: sources);

        await Assert.That(run.ExitStatus).IsEqualTo(CommandLineRun.HandlerStatus);
    }

    [Test]
    [Arguments("", "SigV4a s3 *")]
    [Arguments("-r eu-west-1", "SigV4a s3 *")]
    [Arguments("--region-set eu-*,us-west-2", "SigV4a s3 eu-*,us-west-2")]
    [Arguments("--algorithm sigv4 -r eu-west-1", "SigV4 s3 eu-west-1")]
    [Arguments("--algorithm sigv4a -r eu-west-1 -s vpc-lattice-svcs", "SigV4a vpc-lattice-svcs *")]
    public async Task Complete_HostThatTakesVersion4aAlone_IsSignedThatWayUnlessTheUserSaysOtherwise(string options, string expected)
    {
        var sources = new SigningScopeSources(
            static (_, _) => (EndpointAnswer.Found, new EndpointScope("s3", null) { Algorithm = SigningAlgorithm.SigV4a, RegionSet = "*" }),
            static () => throw new InvalidOperationException("asked"));

        var run = await CommandLineRun.RunAsync(
            ["-f", "https://x.test", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)], scopeSources: sources);

        await Assert.That(Describe(run.Options!)).IsEqualTo(expected);
    }

    [Test]
    [Arguments("", "SigV4 es eu-west-1")]
    [Arguments("--algorithm sigv4a", "SigV4a es eu-west-1")]
    [Arguments("--algorithm sigv4a -r us-east-1", "SigV4a es us-east-1")]
    [Arguments("--algorithm sigv4a --region-set *", "SigV4a es *")]
    public async Task Complete_HostOfOneRegion_IsTheRegionSetToo(string options, string expected)
    {
        var run = await RunAsync(options, "es", "eu-west-1", null);

        await Assert.That(Describe(run.Options!)).IsEqualTo(expected);
    }

    private static string Describe(ProxyOptions options) =>
        $"{options.Algorithm} {options.Service} {(options.Algorithm == SigningAlgorithm.SigV4a ? options.RegionSet : options.Region)}";

    private static Task<CommandLineRun> RunAsync(string options, string? hostService, string? hostRegion, string? configured) =>
        CommandLineRun.RunAsync(
            ["-f", "https://x.test", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)],
            scopeSources: new SigningScopeSources(
                (_, _) => hostService is null ? (EndpointAnswer.NotAws, default) : (EndpointAnswer.Found, new EndpointScope(hostService, hostRegion)),
                () => configured));
}
