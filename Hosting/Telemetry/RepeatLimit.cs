using System.Collections.Concurrent;

namespace AwsSigV4Proxy.Hosting.Telemetry;

/// <summary>
/// Keeps a flood of the same failure from flooding the log: the first few of each kind in a window of time are logged one by one, the
/// rest is counted, and told when the window ends, whether or not more come.
/// </summary>
/// <remarks>Thread-safe. The kinds are few and known: each is remembered for good.</remarks>
/// <param name="time">The clock of the windows.</param>
/// <param name="tell">Logs how many more of a kind there were, over how long a time.</param>
internal sealed class RepeatLimit(TimeProvider time, Action<string, long, TimeSpan> tell) : IDisposable
{
    /// <summary>What is logged of each kind in one window. Arbitrary: enough to see whether all of them have one cause.</summary>
    public const int MaxLines = 10;

    /// <summary>
    /// A window begins with the first failure after the last one. Arbitrary: at most a line a second, and nobody who watches waits
    /// long for the sum.
    /// </summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, Kind> _kinds = new(StringComparer.Ordinal);

    /// <summary>Counts a failure, and says whether it is logged by itself.</summary>
    /// <param name="kind">What is the same of all that are.</param>
    public bool MayLog(string kind) =>
        _kinds.GetOrAdd(kind, static (name, limit) => new Kind(name, limit.time, limit.tell), (time, tell)).MayLog();

    /// <summary>Tells what was counted and not told yet.</summary>
    public void Dispose()
    {
        foreach (var (_, kind) in _kinds)
            kind.Dispose();
    }

    private sealed class Kind(string name, TimeProvider time, Action<string, long, TimeSpan> tell) : IDisposable
    {
        private readonly Lock _gate = new();
        private long? _startedAt;
        private int _lines;
        private long _more;

        /// <summary>Made when there is something to tell for the first time.</summary>
        private ITimer? _timer;

        public bool MayLog()
        {
            lock (_gate)
            {
                if (_startedAt is not { } start || time.GetElapsedTime(start) >= Window)
                    Begin();
                if (_lines < MaxLines)
                {
                    _lines++;
                    return true;
                }

                if (_more++ == 0)
                    Wait();
                return false;
            }
        }

        public void Dispose()
        {
            lock (_gate)
            {
                _timer?.Dispose();
                Tell();
            }
        }

        private void Begin()
        {
            // The timer is late, or stands behind this very failure.
            Tell();
            _startedAt = time.GetTimestamp();
            _lines = 0;
        }

        private void Wait()
        {
            // In whole milliseconds, as timers count.
            var rest = TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling((Window - time.GetElapsedTime(_startedAt!.Value)).TotalMilliseconds)));
            if (_timer is null)
                _timer = time.CreateTimer(static kind => ((Kind)kind!).End(), this, rest, Timeout.InfiniteTimeSpan);
            else
                _timer.Change(rest, Timeout.InfiniteTimeSpan);
        }

        private void End()
        {
            lock (_gate)
            {
                if (_more == 0)
                    return;
                // Timers may be early by a part of a millisecond, and one that is late finds the next window.
                if (time.GetElapsedTime(_startedAt!.Value) < Window)
                {
                    Wait();
                    return;
                }

                Tell();
                _startedAt = null;
            }
        }

        private void Tell()
        {
            if (_more > 0)
                tell(name, _more, time.GetElapsedTime(_startedAt!.Value));
            _more = 0;
        }
    }
}
