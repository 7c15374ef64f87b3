namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>
/// The region of the AWS configuration, asked for when a request's host tells none. Remembered, since it may come from the
/// network; that there is none is believed for a while only. Thread-safe.
/// </summary>
/// <param name="find">Finds it, or null. May take seconds.</param>
/// <param name="time">The clock.</param>
internal sealed class ConfiguredRegion(Func<string?> find, TimeProvider time)
{
    /// <summary>How long it is believed that there is none. Arbitrary.</summary>
    private static readonly TimeSpan AbsenceLifetime = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private string? _region;
    private DateTimeOffset _absentUntil;

    /// <summary>The region, or null where there is none that could be one.</summary>
    public string? Get()
    {
        // One asks; the others would ask the same.
        lock (_gate)
        {
            if (_region is null && time.GetUtcNow() >= _absentUntil)
            {
                _region = find();
                _absentUntil = time.GetUtcNow() + AbsenceLifetime;
            }

            return _region;
        }
    }
}
