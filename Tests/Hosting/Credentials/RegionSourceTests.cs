using AwsSigV4Proxy.Hosting.Credentials;

namespace AwsSigV4Proxy.Tests.Hosting.Credentials;

/// <summary>The environment alone; profiles and instance metadata are tried in the native executable.</summary>
internal sealed class RegionSourceTests
{
    [Test]
    [Arguments("eu-west-1", "eu-west-2", "eu-west-1")]
    [Arguments(null, "eu-west-2", "eu-west-2")]
    [Arguments("", "eu-west-2", "eu-west-2")]
    public async Task TryFind_Environment_PrefersAwsRegion(string? region, string? defaultRegion, string expected)
    {
        var source = new RegionSource(name => name switch
        {
            "AWS_REGION" => region,
            "AWS_DEFAULT_REGION" => defaultRegion,
            _ => null,
        });

        await Assert.That(source.TryFind()).IsEqualTo(expected);
    }
}
