using Amazon.Runtime;
using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Hosting.Credentials.Providers;

/// <summary>Gets credentials, and when they expire, out of an SDK provider.</summary>
internal static class SdkCredentials
{
    /// <summary>
    /// Makes the SDK's provider anew and asks it once, so that nothing it caches is ever seen. It cannot be cancelled: an
    /// abandoned one ends by its own time-outs.
    /// </summary>
    public static async Task<SigningCredentials> FetchAsync(Func<AWSCredentials> create, CancellationToken cancellationToken)
    {
        // The pool's thread: some providers block while they are made or retry with Thread.Sleep.
        return await Task.Run(
            async () =>
            {
                var provider = create();
                // The SDK takes a minute off the expiry for its own early refresh; the cache has a schedule of its own.
                if (provider is RefreshingAWSCredentials refreshing)
                    refreshing.ExpirationBuffer = TimeSpan.Zero;
                var credentials = await provider.GetCredentialsAsync();
                return new SigningCredentials(
                    credentials.AccessKey, credentials.SecretKey, credentials.Token, AwsTime.ToOffset(provider.Expiration));
            },
            cancellationToken).WaitAsync(cancellationToken);
    }
}
