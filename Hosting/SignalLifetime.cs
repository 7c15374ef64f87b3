using System.Runtime.InteropServices;

namespace AwsSigV4Proxy.Hosting;

/// <summary>
/// Stops the host on TERM, INT, QUIT and HUP: listening ends, requests in flight finish within <c>--shutdown-timeout</c>. A
/// second signal ends the process at once, by its default action.
/// </summary>
internal sealed class SignalLifetime(
    IHostApplicationLifetime lifetime, ILogger<SignalLifetime> logger, Commands.ProxyOptions options) : IHostLifetime, IDisposable
{
    private static readonly PosixSignal[] Signals =
        [PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT, PosixSignal.SIGHUP];

    /// <summary>
    /// A signal that follows this soon is the same one: timeout(1) sends it to the process and to its group, a closing
    /// terminal sends two. Arbitrary; shorter than a person who means a second one.
    /// </summary>
    private static readonly TimeSpan SameSignal = TimeSpan.FromSeconds(1);

    private (PosixSignal Signal, long Ticks)? _first;
    private readonly List<PosixSignalRegistration> _registrations = [];

    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        foreach (var signal in Signals)
            _registrations.Add(PosixSignalRegistration.Create(signal, OnSignal));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _registrations.Clear();
    }

    private void OnSignal(PosixSignalContext context)
    {
        lock (_registrations)
        {
            if (_first is { } first)
            {
                context.Cancel = context.Signal == first.Signal && Environment.TickCount64 - first.Ticks < SameSignal.TotalMilliseconds;
                return;
            }

            _first = (context.Signal, Environment.TickCount64);
        }

        context.Cancel = true;
        Log.Stopping(logger, context.Signal.ToString(), options.ShutdownTimeout.TotalSeconds);
        // Stopping runs callbacks; a signal handler must return.
        ThreadPool.QueueUserWorkItem(static state => state.StopApplication(), lifetime, preferLocal: false);
    }
}
