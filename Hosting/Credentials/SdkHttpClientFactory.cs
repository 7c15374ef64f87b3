using System.Net.Security;
using Amazon.Runtime;
using AwsSigV4Proxy.Hosting.Forwarding;
using Microsoft.Extensions.Logging.Abstractions;

namespace AwsSigV4Proxy.Hosting.Credentials;

/// <summary>
/// Gives the AWS SDK's clients that fetch credentials (STS, SSO) an HTTP client that trusts the roots the proxy chose: the
/// SDK's own knows the system's roots only, and an image made <c>FROM scratch</c> has none. Set it as
/// <see cref="ClientConfig.HttpClientFactory"/>.
/// </summary>
internal sealed class SdkHttpClientFactory : HttpClientFactory, IDisposable
{
    /// <summary>
    /// Limit of one call: credentials are asked for while requests wait. The SDK's own (<see cref="ClientConfig.Timeout"/>) does
    /// not reach a client that it did not make.
    /// </summary>
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(8);

    private static readonly Lazy<SdkHttpClientFactory> LazyShared =
        new(static () => new SdkHttpClientFactory(UpstreamTls.CreateSystemOptions(NullLogger.Instance)));

    private readonly HttpClient _client;

    /// <summary>The one of this process: the SDK's registry of clients is the process's too. Made at its first use.</summary>
    public static SdkHttpClientFactory Shared => LazyShared.Value;

    /// <summary>Makes the one client that all of them share.</summary>
    /// <param name="tls">Whom to trust, from <c>UpstreamTls.CreateSystemOptions</c>.</param>
    public SdkHttpClientFactory(SslClientAuthenticationOptions tls)
    {
        var handler = new SocketsHttpHandler
        {
            SslOptions = tls,
            // As the SDK sets its own: it follows redirects itself where it means to, and keeps no cookies.
            AllowAutoRedirect = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = CallTimeout,
            // Credentials are asked for once an hour or so: an old address must not outlive a change of DNS.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        _client = new HttpClient(new BoundedAnswers(handler)) { Timeout = CallTimeout };
    }

    /// <inheritdoc/>
    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => _client;

    /// <inheritdoc/>
    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    /// <inheritdoc/>
    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();
}
