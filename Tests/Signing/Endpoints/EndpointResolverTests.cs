using AwsSigV4Proxy.Signing.Endpoints;

namespace AwsSigV4Proxy.Tests.Signing.Endpoints;

/// <summary>What the resolver decides beside its tables.</summary>
public sealed class EndpointResolverTests
{
    [Test]
    public async Task TryResolve_WithoutPath_ResolvesTheRoot()
    {
        bool found = EndpointResolver.TryResolve("maps.geo.eu-west-1.amazonaws.com", out EndpointScope scope);

        await Assert.That(found).IsTrue();
        await Assert.That(scope).IsEqualTo(new EndpointScope("geo", "eu-west-1") { DependsOnPath = true });
    }

    [Test, MethodDataSource(nameof(SustainabilityRows))]
    public Task Sustainability_AnyRegion_SignsWithTheGlobalOne(EndpointRow row) => row.AssertResolvedAsync();

    public static IEnumerable<Func<EndpointRow>> SustainabilityRows() => EndpointRow.Table("""
        api.sustainability.eu-west-1.api.aws                   sustainability     us-east-1,*
        api.sustainability-fips.us-gov-east-1.api.aws          sustainability     us-gov-west-1,*
        api.sustainability.cn-north-1.api.amazonwebservices.com.cn  sustainability  cn-northwest-1,*
        sustainability.us-gov.api.aws                          sustainability     us-gov-west-1,*
        """);
}
