using Microsoft.Extensions.Logging;

namespace AwsSigV4Proxy.Hosting.Files;

/// <summary>
/// A value made from files and made anew when they change. Whoever reads it first after a change makes the new value on the
/// spot and gets it; everyone else meanwhile gets the current one without waiting. New files that cannot be used leave the
/// current value in place and are logged once.
/// </summary>
/// <remarks>
/// The files are looked at when the value is read, and at most once in <see cref="CheckInterval"/>: a watcher would miss
/// changes on network file systems and on the mounts of Kubernetes secrets, and a timer would wake an idle proxy.
/// </remarks>
internal sealed class FileBacked<T>
    where T : class
{
    /// <summary>The shortest time between two looks at the files.</summary>
    public static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);

    private readonly string[] _paths;
    private readonly Func<T> _load;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly Lock _refreshing = new();
    private FileStamp[] _stamps;
    private T _current;
    private long _lastCheck;

    /// <summary>Makes the first value.</summary>
    /// <param name="load">
    /// Makes the value from the files; throws <see cref="StartupException"/> when they cannot be used.
    /// </param>
    /// <param name="paths">The files that <paramref name="load"/> reads.</param>
    /// <param name="logger">Told of every reload, and of every one that failed.</param>
    /// <param name="time">Spaces the looks at the files.</param>
    /// <exception cref="StartupException">The files cannot be used.</exception>
    public FileBacked(Func<T> load, string[] paths, ILogger logger, TimeProvider time)
    {
        _paths = paths;
        _load = load;
        _logger = logger;
        _time = time;
        // Stamps are taken before the files are read: a change in between shows as a difference at the next look.
        _stamps = ReadStamps();
        _current = load();
        _lastCheck = time.GetTimestamp();
    }

    /// <summary>The value of the newest usable files.</summary>
    public T Current
    {
        get
        {
            if (_time.GetElapsedTime(Volatile.Read(ref _lastCheck)) >= CheckInterval && _refreshing.TryEnter())
            {
                try
                {
                    Refresh();
                }
                finally
                {
                    _refreshing.Exit();
                }
            }

            return Volatile.Read(ref _current);
        }
    }

    private void Refresh()
    {
        Volatile.Write(ref _lastCheck, _time.GetTimestamp());
        var stamps = ReadStamps();
        if (stamps.AsSpan().SequenceEqual(_stamps))
            return;

        _stamps = stamps;
        var files = string.Join(", ", _paths);
        try
        {
            Volatile.Write(ref _current, _load());
            Log.FilesReloaded(_logger, files);
        }
        catch (StartupException exception)
        {
            Log.ReloadFailed(_logger, files, exception.Message, exception.Hint);
        }
        catch (Exception exception)
        {
            // Whoever reads the value is serving a caller, who must not pay for a file that nobody foresaw.
            Log.ReloadFailed(_logger, files, exception.Message, "");
        }
    }

    private FileStamp[] ReadStamps() => Array.ConvertAll(_paths, FileStamp.Read);
}
