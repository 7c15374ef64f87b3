using AwsSigV4Proxy.Hosting.Commands;

namespace AwsSigV4Proxy.Tests.Hosting.Commands;

internal sealed class SigningNameTests
{
    [Test]
    [Arguments("es")]
    [Arguments("vpc-lattice-svcs")]
    [Arguments("IoTSecuredTunneling")]
    [Arguments("eu-west-1")]
    [Arguments("us-east-1_x")]
    public async Task Parse_Name_IsKeptInItsCase(string name)
    {
        await Assert.That(SigningName.ParseService(name)).IsEqualTo(name);
        await Assert.That(SigningName.ParseRegion(name)).IsEqualTo(name);
    }

    [Test]
    [Arguments("es/aws4_request")]
    [Arguments("es.amazonaws.com")]
    [Arguments("es ")]
    [Arguments("es\n")]
    [Arguments("és")]
    [Arguments("a234567890123456789012345678901234567890123456789012345678901234x")]
    public async Task Parse_WhatCannotStandInAScope_IsRefused(string name)
    {
        await Assert.That(() => SigningName.ParseService(name)).Throws<UsageException>();
        await Assert.That(() => SigningName.ParseRegion(name)).Throws<UsageException>();
    }
}
