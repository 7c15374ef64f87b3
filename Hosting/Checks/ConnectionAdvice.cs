using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using AwsSigV4Proxy.Hosting.Forwarding;

namespace AwsSigV4Proxy.Hosting.Checks;

/// <summary>
/// What to do about a request that got no answer, though a connection, and the handshake where there is one, had succeeded just
/// before.
/// </summary>
internal static class ConnectionAdvice
{
    /// <summary>Arbitrary: the port had taken a connection before.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    /// <summary>Finds it; tries whether the port of an http target speaks TLS.</summary>
    /// <param name="error">What the proxy would answer its callers with.</param>
    /// <param name="target">The target.</param>
    public static async Task<string> FindAsync(ProxyError error, UpstreamTarget target)
    {
        // Which answers anything else at once.
        if (!target.IsHttps && error.Code != "upstream_timeout" && await SpeaksTlsAsync(target))
            return "this port speaks TLS: write https:// in --forward-to";
        return error.Code switch
        {
            "upstream_timeout" => "see the target's log for what it does meanwhile; where it is but slow, raise --request-timeout",
            "upstream_unreachable" => "try again; the connection before this one succeeded: see how many the target, and what stands before it, take",
            "upstream_tls" => "try again; the handshake before this one succeeded: see the target's log",
            _ => "see the target's log, and that of what stands before it, for why it ended the connection; check the port in --forward-to",
        };
    }

    /// <summary>Whether anything like a handshake begins, whosever the certificate.</summary>
    private static async Task<bool> SpeaksTlsAsync(UpstreamTarget target)
    {
        using var limit = new CancellationTokenSource(Limit);
        var hasCertificate = false;
        try
        {
            using var client = new TcpClient { NoDelay = true };
            await client.ConnectAsync(target.DialledEndPoint.Host, target.Port, limit.Token);
            await using var tls = new SslStream(client.GetStream());
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = target.TlsName,
                    // It is asked for nothing but whether there is one.
                    RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                    {
                        hasCertificate = certificate is not null;
                        return false;
                    },
                },
                limit.Token);
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException or SocketException or OperationCanceledException)
        {
            // The certificate was refused, by this; or there is no TLS.
        }

        return hasCertificate;
    }
}
