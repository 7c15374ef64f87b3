namespace AwsSigV4Proxy.Hosting.Credentials;

/// <summary>
/// Says when files that changed may lead to a refresh. A credential process and the SDK's SSO write files of their own during a
/// refresh, which cannot be told from what somebody else writes meanwhile: that must not be missed, and the others must not lead to
/// one refresh after the other. So the pauses grow while changes go on.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="first">The first pause; the following ones are each twice as long.</param>
/// <param name="longest">The longest.</param>
internal sealed class RefreshPace(TimeProvider time, TimeSpan first, TimeSpan longest)
{
    private TimeSpan _pause = TimeSpan.Zero;
    private long? _startedAt;

    /// <summary>Whether a refresh may start now; if so, it is taken for started. While it may not, the change waits.</summary>
    public bool TryStart()
    {
        var since = _startedAt is { } at ? time.GetElapsedTime(at) : TimeSpan.MaxValue;
        if (since < _pause)
            return false;
        // What comes long after the last pause has nothing to do with it.
        var isCalm = since > (2 * _pause) + (2 * first);
        var next = _pause == TimeSpan.Zero ? first : _pause * 2;
        _pause = isCalm ? TimeSpan.Zero : next < longest ? next : longest;
        _startedAt = time.GetTimestamp();
        return true;
    }
}
