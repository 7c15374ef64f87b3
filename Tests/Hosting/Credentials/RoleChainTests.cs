using AwsSigV4Proxy.Hosting.Credentials;
using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Tests.Hosting.Credentials;

/// <summary>
/// How a chain fails; how it succeeds is tried in the native executable, with an STS of its own
/// (<c>AWS_ENDPOINT_URL_STS</c> is the whole process').
/// </summary>
internal sealed class RoleChainTests
{
    [Test]
    public async Task FetchAsync_SourceFails_PassesTheReasonOn()
    {
        var source = new ScriptedSource();
        source.Fail("no keys");
        var chain = new RoleChain(source, new SecurityTokenService(() => "us-east-1"), [new RoleToAssume("arn:aws:iam::1:role/x", "s")]);

        var error = await Assert.That(async () => await chain.FetchAsync(CancellationToken.None)).Throws<CredentialsUnavailableException>();

        await Assert.That(error!.Message).IsEqualTo("no keys");
    }

    [Test]
    public async Task FetchAsync_NoSuchRegion_SaysWhichRole()
    {
        var source = new ScriptedSource();
        source.Give(new SigningCredentials("A", "s"));
        var chain = new RoleChain(source, new SecurityTokenService(() => "not a region"), [new RoleToAssume("arn:aws:iam::1:role/x", "s")]);

        var error = await Assert.That(async () => await chain.FetchAsync(CancellationToken.None)).Throws<CredentialsUnavailableException>();

        await Assert.That(error!.Message).Contains("--assume-role").And.Contains("role/x");
    }
}
