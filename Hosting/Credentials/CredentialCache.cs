using AwsSigV4Proxy.Hosting.Telemetry;
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
    /// <summary>How long a request waits for others where there are credentials that only expire sooner than it would like. Arbitrary.</summary>
    public static readonly TimeSpan LongestWaitForLongerLived = TimeSpan.FromSeconds(2);

    private readonly ICredentialSource _source;
    private readonly TimeSpan _minimumLifetime;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Func<double> _jitter;
    private readonly ProxyMetrics? _metrics;
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();

    private volatile CredentialSnapshot? _snapshot;

    // Guarded by _gate.
    private Task? _refresh;
    private RefreshFailure? _failure;
    private bool _isDisposed;

    /// <param name="source">Where credentials come from.</param>
    /// <param name="logger">Told of every change for better or worse.</param>
    /// <param name="minimumLifetime">
    /// Credentials that expire within this time are refreshed before they sign, and used all the same if that fails or brings
    /// nothing better. Zero for no such demand.
    /// </param>
    /// <param name="time">The clock and the timers; the system's if null.</param>
    /// <param name="jitter">Gives numbers from 0 to 1; random if null.</param>
    /// <param name="metrics">Told how long fetches take, and how they end; null for nobody.</param>
    public CredentialCache(
        ICredentialSource source,
        ILogger logger,
        TimeSpan minimumLifetime = default,
        TimeProvider? time = null,
        Func<double>? jitter = null,
        ProxyMetrics? metrics = null)
    {
        _source = source;
        _minimumLifetime = minimumLifetime;
        _time = time ?? TimeProvider.System;
        _logger = logger;
        _metrics = metrics;
        _jitter = jitter ?? Random.Shared.NextDouble;
        _timer = _time.CreateTimer(
            static cache => ((CredentialCache)cache!).OnDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Where the credentials come from.</summary>
    public string Origin => _source.Origin;

    /// <summary>The kind of provider that gave them, for metrics; null before.</summary>
    public string? Provider => _source.Provider;

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
    /// The credentials to sign with. Completes at once while they are fresh; otherwise waits for the one fetch in flight, which
    /// has a limit (<see cref="CredentialFetch"/>), only if there is nothing usable, or nothing that lives long enough.
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

    /// <summary>The fetch in flight, or else one that begins now.</summary>
    /// <param name="mayBegin">Whether one may begin.</param>
    /// <param name="begins">Whether one does.</param>
    /// <returns>Completes when the fetch has ended, one way or the other; null when there is none: the last failure is recent.</returns>
    public Task? Join(bool mayBegin, out bool begins)
    {
        lock (_gate)
        {
            begins = mayBegin && _refresh is null && !_isDisposed && !IsResting(_time.GetUtcNow());
            if (begins)
                _refresh = StartRefresh();
            return _refresh;
        }
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
        TimeSpan limit;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            var now = _time.GetUtcNow();
            var usable = _snapshot is { } snapshot && snapshot.IsUsable(now) ? snapshot : null;
            var isResting = _refresh is null && IsResting(now);
            if (!isResting)
                _refresh ??= StartRefresh();
            // Once a refresh has failed nobody waits for the next ones either.
            if (usable is not null && (_failure is not null || now < usable.RequiredAt))
                return new ValueTask<SigningCredentials>(usable.Credentials);
            if (isResting)
                return ValueTask.FromException<SigningCredentials>(_failure!.ToException(now));
            refresh = _refresh!;
            limit = usable is null ? Timeout.InfiniteTimeSpan : LongestWaitForLongerLived;
        }

        return WaitAsync(refresh, limit, cancellationToken);
    }

    private async ValueTask<SigningCredentials> WaitAsync(Task refresh, TimeSpan limit, CancellationToken cancellationToken)
    {
        // When the limit is over, the fetch goes on and what is there signs.
        await refresh.WaitAsync(limit, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        if (Current is { } credentials)
            return credentials;
        if (!refresh.IsCompleted)
            return await WaitAsync(refresh, Timeout.InfiniteTimeSpan, cancellationToken);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            throw _failure?.ToException(_time.GetUtcNow())
                ?? new CredentialsUnavailableException($"No AWS credentials: those of {Origin} expired as soon as they had come. Check the clock.");
        }
    }

    /// <summary>Whether the last failure is too recent for another attempt. Held: <see cref="_gate"/>.</summary>
    private bool IsResting(DateTimeOffset now) => _failure is { } failure && now < failure.RetryAt;

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
        var startedAt = _time.GetTimestamp();
        var fetch = await CredentialFetch.RunAsync(_source, _time, _stopping.Token);
        if (fetch is not null)
            _metrics?.Refreshed(_time.GetElapsedTime(startedAt), fetch.Credentials is not null);
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
