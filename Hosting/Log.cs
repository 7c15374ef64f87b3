using Microsoft.Extensions.Logging;
using ZLogger;

namespace AwsSigV4Proxy.Hosting;

/// <summary>
/// Every message the proxy logs, in one place, so that their wording, levels and fields can be read side by side and none
/// carries a secret. The names of the parameters are the field names of the JSON format.
/// </summary>
internal static partial class Log
{
    /// <summary>The proxy answered with a failure of its own.</summary>
    [ZLoggerMessage(LogLevel.Warning, "{method} {path}: {status} {code}: {detail} [{requestId}]")]
    public static partial void RequestFailed(ILogger logger, string method, string path, int status, string code, string detail, string requestId);

    /// <summary>The proxy answered more often with the same failure than is logged one by one.</summary>
    [ZLoggerMessage(LogLevel.Warning, "{code}: {count} more requests failed like this in the last {seconds:0} s")]
    public static partial void RequestsFailed(ILogger logger, string code, long count, double seconds);

    /// <summary>A request has ended (<c>--access-log</c>).</summary>
    [ZLoggerMessage(LogLevel.Information, "{method} {path} {status} from {origin} in {durationMs:0.0} ms, {firstByteMs:0.0} ms to the first byte, {receivedBytes} B in, {sentBytes} B out; {upstream} {service} {region}; caller {caller} [{requestId}] AWS [{awsRequestId}]")]
    public static partial void Access(
        ILogger logger, string method, string path, int status, string origin, double durationMs, double firstByteMs, long receivedBytes,
        long sentBytes, string upstream, string service, string region, string caller, string requestId, string awsRequestId);

    /// <summary>The upstream answered with an error (<c>--log-failed-requests</c>).</summary>
    [ZLoggerMessage(LogLevel.Warning, "{method} {path}: the upstream answered {status} to a request for {service} {region}: {body} [{requestId}] AWS [{awsRequestId}]")]
    public static partial void AnsweredWithFailure(
        ILogger logger, string method, string path, int status, string service, string region, string body, string requestId, string awsRequestId);

    /// <summary>A body was sent under a hash that turned out not to be its own.</summary>
    [ZLoggerMessage(LogLevel.Warning, "{method} {path}: the body that was sent is not the one that the caller's x-amz-content-sha256 names; a service that checks it refuses it. It was damaged on its way to the proxy, or the client has a bug. [{requestId}]")]
    public static partial void HashMismatch(ILogger logger, string method, string path, string requestId);

    /// <summary>What was signed (<c>--log-signing</c>), below the message's own line; tokens redacted.</summary>
    [ZLoggerMessage(LogLevel.Information, "{method} {path}: signed as follows [{requestId}]{lines}")]
    public static partial void Signed(ILogger logger, string method, string path, string lines, string requestId);

    /// <summary>AWS saw another request than the one that was signed, and answered with it.</summary>
    [ZLoggerMessage(LogLevel.Warning, "{method} {path}: {code}: first difference between what was signed and what AWS saw: {what}; signed '{signed}', seen '{seen}'. {meaning} [{requestId}]")]
    public static partial void SignatureMismatch(
        ILogger logger, string method, string path, string code, string what, string signed, string seen, string meaning, string requestId);

    /// <summary>AWS refused a request because of its time, and said what its clock shows.</summary>
    [ZLoggerMessage(LogLevel.Warning, "the clock of this machine is {seconds:0} s {direction} that of {host}, which refused a signature for it. Requests are signed for that one's time from now on. Set this machine's clock (NTP).")]
    public static partial void ClockCorrected(ILogger logger, string host, double seconds, string direction);

    /// <summary>The same, but the difference is larger than the proxy corrects.</summary>
    [ZLoggerMessage(LogLevel.Error, "the clock of this machine is {seconds:0} s {direction} that of {host}, which refuses signatures for it. That is more than a day, too much to go by: set this machine's clock (NTP).")]
    public static partial void ClockTooFarOff(ILogger logger, string host, double seconds, string direction);

