using AwsSigV4Proxy.Signing.Keys;
using Microsoft.Extensions.Logging;

namespace AwsSigV4Proxy.Hosting.Credentials;

/// <summary>
/// The current credentials. While they are fresh a request gets them without a lock, an allocation or a wait. They are
/// refreshed ahead of their expiry in the background, by one fetch at a time; a failed fetch is tried again for ever, and
/// credentials stay in use until they really expire.
/// </summary>
/// <remarks>Thread-safe. All times are the <see cref="TimeProvider"/>'s.</remarks>
internal sealed class CredentialCache : IAsyncDisposable
{
    // Most fetches take a second or two. Beyond this the caller is better off with a 503 than with a longer wait.
    private static readonly TimeSpan WaitLimit = TimeSpan.FromSeconds(15);

    // Arbitrary: AWS may refuse every request, whatever is fetched, or a caller may send tokens of its own that have expired.
    private static readonly TimeSpan RenewalPause = TimeSpan.FromSeconds(10);

    private readonly ICredentialSource _source;
    private readonly TimeSpan _minimumLifetime;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Func<double> _jitter;
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();

    private volatile CredentialSnapshot? _snapshot;

    // Guarded by _gate.
    private Task? _refresh;
    private RefreshFailure? _failure;
    private DateTimeOffset _renewableAt = DateTimeOffset.MinValue;
    private bool _isDisposed;

