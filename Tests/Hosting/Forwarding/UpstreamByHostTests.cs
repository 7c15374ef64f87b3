using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Forwarding;
using AwsSigV4Proxy.Tests.Fakes;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding;

/// <summary>Which hosts a caller may name with <c>--forward-by-host</c>, where requests to them go and what they are signed for.</summary>
internal sealed class UpstreamByHostTests
{
    [Test]
    [Arguments("sqs.eu-west-1.amazonaws.com", "https://sqs.eu-west-1.amazonaws.com sqs eu-west-1")]
    [Arguments("SQS.eu-West-1.amazonaws.com", "https://sqs.eu-west-1.amazonaws.com sqs eu-west-1")]
    [Arguments("sqs.eu-west-1.amazonaws.com.", "https://sqs.eu-west-1.amazonaws.com sqs eu-west-1")]
    [Arguments("sqs.eu-west-1.amazonaws.com:80", "https://sqs.eu-west-1.amazonaws.com sqs eu-west-1")]
    [Arguments("sqs.eu-west-1.amazonaws.com:443", "https://sqs.eu-west-1.amazonaws.com sqs eu-west-1")]
    [Arguments("db.cluster-x.eu-west-1.neptune.amazonaws.com:8182", "https://db.cluster-x.eu-west-1.neptune.amazonaws.com:8182 neptune-db eu-west-1")]
    [Arguments("my.bucket.s3.cn-north-1.amazonaws.com.cn", "https://my.bucket.s3.cn-north-1.amazonaws.com.cn s3 cn-north-1")]
    [Arguments("iam.amazonaws.com", "https://iam.amazonaws.com iam us-east-1")]
    [Arguments("bucket.s3-accelerate.amazonaws.com", "https://bucket.s3-accelerate.amazonaws.com s3 eu-central-1")]
    public async Task Select_AnEndpointOfAws_GoesThereInTlsSignedForItsOwnScope(string host, string expected)
    {
        var selector = Selector(Options(), "eu-central-1");

        await Assert.That(Describe(selector.Select(new CallersTarget(null, "/"), host))).IsEqualTo(expected);
        // What was checked once is found again.
        await Assert.That(Describe(selector.Select(new CallersTarget(host, "/x"), "other.example"))).IsEqualTo(expected);
    }

    [Test]
    [Arguments("evilamazonaws.com")]
    [Arguments("sqs.eu-west-1.amazonaws.com.evil.example")]
    [Arguments("sqs.eu-west-1.amazonaws.com@evil.example")]
    [Arguments("sqs.eu-west-1.amazonaws.com\\evil.example")]
    [Arguments("sqs.eu-west-1.amazonaws.com:80:80")]
    [Arguments("sqs.eu-west-1.amazonaws.com/x")]
    [Arguments("sqs.eu-west-1.amazonaws.c\u00f6m")]
    [Arguments("ec2-1-2-3-4.eu-west-1.compute.amazonaws.com")]
    [Arguments("my-lb-123.eu-west-1.elb.amazonaws.com")]
    [Arguments("localhost:8080")]
    [Arguments("127.0.0.1")]
    [Arguments("169.254.169.254")]
    [Arguments("[::1]")]
    [Arguments("")]
    public async Task Select_AnyOtherHost_IsDenied(string host)
    {
        var selector = Selector(Options(), "eu-central-1");

        var error = await Assert.That(() => selector.Select(new CallersTarget(null, "/"), host)).Throws<ProxyException>();

        await Assert.That(error!.Error.Code).IsEqualTo("host_denied");
    }

    [Test]
    public async Task Select_ANameOfAwsThatTellsNothing_IsUnknown()
    {
        var selector = Selector(Options(), "eu-central-1");

        var error = await Assert.That(() => selector.Select(new CallersTarget(null, "/"), "unheard-of.amazonaws.com")).Throws<ProxyException>();

        await Assert.That((error!.Error.Code, error.Error.Status)).IsEqualTo(("unknown_service", 400));
        await Assert.That(error.Error.Detail).Contains("--allow-host unheard-of.amazonaws.com, --service and --region");
    }

    [Test]
    public async Task Select_AHostThatTellsNoRegion_AsksForOne()
    {
        var selector = Selector(Options(), null);

        var error = await Assert.That(() => selector.Select(new CallersTarget(null, "/"), "b.s3-accelerate.amazonaws.com")).Throws<ProxyException>();

        await Assert.That(error!.Error.Detail).IsEqualTo(
            "Nothing tells the region to sign for at b.s3-accelerate.amazonaws.com: neither its name nor the AWS configuration. "
            + "Start the proxy with --region, or set AWS_REGION.");
    }

    [Test]
    [Arguments("", "", "unknown_service")]
    [Arguments("", "eu-west-1", "unknown_service")]
    [Arguments("s3", "eu-west-1", null)]
    public async Task Select_AnAllowedHost_NeedsAServiceAndARegionOfTheOptions(string service, string region, string? code)
    {
        var options = Options() with { AllowHosts = [AllowedHost.Parse("http://minio:9000")], Service = service, Region = region };
        var selector = Selector(options, null);

        if (code is null)
        {
            await Assert.That(Describe(selector.Select(new CallersTarget(null, "/"), "minio:9000"))).IsEqualTo("http://minio:9000 s3 eu-west-1");
            return;
        }

        var error = await Assert.That(() => selector.Select(new CallersTarget(null, "/"), "minio:9000")).Throws<ProxyException>();
        await Assert.That(error!.Error.Code).IsEqualTo(code);
    }