    /// <summary>The caller went away before its answer was complete.</summary>
    [ZLoggerMessage(LogLevel.Debug, "{method} {path}: the caller went away [{requestId}]")]
    public static partial void CallerGone(ILogger logger, string method, string path, string requestId);

    /// <summary>The caller left its answer lying.</summary>
    [ZLoggerMessage(LogLevel.Warning, "{method} {path}: cut off, since the caller took no more of its answer for {limitSeconds} s (--idle-timeout) [{requestId}]")]
    public static partial void CallerStalled(ILogger logger, string method, string path, double limitSeconds, string requestId);

    /// <summary>Nothing was said in a WebSocket.</summary>
    [ZLoggerMessage(LogLevel.Information, "{method} {path}: cut off, since neither side of the WebSocket sent anything for {limitSeconds} s (--idle-timeout) [{requestId}]")]
    public static partial void TunnelSilent(ILogger logger, string method, string path, double limitSeconds, string requestId);

    /// <summary>A request did not finish within the shutdown timeout.</summary>
    [ZLoggerMessage(LogLevel.Warning, "{method} {path}: cut off while the proxy was stopping (--shutdown-timeout) [{requestId}]")]
    public static partial void CutByShutdown(ILogger logger, string method, string path, string requestId);

    /// <summary>A bug.</summary>
    [ZLoggerMessage(LogLevel.Error, "{method} {path}: internal error [{requestId}]")]
    public static partial void InternalError(ILogger logger, Exception exception, string method, string path, string requestId);

    /// <summary>The queue of log lines was full for a while.</summary>
    [ZLoggerMessage(LogLevel.Warning, "{droppedLines} log lines were dropped, since nobody took them in time")]
    public static partial void LinesDropped(ILogger logger, long droppedLines);

    /// <summary>A listener is open.</summary>
    [ZLoggerMessage(LogLevel.Information, "listening on {address}")]
    public static partial void Listening(ILogger logger, string address);

    /// <summary>The utility port is open.</summary>
    [ZLoggerMessage(LogLevel.Information, "health and readiness on {address}")]
    public static partial void UtilityListening(ILogger logger, string address);

    /// <summary>What is signed and where it goes.</summary>
    [ZLoggerMessage(LogLevel.Information, "signing for {service} in {region}, forwarding to {target}")]
    public static partial void Forwarding(ILogger logger, string service, string region, string target);

    /// <summary>What is signed with Signature Version 4A, and where it goes.</summary>
    [ZLoggerMessage(LogLevel.Information, "signing with Signature Version 4A for {service} in the region set {regionSet}, forwarding to {target}")]
    public static partial void ForwardingForRegionSet(ILogger logger, string service, string regionSet, string target);

    /// <summary>Each request's host tells what is signed and where it goes.</summary>
    [ZLoggerMessage(LogLevel.Information, "signing for and forwarding to the host that each request names: {targets}")]
    public static partial void ForwardingByHost(ILogger logger, string targets);

    /// <summary>Nothing is signed.</summary>
    [ZLoggerMessage(LogLevel.Warning, "--no-sign: forwarding to {target} unsigned")]
    public static partial void ForwardingUnsigned(ILogger logger, string target);

    /// <summary>The host that is signed is not the one that is dialled.</summary>
    [ZLoggerMessage(LogLevel.Information, "signing as {host}")]
    public static partial void SigningAs(ILogger logger, string host);

    /// <summary>A signal asked the proxy to stop.</summary>
    [ZLoggerMessage(LogLevel.Information, "{signal} received: no new connections, requests in flight have {seconds} s to finish")]
    public static partial void Stopping(ILogger logger, string signal, double seconds);

    /// <summary>The proxy has stopped.</summary>
    [ZLoggerMessage(LogLevel.Information, "stopped after {seconds:0.000} s")]
    public static partial void Stopped(ILogger logger, double seconds);

    /// <summary>Files that the proxy was started with have changed and are in use.</summary>
    [ZLoggerMessage(LogLevel.Information, "reloaded {files}")]
    public static partial void FilesReloaded(ILogger logger, string files);

