namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>
/// Limits the time from the request's last byte sent to the answer's headers (<c>--request-timeout</c>). A body may take as
/// long as it takes, and so may the answer's; a request without a body counts from its hand-over to the connection pool.
/// </summary>
internal sealed class RequestTimeoutHandler(HttpMessageHandler inner, TimeSpan connectTimeout, TimeSpan requestTimeout)
    : DelegatingHandler(inner)
{
    /// <summary>Where the sender leaves the body it sends, for this handler to see its end.</summary>
    public static readonly HttpRequestOptionsKey<EndNotifyingStream> BodyKey = new("body");

    /// <inheritdoc/>
    /// <exception cref="UpstreamTimeoutException">The connect timeout or the request timeout passed.</exception>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        request.Options.TryGetValue(BodyKey, out var body);
        if (body is null)
            deadline.CancelAfter(requestTimeout);
        else
            body.NotifyEnd(() => Arm(deadline));

        try
        {
            return await base.SendAsync(request, deadline.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw deadline.IsCancellationRequested
                ? new UpstreamTimeoutException(UpstreamTimeoutPhase.Request, requestTimeout, e)
                : new UpstreamTimeoutException(UpstreamTimeoutPhase.Connect, connectTimeout, e);
        }
        finally
        {
            // An upstream may answer while the body is still being sent, which then goes on under the caller's token alone.
            deadline.CancelAfter(Timeout.InfiniteTimeSpan);
            if (body is null or { Ended: true })
                deadline.Dispose();
            else
                body.NotifyEnd(deadline.Dispose);
        }
    }

    /// <summary>Starts the count; too late is no harm, when the answer came while the body's last byte was handed over.</summary>
    private void Arm(CancellationTokenSource deadline)
    {
        try
        {
            deadline.CancelAfter(requestTimeout);
        }
        catch (ObjectDisposedException)
        {
            // Answered meanwhile.
        }
    }
}

/// <summary>Which of the upstream's time limits passed.</summary>
internal enum UpstreamTimeoutPhase
{
    /// <summary>TCP connect and TLS handshake: <c>--connect-timeout</c>.</summary>
    Connect,

    /// <summary>From the request's last byte to the answer's headers: <c>--request-timeout</c>.</summary>
    Request,
}

/// <summary>The upstream took longer than a limit allows.</summary>
internal sealed class UpstreamTimeoutException(UpstreamTimeoutPhase phase, TimeSpan limit, Exception innerException)
    : Exception($"{phase} timeout of {limit}", innerException)
{
    /// <summary>Which limit passed.</summary>
    public UpstreamTimeoutPhase Phase { get; } = phase;

    /// <summary>The limit.</summary>
    public TimeSpan Limit { get; } = limit;
}
