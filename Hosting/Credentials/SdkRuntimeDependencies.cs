using Amazon.Runtime;
using Amazon.RuntimeDependencies;
using Amazon.SecurityToken;
using Amazon.SSO;
using Amazon.SSOOIDC;

namespace AwsSigV4Proxy.Hosting.Credentials;

/// <summary>
/// Tells AWSSDK.Core how to make the service clients that its credential providers need. Without that it looks for them by
/// reflection, which fails in a native executable with <c>MissingRuntimeDependencyException</c>
/// (https://docs.aws.amazon.com/sdk-for-net/v4/developer-guide/native-aot.html).
/// </summary>
/// <remarks>
/// All of them are anonymous: the SSO calls carry their own token, and of STS only calls that prove themselves (SAML) come
/// this way. The SDK does not tell the factory which credentials an AssumeRole is to be signed with, so a role of a profile
/// must never come this way: <see cref="SecurityTokenService"/> assumes those.
/// </remarks>
internal static class SdkRuntimeDependencies
{
    private static readonly Lazy<bool> Registered = new(static () =>
    {
        var registry = GlobalRuntimeDependencyRegistry.Instance;
        registry.RegisterSecurityTokenServiceClient(static context => new AmazonSecurityTokenServiceClient(
            new AnonymousAWSCredentials(),
            new AmazonSecurityTokenServiceConfig
            {
                RegionEndpoint = context.SecurityTokenServiceClientContextData.Region,
                HttpClientFactory = SdkHttpClientFactory.Shared,
            }));
        registry.RegisterSSOClient(static context => new AmazonSSOClient(
            new AnonymousAWSCredentials(),
            new AmazonSSOConfig { RegionEndpoint = context.SSOClientContextData.Region, HttpClientFactory = SdkHttpClientFactory.Shared }));
        registry.RegisterSSOOIDCClient(static context => new AmazonSSOOIDCClient(
            new AnonymousAWSCredentials(),
            new AmazonSSOOIDCConfig { RegionEndpoint = context.SSOOIDCClientContextData.Region, HttpClientFactory = SdkHttpClientFactory.Shared }));
        return true;
    });

    /// <summary>Registers the clients, once; called where a provider of the SDK is about to be used, to keep the start fast.</summary>
    public static void Register() => _ = Registered.Value;
}
