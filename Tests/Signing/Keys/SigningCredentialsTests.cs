using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Tests.Signing.Keys;

internal sealed class SigningCredentialsTests
{
    [Test]
    [Arguments("AKIAIOSFODNN7EXAMPLE")]
    [Arguments("minio_admin-1")]
    public async Task DisplayId_OfAnId_IsTheId(string id)
    {
        await Assert.That(new SigningCredentials(id, "secret").DisplayId).IsEqualTo(id);
        await Assert.That(new SigningCredentials(id, "secret", "token").ToString()).IsEqualTo($"{id} (secret redacted, session token redacted)");
    }

    [Test]
    [Arguments("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")]
    [Arguments("wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEYxx")]
    [Arguments("short+secret=")]
    public async Task DisplayId_OfWhatMayBeTheSecret_IsRedacted(string id)
    {
        await Assert.That(new SigningCredentials(id, "secret").DisplayId).IsEqualTo("(redacted)");
        await Assert.That(new SigningCredentials(id, "secret").ToString()).IsEqualTo("(redacted) (secret redacted)");
    }
}
