using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using AwsSigV4Proxy.Hosting.Credentials;
using AwsSigV4Proxy.Tests.Fakes;
using Microsoft.AspNetCore.Http;

namespace AwsSigV4Proxy.Tests.Hosting.Credentials;

/// <summary>The SDK's clients connect with the trust that they were given, and share one HTTP client.</summary>
internal sealed class SdkHttpClientFactoryTests
{
    private const string Answer =
        "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>"
        + "<Arn>arn:aws:iam::123456789012:user/test</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>";

    [Test]
    public async Task SdkCall_RootGiven_IsTrustedAndOthersAreNot()
    {
        using var authority = new TestCertificates();
        using var other = new TestCertificates();
        using var leaf = authority.Issue();
        await using var server = await TestServer.StartAsync(context => context.Response.WriteAsync(Answer), leaf);

        await Assert.That(await CallAsync(server, authority.Root)).IsEqualTo("arn:aws:iam::123456789012:user/test");
        await Assert.That(() => CallAsync(server, other.Root)).Throws<Exception>();
    }

    // Whoever stands before STS could else fill the memory, or keep a call for ever.
    [Test]
    [Arguments(1 << 16, 0, "its answer is not what AWS describes")]
    [Arguments(1, 100, "did not answer in time")]
    public async Task SdkCall_AnswerWithoutAnEnd_IsGivenUp(int size, int pause, string expected)
    {
        using var authority = new TestCertificates();
        using var leaf = authority.Issue();
        var sent = 0L;
        await using var server = await TestServer.StartAsync(
            async context =>
            {
                while (!context.RequestAborted.IsCancellationRequested)
                {
                    await context.Response.WriteAsync(new string(' ', size), context.RequestAborted);
                    await Task.Delay(pause, context.RequestAborted);
                    sent += size;
                }
            },
            leaf);

        var failure = await Assert.That(() => CallAsync(server, authority.Root)).Throws<Exception>();

        await Assert.That(AwsFailure.Describe(failure!)).StartsWith(expected);
        await Assert.That(sent).IsLessThan(20 << 20);
    }

    private static async Task<string?> CallAsync(TestServer server, X509Certificate2 root)
    {
        using var factory = new SdkHttpClientFactory(new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = new()
            {
                RevocationMode = X509RevocationMode.NoCheck,
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { root },
            },
        });

        // A client that is disposed must leave the shared HTTP client usable for the next.
        string? arn = null;
        for (var i = 0; i < 2; i++)
        {
            using var sts = new AmazonSecurityTokenServiceClient(
                new BasicAWSCredentials("AKIDEXAMPLE", "secret"),
                new AmazonSecurityTokenServiceConfig
                {
                    ServiceURL = $"https://localhost:{server.Address.Port}",
                    AuthenticationRegion = "us-east-1",
                    MaxErrorRetry = 0,
                    HttpClientFactory = factory,
                });
            arn = (await sts.GetCallerIdentityAsync(new GetCallerIdentityRequest())).Arn;
        }

        return arn;
    }
}
