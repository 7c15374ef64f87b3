using System.Net.Security;
using System.Net.Sockets;

namespace AwsSigV4Proxy.Hosting.Credentials;

/// <summary>
/// An HTTP client for endpoints that give this machine or container its credentials. Never by a proxy, whatever
/// <c>HTTP_PROXY</c> says, and never redirected: question and answer hold secrets. Each attempt has more patience than the one
/// before.
/// </summary>
internal sealed class MachineEndpoint : IDisposable
{
    private readonly HttpClient _client;
    private readonly TimeSpan[] _timeouts;

    /// <param name="timeouts">The limit of each attempt; there are as many.</param>
    /// <param name="tls">Whom to trust where the endpoint is https; null for the system's own.</param>
    public MachineEndpoint(TimeSpan[] timeouts, SslClientAuthenticationOptions? tls = null)
    {
        _timeouts = timeouts;
        var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false, ActivityHeadersPropagator = null };
        if (tls is not null)
            handler.SslOptions = tls;
        _client = new HttpClient(handler) { MaxResponseContentBufferSize = 1 << 16, Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>
    /// Sends a request, again where the endpoint cannot be reached, is slow or answers 5xx. The last attempt's outcome counts:
    /// an answer that is read to its end, or an exception of which <see cref="IsUnreachable"/> is true.
    /// </summary>
    /// <param name="create">Makes the request anew for each attempt.</param>
    /// <param name="cancellationToken">Ends all attempts.</param>
    public async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> create, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            using var request = create();
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(_timeouts[attempt]);
            try
            {
                var answer = await _client.SendAsync(request, limit.Token);
                if ((int)answer.StatusCode < 500 || attempt == _timeouts.Length - 1)
                    return answer;
                answer.Dispose();
            }
            catch (Exception exception) when (attempt < _timeouts.Length - 1 && IsUnreachable(exception, cancellationToken))
            {
                // Asked once more, with more patience.
            }
        }
    }

    /// <summary>Whether an attempt ended without an answer, and not because the caller gave up.</summary>
    public static bool IsUnreachable(Exception exception, CancellationToken cancellationToken) =>
        exception is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested;

    /// <summary>One word for why there was no answer.</summary>
    public static string Cause(Exception exception) => exception switch
    {
        { InnerException: SocketException socket } => socket.SocketErrorCode.ToString(),
        HttpRequestException request => request.HttpRequestError.ToString(),
        _ => "timeout",
    };

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();
}
