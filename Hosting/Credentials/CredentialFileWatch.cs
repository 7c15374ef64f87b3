namespace AwsSigV4Proxy.Hosting.Credentials;

/// <summary>
/// Looks at the files that credentials come from, and brings the next refresh forward when one has changed: an edited profile,
/// an <c>aws sso login</c>, a rotated token are in use soon, however far away the next refresh is.
/// </summary>
/// <remarks>
/// It looks at times and lengths of a few files: watching by the operating system would miss changes on network file systems and
/// on the mounts of Kubernetes secrets.
/// </remarks>
internal sealed class CredentialFileWatch : IAsyncDisposable
{
    /// <summary>How long until the next look while nothing can be signed: someone is likely to be mending just that.</summary>
    public static readonly TimeSpan IntervalWithoutCredentials = TimeSpan.FromSeconds(1);

    /// <summary>How long otherwise.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The longest pause between refreshes for files that change all the time. Arbitrary: a session without an expiry is looked at
    /// about as often.
    /// </summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private readonly CredentialCache _cache;
    private readonly CredentialFiles _files;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _watching;


    /// <summary>Begins to watch.</summary>
    /// <param name="cache">What is to be refreshed.</param>
    /// <param name="files">The files.</param>
    /// <param name="time">Spaces the looks.</param>
    public CredentialFileWatch(CredentialCache cache, CredentialFiles files, TimeProvider time)
    {
        (_cache, _files, _time) = (cache, files, time);
        // Before the first fetch reads them.
        files.Look();
        _watching = WatchAsync(_stopping.Token);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _watching;
        _stopping.Dispose();
    }

    private async Task WatchAsync(CancellationToken stopping)
    {
        var pace = new RefreshPace(_time, Interval, LongestPause);
        var isChanged = false;
        while (true)
        {
            var interval = _cache.Current is null ? IntervalWithoutCredentials : Interval;
            await Task.Delay(interval, _time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stopping.IsCancellationRequested)
                return;
            isChanged |= _files.Look();
            if (!isChanged || !pace.TryStart())
                continue;
            isChanged = false;
            await _cache.RefreshAsync().WaitAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
