namespace AwsSigV4Proxy.Hosting.Credentials;

/// <summary>
/// Reads each answer to its end before it is passed on, up to a limit: the SDK would read whatever comes, for as long as it
/// comes, since the client's time limit reaches no further than an answer's headers.
/// </summary>
internal sealed class BoundedAnswers(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <summary>Far above what STS and SSO answer. Arbitrary.</summary>
    private const long MaxLength = 1 << 20;

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage? answer = null;
        try
        {
            answer = await base.SendAsync(request, cancellationToken);
            await answer.Content.LoadIntoBufferAsync(MaxLength, cancellationToken);
            return answer;
        }
        catch (Exception exception)
        {
            answer?.Dispose();
            if (exception is HttpRequestException failure && ViaProxyException.Explain(failure, request.RequestUri) is { } explained)
                throw explained;
            throw;
        }
    }
}
