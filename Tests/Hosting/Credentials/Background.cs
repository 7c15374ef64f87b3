using AwsSigV4Proxy.Hosting.Credentials;

namespace AwsSigV4Proxy.Tests.Hosting.Credentials;

/// <summary>Waits for what the background does next; the limit only ends a test that fails.</summary>
internal static class Background
{
    /// <summary>Waits until a condition holds.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>Waits until a cache has these credentials.</summary>
    public static Task UntilAsync(CredentialCache cache, string accessKeyId) =>
        UntilAsync(() => cache.Current?.AccessKeyId == accessKeyId);

    /// <summary>Waits until a cache says why its last fetch failed.</summary>
    public static Task UntilReasonAsync(CredentialCache cache, string reason) =>
        UntilAsync(() => cache.Status.Reason?.Contains(reason, StringComparison.Ordinal) == true);
}
