namespace AwsSigV4Proxy.Tests.Fakes;

/// <summary>A clock that runs as the system's does, but is off.</summary>
internal sealed class ShiftedTime(TimeSpan by) : TimeProvider
{
    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
}
