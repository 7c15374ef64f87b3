using Amazon.Runtime;
using Amazon.SecurityToken.Model;
using AwsSigV4Proxy.Hosting.Credentials;

namespace AwsSigV4Proxy.Tests.Hosting.Credentials;

internal sealed class SecurityTokenServiceTests
{
    [Test]
    [Arguments("eu-central-1", "https://sts.eu-central-1.amazonaws.com")]
    [Arguments("us-east-1", "https://sts.us-east-1.amazonaws.com")]
    [Arguments("cn-north-1", "https://sts.cn-north-1.amazonaws.com.cn")]
    [Arguments("us-gov-west-1", "https://sts.us-gov-west-1.amazonaws.com")]
    public async Task CreateClient_AnyPartition_AsksTheRegionalEndpoint(string region, string expected)
    {
        using var client = new SecurityTokenService(() => region).CreateClient(new AnonymousAWSCredentials());

        var endpoint = client.DetermineServiceOperationEndpoint(new AssumeRoleRequest());

        await Assert.That(endpoint.URL.TrimEnd('/')).IsEqualTo(expected);
    }
}