    /// <param name="source">Where credentials come from.</param>
    /// <param name="logger">Told of every change for better or worse.</param>
    /// <param name="minimumLifetime">
    /// Credentials that expire within this time are refreshed before they sign, and used all the same if that fails or brings
    /// nothing better. Zero for no such demand.
    /// </param>
    /// <param name="time">The clock and the timers; the system's if null.</param>
    /// <param name="jitter">Gives numbers from 0 to 1; random if null.</param>
    public CredentialCache(
        ICredentialSource source,
        ILogger logger,
        TimeSpan minimumLifetime = default,
        TimeProvider? time = null,
        Func<double>? jitter = null)
    {
        _source = source;
        _minimumLifetime = minimumLifetime;
        _time = time ?? TimeProvider.System;
        _logger = logger;
        _jitter = jitter ?? Random.Shared.NextDouble;
        _timer = _time.CreateTimer(
            static cache => ((CredentialCache)cache!).OnDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The credentials that can sign now, or null when there are none.</summary>
    public SigningCredentials? Current => _snapshot is { } snapshot && snapshot.IsUsable(_time.GetUtcNow()) ? snapshot.Credentials : null;

    /// <summary>What to tell whoever asks whether the proxy is ready.</summary>
    public CredentialStatus Status
    {
        get
        {
            lock (_gate)
            {
                var current = Current;
                var reason = _failure?.Reason ?? (current is null ? "The first fetch of AWS credentials has not ended yet." : null);
                return new CredentialStatus(current is not null, reason, current?.Expiration);
            }
        }
    }

    /// <summary>Whether a fetch is in flight.</summary>
    public bool IsRefreshing
    {
        get
        {
            lock (_gate)
                return _refresh is not null;
        }
    }

    /// <summary>Begins the first fetch, in the background. A request that comes meanwhile waits for it.</summary>
    public void Start() => OnDue();

    /// <summary>
    /// The credentials to sign with. Completes at once while they are fresh; otherwise waits for the one fetch in flight only
    /// if there is nothing usable, or nothing that lives long enough.
    /// </summary>
    /// <param name="cancellationToken">Ends the caller's wait, never the fetch, which others share.</param>
    /// <exception cref="CredentialsUnavailableException">
    /// There are none. Thrown without a fetch while the last failure is recent; <c>RetryAfter</c> says how long.
    /// </exception>
    public ValueTask<SigningCredentials> GetAsync(CancellationToken cancellationToken = default)
    {
        var snapshot = _snapshot;
        return snapshot is not null && _time.GetUtcNow() < snapshot.FreshUntil
            ? new ValueTask<SigningCredentials>(snapshot.Credentials)
            : GetStaleAsync(cancellationToken);
    }

    /// <summary>
    /// AWS has refused credentials as no longer good: fetches others at once, unless that was done a moment ago. Other requests
    /// are not held up meanwhile, since what AWS refused may have been a token of the caller's.
    /// </summary>
    /// <param name="refused">What the request was signed with.</param>
    /// <param name="code">What AWS says, for the log.</param>
    /// <param name="cancellationToken">Ends the caller's wait, never the fetch, which begins before this returns.</param>
    /// <returns>Others than the refused, or null where there are none.</returns>
    public async Task<SigningCredentials?> RenewAsync(SigningCredentials refused, string code, CancellationToken cancellationToken)
    {
        Task refresh;
        bool isFirst;
        lock (_gate)
        {
            if (Other() is { } renewed)
                return renewed;
            var now = _time.GetUtcNow();
            if (_refresh is null && (_isDisposed || now < _renewableAt || (_failure is { } failure && now < failure.RetryAt)))
                return null;
            _renewableAt = now + RenewalPause;
            isFirst = _refresh is null;
            refresh = _refresh ??= StartRefresh();
        }

        try
        {
            await refresh.WaitAsync(WaitLimit, _time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // The fetch goes on, for requests to come.
        }

        var other = Other();
        if (isFirst && other is not null)
            Log.CredentialsRenewed(_logger, refused.AccessKeyId, code);
        else if (isFirst)
            Log.CredentialsRefused(_logger, refused.AccessKeyId, code, _source.Origin);
        return other;

        SigningCredentials? Other() => Current is { } current && !current.HasSameKeysAs(refused) ? current : null;
    }

    /// <summary>
    /// Fetches now, even when the last failure is recent: what the source reads has changed. A fetch in flight may have read it
    /// before, so it is waited for and followed by another.
    /// </summary>
    /// <returns>Completes when the fetch has ended, one way or the other.</returns>
    public async Task RefreshAsync()
    {
        Task? inFlight;
        lock (_gate)
            inFlight = _refresh;
        if (inFlight is not null)
            await inFlight;
        lock (_gate)
        {
            if (_isDisposed)
                return;
            inFlight = _refresh ??= StartRefresh();
        }

        await inFlight;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Task? refresh;
        lock (_gate)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            refresh = _refresh;
        }

        await _timer.DisposeAsync();
        await _stopping.CancelAsync();
        if (refresh is not null)
            await refresh;
        _stopping.Dispose();
    }

    private ValueTask<SigningCredentials> GetStaleAsync(CancellationToken cancellationToken)
    {
        Task refresh;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            var now = _time.GetUtcNow();
            var usable = _snapshot is { } snapshot && snapshot.IsUsable(now) ? snapshot : null;
            var isResting = _refresh is null && _failure is { } failure && now < failure.RetryAt;
            if (!isResting)
                _refresh ??= StartRefresh();
            if (usable is not null && (isResting || now < usable.RequiredAt))
                return new ValueTask<SigningCredentials>(usable.Credentials);
            if (isResting)
                return ValueTask.FromException<SigningCredentials>(_failure!.ToException(now));
            refresh = _refresh!;
        }

        return WaitAsync(refresh, cancellationToken);
    }

    private async ValueTask<SigningCredentials> WaitAsync(Task refresh, CancellationToken cancellationToken)
    {
        try
        {
            await refresh.WaitAsync(WaitLimit, _time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // The fetch goes on; what is there now decides.
        }

        if (Current is { } credentials)
            return credentials;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            throw _failure?.ToException(_time.GetUtcNow()) ?? StillFetching();
        }
    }

    private static CredentialsUnavailableException StillFetching() =>
        new($"No AWS credentials: they are still being fetched after {WaitLimit.TotalSeconds:0} s. Try again soon.")
        {
            RetryAfter = TimeSpan.FromSeconds(1),
        };

    private void OnDue()
    {
        lock (_gate)
        {
            if (!_isDisposed)
                _refresh ??= StartRefresh();
        }
    }

    /// <summary>Starts the fetch, outside the lock and apart from the request that happened to ask for it.</summary>
    private Task StartRefresh()
    {
        using (ExecutionContext.SuppressFlow())
            return Task.Run(FetchAsync);
    }

    /// <summary>One fetch. Never throws: the outcome is in <see cref="_snapshot"/> or <see cref="_failure"/>.</summary>
    private async Task FetchAsync()
    {
        var fetch = await CredentialFetch.RunAsync(_source, _time, _stopping.Token);
        if (fetch is { Credentials: { } credentials })
            Accept(credentials);
        else if (fetch is not null)
            Reject(fetch.Reason, fetch.Cause);
    }

    private void Accept(SigningCredentials credentials)
    {
        var now = _time.GetUtcNow();
        bool isNew, hasRecovered;
        lock (_gate)
        {
            // The same set stays the same object, so that whatever was derived from it stays valid.
            var previous = _snapshot?.Credentials;
            isNew = previous is null || !previous.HasSameKeysAs(credentials) || previous.Expiration != credentials.Expiration;
            var snapshot = CredentialSnapshot.Plan(isNew ? credentials : previous!, now, _minimumLifetime, _jitter());
            _snapshot = snapshot;
            hasRecovered = _failure is not null;
            EndRefresh(null, snapshot.FreshUntil - now);
        }

        if (hasRecovered)
            Log.CredentialsRecovered(_logger, _source.Origin);
        if (isNew)
            Log.CredentialsFetched(_logger, _source.Origin, DescribeExpiration(credentials));
    }

    private void Reject(string reason, Exception? cause)
    {
        TimeSpan pause;
        SigningCredentials? current;
        lock (_gate)
        {
            var count = (_failure?.Count ?? 0) + 1;
            var now = _time.GetUtcNow();
            current = Current;
            pause = RefreshFailure.PauseAfter(count, _jitter(), current?.Expiration - now);
            EndRefresh(new RefreshFailure(reason, cause, now + pause, count), pause);
        }

        if (current is not null)
            Log.CredentialRefreshFailed(_logger, reason, DescribeExpiration(current), pause.TotalSeconds);
        else
            Log.CredentialsUnavailable(_logger, reason, pause.TotalSeconds);
    }

    /// <summary>Closes the fetch in flight and plans the next. Held: <see cref="_gate"/>.</summary>
    private void EndRefresh(RefreshFailure? failure, TimeSpan next)
    {
        _failure = failure;
        _refresh = null;
        if (!_isDisposed)
            _timer.Change(next, Timeout.InfiniteTimeSpan);
    }

    private static string DescribeExpiration(SigningCredentials credentials) =>
        credentials.Expiration is { } expiration ? $"they expire at {expiration:u}" : "they name no expiry";
}