    [Test]
    public async Task Select_AnEndpointThatTellsItsScope_WinsOverTheOptions()
    {
        // They are for hosts that tell nothing: one option cannot be right for several services and regions.
        var options = Options() with { Service = "s3", Region = "us-west-2", AllowHosts = [AllowedHost.Parse("minio")] };
        var selector = Selector(options, null);

        await Assert.That(Describe(selector.Select(new CallersTarget(null, "/"), "sqs.eu-west-1.amazonaws.com"))).IsEqualTo("https://sqs.eu-west-1.amazonaws.com sqs eu-west-1");
        await Assert.That(Describe(selector.Select(new CallersTarget(null, "/"), "b.s3-accelerate.amazonaws.com"))).IsEqualTo("https://b.s3-accelerate.amazonaws.com s3 us-west-2");
        await Assert.That(Describe(selector.Select(new CallersTarget(null, "/"), "minio"))).IsEqualTo("https://minio s3 us-west-2");
    }

    [Test]
    public async Task Select_MoreHostsThanAreRemembered_ForgetsAndStillAnswers()
    {
        var selector = Selector(Options(), null);
        var first = selector.Select(new CallersTarget(null, "/"), "b.s3.us-x-0.amazonaws.com");

        for (var i = 0; i < UpstreamByHost.MaxKnown; i++)
        {
            await Assert.That(Describe(selector.Select(new CallersTarget(null, "/"), $"b{i}.s3.us-x-{i}.amazonaws.com")))
                .IsEqualTo($"https://b{i}.s3.us-x-{i}.amazonaws.com s3 us-x-{i}");
            await Assert.That(selector.KnownCount).IsLessThanOrEqualTo(UpstreamByHost.MaxKnown + 1);
        }

        var again = selector.Select(new CallersTarget(null, "/"), "b.s3.us-x-0.amazonaws.com");
        await Assert.That(ReferenceEquals(first.Signer, again.Signer)).IsFalse();
    }

    [Test]
    [Arguments("sqs.eu-west-1.amazonaws.com")]
    [Arguments("minio")]
    public async Task Select_AnySpellingOfAHost_IsTheSameUpstream(string host)
    {
        var selector = Selector(Options() with { AllowHosts = [AllowedHost.Parse("minio")], Service = "s3", Region = "r" }, null);

        var first = selector.Select(new CallersTarget(null, "/"), host);
        string[] spellings = [host, host.ToUpperInvariant(), host + ".", host + ":80", host + ":443"];

        foreach (var spelling in spellings)
            await Assert.That(ReferenceEquals(selector.Select(new CallersTarget(null, "/"), spelling), first)).IsTrue();
    }

    [Test]
    public async Task Select_PortOfTheProxyItself_IsNotDialled()
    {
        var selector = Selector(Options() with { ListenOn = ListenAddress.Parse("127.0.0.1:8081") }, null);

        await Assert.That(selector.Select(new CallersTarget(null, "/"), "sqs.eu-west-1.amazonaws.com:8081").Target.Port).IsEqualTo(443);
        await Assert.That(selector.Select(new CallersTarget(null, "/"), "sqs.eu-west-1.amazonaws.com:8082").Target.Port).IsEqualTo(8082);
    }

    [Test]
    public async Task Select_RegionThatIsThereLater_IsFoundLater()
    {
        string? configured = null;
        var time = new ManualTime();
        var asked = 0;
        var selector = new UpstreamByHost(Options(), new ConfiguredRegion(() =>
        {
            asked++;
            return configured;
        }, time), time);
        var select = () => selector.Select(new CallersTarget(null, "/"), "b.s3-accelerate.amazonaws.com");

        await Assert.That(() => select()).Throws<ProxyException>();
        configured = "eu-west-1";
        await Assert.That(() => select()).Throws<ProxyException>();
        time.Advance(TimeSpan.FromMinutes(1));
        await Assert.That(Describe(select())).IsEqualTo("https://b.s3-accelerate.amazonaws.com s3 eu-west-1");
        await Assert.That(asked).IsEqualTo(2);
    }

    [Test]
    public async Task Select_WithoutASignature_NeedsNoScope()
    {
        var options = Options() with { AllowHosts = [AllowedHost.Parse("minio")], Sign = false };

        var upstream = Selector(options, null).Select(new CallersTarget(null, "/"), "minio");

        await Assert.That(upstream.Target.ToString()).IsEqualTo("https://minio");
        await Assert.That(upstream.Signer).IsNull();
    }

    private static UpstreamByHost Selector(ProxyOptions options, string? configuredRegion) =>
        new(options, new ConfiguredRegion(() => configuredRegion, TimeProvider.System), TimeProvider.System);

    private static string Describe(Upstream upstream) =>
        $"{upstream.Target} {upstream.Signer!.Scope.Service} {upstream.Signer.Scope.Region}";

    private static ProxyOptions Options() => ProxyOptions.Unset;
}
