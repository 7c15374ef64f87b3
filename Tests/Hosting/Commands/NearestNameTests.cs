using AwsSigV4Proxy.Hosting.Commands;

namespace AwsSigV4Proxy.Tests.Hosting.Commands;

internal sealed class NearestNameTests
{
    private static readonly string[] Names = ["forward-to", "service", "region", "ca", "cert", "connect-timeout"];

    [Test]
    [Arguments("foward-to", "forward-to")]
    [Arguments("forward-too", "forward-to")]
    [Arguments("forwrad-to", "forward-to")]
    [Arguments("FORWARD-TO", "forward-to")]
    [Arguments("serv", "service")]
    [Arguments("connect", "connect-timeout")]
    [Arguments("regoin", "region")]
    [Arguments("crt", "cert")]
    [Arguments("algorithm", null)]
    [Arguments("xy", null)]
    [Arguments("", null)]
    public async Task Find_TypedName_IsTheOneMeantOrNone(string typed, string? expected)
    {
        await Assert.That(NearestName.Find(typed, Names)).IsEqualTo(expected);
    }
}
