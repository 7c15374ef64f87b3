using AwsSigV4Proxy.Hosting.Credentials;
using AwsSigV4Proxy.Hosting.Credentials.Providers;

namespace AwsSigV4Proxy.Tests.Hosting.Credentials;

/// <summary>Which endpoint is asked: addresses that a test cannot listen on. That it is asked, the native executable shows.</summary>
internal sealed class ContainerEndpointTests
{
    [Test]
    [Arguments("/v2/credentials/a?id=b", null, "http://169.254.170.2/v2/credentials/a?id=b")]
    [Arguments("/v2/credentials", "http://127.0.0.1/other", "http://169.254.170.2/v2/credentials")]
    [Arguments("", "http://169.254.170.23/v1/credentials", "http://169.254.170.23/v1/credentials")]
    [Arguments(null, "http://[fd00:ec2::23]/v1/credentials", "http://[fd00:ec2::23]/v1/credentials")]
    [Arguments(null, "http://localhost:8080/x", "http://localhost:8080/x")]
    [Arguments(null, "http://127.9.9.9/x", "http://127.9.9.9/x")]
    [Arguments(null, "https://credentials.example.test/x", "https://credentials.example.test/x")]
    [Arguments(null, null, null)]
    public async Task Find_EndpointThatMayBeAsked_IsTheRelativeOneFirst(string? relative, string? full, string? expected) =>
        await Assert.That(ContainerEndpoint.Find(Environment(relative, full))?.AbsoluteUri).IsEqualTo(expected);

    [Test]
    [Arguments("v2/credentials", null)]
    [Arguments("@evil.test/x", null)]
    [Arguments(".evil.test/x", null)]
    [Arguments(null, "http://169.254.169.254/x")]
    [Arguments(null, "http://localhost.evil.test/x")]
    [Arguments(null, "http://169.254.170.2.evil.test/x")]
    [Arguments(null, "ftp://127.0.0.1/x")]
    [Arguments(null, "/v2/credentials")]
    public async Task Find_EndpointThatMustNotBeAsked_IsRefused(string? relative, string? full) =>
        await Assert.That(() => ContainerEndpoint.Find(Environment(relative, full))).Throws<CredentialsUnavailableException>();

    private static Func<string, string?> Environment(string? relative, string? full) => name => name switch
    {
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI" => relative,
        "AWS_CONTAINER_CREDENTIALS_FULL_URI" => full,
        _ => null,
    };
}
