using System.Globalization;
using System.Net.Http;
using System.Net.Sockets;
using System.Security.Authentication;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Signing.Chunked;
using Microsoft.AspNetCore.Connections;
using Yarp.ReverseProxy.Forwarder;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>Names what went wrong between the proxy and the upstream, by phase and party.</summary>
internal static class UpstreamFailure
{
    /// <summary>The failure to answer with.</summary>
    /// <param name="error">What YARP calls it.</param>
    /// <param name="exception">Why, if YARP knows.</param>
    /// <param name="target">Whom it went wrong with.</param>
    /// <param name="options">The options and limits that the sentences name.</param>
    public static ProxyError ToProxyError(ForwarderError error, Exception? exception, UpstreamTarget target, ProxyOptions options)
    {
        var check = options.ForwardTo is null ? "Check the host that the request names" : "Check --forward-to";
        if (error is ForwarderError.UpgradeResponseClient)
            return ProxyError.UpstreamReset($"{HostAndPort(target)} switched to another protocol, which the request did not ask for.");
        foreach (var cause in Causes(exception))
        {
            switch (cause)
            {
                case TimeoutException when error is ForwarderError.RequestTimedOut:
                    return ProxyError.UpstreamTimeout(
                        $"No connection to {HostAndPort(target)} within {Seconds(options.ConnectTimeout)} s (--connect-timeout).");
                case HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError }:
                    return ProxyError.UpstreamUnreachable(
                        $"The name {target.Host} cannot be resolved. {check} and this machine's DNS.");
                case HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError }:
                case AuthenticationException:
                    return ProxyError.UpstreamTls(
                        $"The TLS handshake with {HostAndPort(target)} failed: {Innermost(cause)} {TlsHint(options)}");
                case HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError }:
                    return ProxyError.UpstreamUnreachable(
                        $"No connection to {HostAndPort(target)}: {Innermost(cause)} {check}, the network and its security groups.");
                case HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError }:
                    return ProxyError.UpstreamReset($"{HostAndPort(target)} did not answer in HTTP: {Innermost(cause)}");
            }
        }

        return error is ForwarderError.ResponseBodyDestination or ForwarderError.UpgradeResponseDestination
            ? ProxyError.UpstreamReset($"{HostAndPort(target)} cut the connection in the middle of its answer: {Innermost(exception)}")
            : ProxyError.UpstreamReset(
                $"{HostAndPort(target)} closed the connection before its answer's headers were complete: {Innermost(exception)}");
    }

    /// <summary>
    /// What is wrong with the caller's body, found while it was read or sent, or null when something else went wrong.
    /// </summary>
    public static ProxyError? OfBody(Exception? exception)
    {
        foreach (var cause in Causes(exception))
        {
            switch (cause)
            {
                case ProxyException { Error: var error }:
                    return error;
                case AwsChunkedFormatException:
                    return ProxyError.BadRequest(
                        $"The aws-chunked body is malformed. {cause.Message} Send it again; if that fails too, turn the client's chunked encoding off.");
                case BadHttpRequestException:
                    return ProxyError.BadRequest($"{cause.Message.TrimEnd('.')}.");
            }
        }

        return null;
    }

    /// <summary>Whether it was the caller's connection that ended, seen while its body was read or its answer written.</summary>
    public static bool IsOfCallersConnection(Exception? exception) =>
        Causes(exception).Any(cause => cause is ConnectionResetException or ConnectionAbortedException);

    /// <summary>The failure of a limit that passed, where an answer can still name it.</summary>
    /// <param name="missed">What did not come.</param>
    /// <param name="deadline">The limits.</param>
    /// <param name="target">Who was to send or to take it, once that is known.</param>
    public static ProxyError Missed(Awaited missed, RequestDeadline deadline, UpstreamTarget? target)
    {
        var upstream = target is null ? "The upstream" : HostAndPort(target);
        var limit = Seconds(deadline.LimitOf(missed));
        return missed switch
        {
            Awaited.BodyFromCaller => ProxyError.BadRequest($"Nothing more of the body arrived for {limit} s (--idle-timeout)."),
            Awaited.BodyTakenUpstream => ProxyError.UpstreamTimeout($"{upstream} took no more of the body for {limit} s (--idle-timeout)."),
            Awaited.AnswerFromUpstream => ProxyError.UpstreamTimeout($"{upstream} fell silent in the middle of its answer for {limit} s (--idle-timeout)."),
            _ => ProxyError.UpstreamTimeout($"{upstream} did not answer within {limit} s of the request (--request-timeout)."),
        };
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);

    private static string TlsHint(ProxyOptions options) => options switch
    {
        { VerifySsl: false } => "Its certificate was not the reason (--no-verify-ssl): check that it speaks TLS 1.2 or 1.3 on this port.",
        { CaFile: null } => $"Check {HostPlace(options)}; if a root of your own signed its certificate, give that with --ca.",
        _ => $"Check {HostPlace(options)}, and that --ca holds the root that signed its certificate.",
    };

    /// <summary>Where the name stands that the certificate must have.</summary>
    private static string HostPlace(ProxyOptions options) => options.ForwardTo switch
    {
        null => "the host that the request names",
        { SignHost: null } => "the host in --forward-to",
        _ => "the host in --sign-host",
    };

    private static string HostAndPort(UpstreamTarget target) => $"{target.Host}:{target.Port}";

    /// <summary>Outermost first, through aggregates too: the phases that YARP joins.</summary>
    private static IEnumerable<Exception> Causes(Exception? exception)
    {
        for (var current = exception; current is not null; current = current.InnerException)
        {
            if (current is AggregateException aggregate)
            {
                foreach (var cause in aggregate.InnerExceptions.SelectMany(Causes))
                    yield return cause;
                yield break;
            }

            yield return current;
        }
    }

    /// <summary>The last cause's words, as a sentence: the ones that name the reason.</summary>
    private static string Innermost(Exception? exception)
    {
        var message = Causes(exception).LastOrDefault() switch
        {
            SocketException socket => socket.SocketErrorCode switch
            {
                SocketError.ConnectionRefused => "connection refused.",
                SocketError.HostUnreachable or SocketError.NetworkUnreachable => "no route to it.",
                SocketError.ConnectionReset => "connection reset.",
                SocketError.TooManyOpenSockets => "this process has too many files open: raise `ulimit -n` (systemd: LimitNOFILE).",
                _ => socket.Message,
            },
            { } cause => cause.Message,
            null => "no reason given.",
        };
        return message.EndsWith('.') ? message : message + ".";
    }
}
