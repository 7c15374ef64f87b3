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
    // STS and SSO answer within a second or two, a credential process may take some. Beyond that the caller is better off
    // with a 503 than with a longer wait.
    private static readonly TimeSpan WaitLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan FetchLimit = TimeSpan.FromSeconds(30);

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
            return Task.Run(RefreshAsync);
    }

    /// <summary>One fetch. Never throws: the outcome is in <see cref="_snapshot"/> or <see cref="_failure"/>.</summary>
    private async Task RefreshAsync()
    {
        using var limit = new CancellationTokenSource(FetchLimit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stopping.Token);
        try
        {
            // A source that does not listen to its token must not keep the cache waiting for ever.
            Accept(await _source.FetchAsync(either.Token).WaitAsync(either.Token));
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The program ends.
        }
        catch (OperationCanceledException exception) when (limit.IsCancellationRequested)
        {
            Reject($"No AWS credentials: {_source.Origin} did not give any within {FetchLimit.TotalSeconds:0} s.", exception);
        }
        catch (CredentialsUnavailableException exception)
        {
            Reject(exception.Message, exception);
        }
        catch (Exception exception)
        {
            // A bug. Its message is nobody's who took care to keep secrets out of it.
            Reject($"No AWS credentials: fetching them failed unexpectedly ({exception.GetType().Name}).", exception);
        }
    }

    private void Accept(SigningCredentials credentials)
    {
        var now = _time.GetUtcNow();
        if (!credentials.IsWellFormed)
        {
            Reject(
                $"No AWS credentials: those of {_source.Origin} hold a line break, a space or another character that no key has. "
                + "Write them again; `echo -n` and `printf` add no line break.",
                null);
            return;
        }

        if (credentials.Expiration <= now)
        {
            var reason = $"No AWS credentials: those of {_source.Origin} have expired at {credentials.Expiration:u}. "
                + "Renew them, and check the clock.";
            Reject(reason, null);
            return;
        }

        bool isNew, hasRecovered;
        lock (_gate)
        {
            // The same set stays the same object, so that whatever was derived from it stays valid.
            var previous = _snapshot?.Credentials;
            isNew = previous is null || !AreEqual(previous, credentials);
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
            pause = RefreshFailure.PauseAfter(count, _jitter());
            current = Current;
            EndRefresh(new RefreshFailure(reason, cause, _time.GetUtcNow() + pause, count), pause);
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

    private static bool AreEqual(SigningCredentials a, SigningCredentials b) =>
        a.AccessKeyId == b.AccessKeyId && a.SecretAccessKey == b.SecretAccessKey
        && a.SessionToken == b.SessionToken && a.Expiration == b.Expiration;

    private static string DescribeExpiration(SigningCredentials credentials) =>
        credentials.Expiration is { } expiration ? $"they expire at {expiration:u}" : "they name no expiry";
}
