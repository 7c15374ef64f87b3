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
    [Arguments("NotAws", "", "cannot tell the service and the region from the host 'x.test': it is no AWS endpoint", "give --service, and --region where the AWS configuration names none")]
    [Arguments("NotAws", "-r eu-west-1", "cannot tell the service from the host 'x.test': it is no AWS endpoint", "give --service")]
    [Arguments("NotSigned", "", "cannot tell the service and the region from the host 'x.test': anyone can rent such a name of AWS, or it takes no signature", "check --forward-to; if an endpoint of yours takes signatures there, give --service, and --region where the AWS configuration names none")]
    [Arguments("NotSigned", "-r eu-west-1", "cannot tell the service from the host 'x.test': anyone can rent such a name of AWS, or it takes no signature", "check --forward-to; if an endpoint of yours takes signatures there, give --service")]
    [Arguments("Unknown", "", "cannot tell the service and the region from the host 'x.test': it is a name of AWS, but of no known service and region", "check --forward-to, or give --service, and --region where the AWS configuration names none")]
    public async Task Complete_HostWithoutAnEndpoint_IsRefusedByItsKindWithAllMissingOptions(
        string answer, string options, string message, string hint)
    {
        var run = await CommandLineRun.RunAsync(
            ["-f", "https://x.test", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)],
            scopeSources: new SigningScopeSources(
                (string _, string _, out EndpointScope scope) =>
                {
                    scope = default;
                    return Enum.Parse<EndpointAnswer>(answer);
                },
                static _ => throw new InvalidOperationException("asked")));

        await Assert.That(run.Error).IsEqualTo($"error: {message}\nhint: {hint}\n");
        await Assert.That(run.ExitStatus).IsEqualTo(2);
    }

    [Test]
    [Arguments("https://x.test", "")]
    [Arguments("https://x.test/v2/", "/v2")]
    public async Task Complete_PathOfTheTarget_IsAskedWithTheHost(string url, string expected)
    {
        string? asked = null;
        await CommandLineRun.RunAsync(
            ["-f", url],
            scopeSources: new SigningScopeSources(
                (string host, string path, out EndpointScope scope) =>
                {
                    asked = $"{host} {path}";
                    scope = new EndpointScope("geo", "eu-west-1");
                    return EndpointAnswer.Found;
                },
                static _ => null));

        await Assert.That(asked).IsEqualTo($"x.test {expected}");
    }

    [Test]
    public async Task Complete_EverythingGiven_DoesNotAskTheConfiguration()
    {
        var sources = new SigningScopeSources(
            static (string _, string _, out EndpointScope scope) =>
            {
                scope = default;
                return EndpointAnswer.NotAws;
            },
            static _ => throw new InvalidOperationException("asked"));

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
            static (string _, string _, out EndpointScope scope) =>
            {
                scope = new EndpointScope("s3", null) { Algorithm = SigningAlgorithm.SigV4a, RegionSet = "*" };
                return EndpointAnswer.Found;
            },
            static _ => throw new InvalidOperationException("asked"));

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

    [Test]
    [Arguments("", null)]
    [Arguments("--profile team", "team")]
    public async Task Complete_RegionFromTheConfiguration_IsThatOfTheChosenProfile(string options, string? expected)
    {
        string? asked = "nobody";
        var run = await CommandLineRun.RunAsync(
            ["-f", "https://x.test", "-s", "es", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)],
            scopeSources: new SigningScopeSources(
                static (string _, string _, out EndpointScope scope) =>
                {
                    scope = default;
                    return EndpointAnswer.NotAws;
                },
                profile =>
                {
                    asked = profile;
                    return "eu-west-1";
                }));

        await Assert.That(run.Options!.Region).IsEqualTo("eu-west-1");
        await Assert.That(asked).IsEqualTo(expected);
    }

    private static string Describe(ProxyOptions options) =>
        $"{options.Algorithm} {options.Service} {(options.Algorithm == SigningAlgorithm.SigV4a ? options.RegionSet : options.Region)}";

    private static Task<CommandLineRun> RunAsync(string options, string? hostService, string? hostRegion, string? configured) =>
        CommandLineRun.RunAsync(
            ["-f", "https://x.test", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)],
            scopeSources: new SigningScopeSources(
                (string _, string _, out EndpointScope scope) =>
                {
                    scope = hostService is null ? default : new EndpointScope(hostService, hostRegion);
                    return hostService is null ? EndpointAnswer.NotAws : EndpointAnswer.Found;
                },
                _ => configured));
}
