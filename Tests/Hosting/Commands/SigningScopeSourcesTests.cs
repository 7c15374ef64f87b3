using AwsSigV4Proxy.Hosting.Commands;

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
    [Arguments("", null, null, "eu-west-1", "cannot tell the service from the host 'x.test'", "give it with --service")]
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
    public async Task Complete_EverythingGiven_AsksNobody()
    {
        var sources = new SigningScopeSources(
            static _ => throw new InvalidOperationException("asked"), static () => throw new InvalidOperationException("asked"));

        var run = await CommandLineRun.RunAsync(["-f", "https://x.test", "-s", "s3", "-r", "us-east-1"], scopeSources: sources);

        await Assert.That(run.ExitStatus).IsEqualTo(CommandLineRun.HandlerStatus);
    }

    private static Task<CommandLineRun> RunAsync(string options, string? hostService, string? hostRegion, string? configured) =>
        CommandLineRun.RunAsync(
            ["-f", "https://x.test", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)],
            scopeSources: new SigningScopeSources(_ => hostService is null ? null : (hostService, hostRegion), () => configured));
}