    /// <summary>Files that the proxy was started with have changed and cannot be used.</summary>
    [ZLoggerMessage(LogLevel.Error, "not reloaded, what was loaded before stays in use: {files}: {reason} {hint}")]
    public static partial void ReloadFailed(ILogger logger, string files, string reason, string hint);

    /// <summary>The listener's certificate is past its time.</summary>
    [ZLoggerMessage(LogLevel.Warning, "the certificate {subject} in {file} expired at {notAfter:u}: callers will refuse it. Renew it; the file is reloaded when it changes.")]
    public static partial void CertificateExpired(ILogger logger, string file, string subject, DateTime notAfter);

    /// <summary>The listener's certificate is before its time.</summary>
    [ZLoggerMessage(LogLevel.Warning, "the certificate {subject} in {file} is valid from {notBefore:u} on: callers will refuse it until then. Check this machine's clock.")]
    public static partial void CertificateNotYetValid(ILogger logger, string file, string subject, DateTime notBefore);

    /// <summary>Whoever has an account on this machine can read the passwords.</summary>
    [ZLoggerMessage(LogLevel.Warning, "every user of this machine can read the passwords in {file}: `chmod 600` it (in Kubernetes: `defaultMode: 0400`).")]
    public static partial void PasswordsReadableByOthers(ILogger logger, string file);

    /// <summary>Callers on the network are not asked who they are.</summary>
    [ZLoggerMessage(LogLevel.Warning, "whoever can reach {address} over the network can send requests signed with these AWS credentials. Listen on 127.0.0.1, or ask callers for a password with --basic-auth-file.")]
    public static partial void ListeningOpenly(ILogger logger, string address);

    /// <summary>The upstream's certificate is not checked.</summary>
    [ZLoggerMessage(LogLevel.Warning, "--no-verify-ssl: the certificate of {target} is not checked, so whoever sits in between can read and change every request. Use --ca with the root it was issued from instead.")]
    public static partial void UpstreamNotVerified(ILogger logger, string target);

    /// <summary>The system trusts no roots; the proxy brings its own.</summary>
    [ZLoggerMessage(LogLevel.Information, "this system has no root certificates; using {roots}")]
    public static partial void RootsSubstituted(ILogger logger, string roots);

    /// <summary>There are new credentials.</summary>
    [ZLoggerMessage(LogLevel.Information, "AWS credentials from {origin}; {expiration}")]
    public static partial void CredentialsFetched(ILogger logger, string origin, string expiration);

    /// <summary>A refresh succeeded after others had failed.</summary>
    [ZLoggerMessage(LogLevel.Information, "AWS credentials are refreshed again, from {origin}")]
    public static partial void CredentialsRecovered(ILogger logger, string origin);

    /// <summary>A refresh failed, but the credentials that are there can still sign.</summary>
    [ZLoggerMessage(LogLevel.Warning, "AWS credentials were not refreshed, the old ones stay in use ({expiration}), next attempt in {retrySeconds:0} s: {reason}")]
    public static partial void CredentialRefreshFailed(ILogger logger, string reason, string expiration, double retrySeconds);

    /// <summary>AWS refused credentials, and there are others now.</summary>
    [ZLoggerMessage(LogLevel.Warning, "AWS refused the credentials {accessKeyId} before their time ({code}); others were fetched, and sign from now on")]
    public static partial void CredentialsRenewed(ILogger logger, string accessKeyId, string code);

    /// <summary>AWS refused credentials, and there are no others.</summary>
    [ZLoggerMessage(LogLevel.Warning, "AWS refused the credentials {accessKeyId} ({code}), and there are no others from {origin}: renew them there, and check that they belong to the AWS partition of the target")]
    public static partial void CredentialsRefused(ILogger logger, string accessKeyId, string code, string origin);

    /// <summary>A fetch failed and nothing can be signed.</summary>
    [ZLoggerMessage(LogLevel.Error, "requests cannot be signed, next attempt in {retrySeconds:0} s: {reason}")]
    public static partial void CredentialsUnavailable(ILogger logger, string reason, double retrySeconds);
}
