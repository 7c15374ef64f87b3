using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Forwarding;
using Microsoft.Extensions.Logging.Abstractions;

namespace AwsSigV4Proxy.Hosting.Checks;

/// <summary>Makes the TLS handshake as the proxy does, with its roots, and tells of the certificate: whose, from when, until when.</summary>
/// <param name="options">The proxy's options.</param>
/// <param name="target">The target.</param>
/// <param name="time">The clock.</param>
internal sealed class TlsCheck(ProxyOptions options, UpstreamTarget target, TimeProvider time)
{
    private const string Name = "tls";

    /// <summary>A certificate that expires within this time is worth a warning. Arbitrary: AWS renews its own weeks before.</summary>
    private static readonly TimeSpan SoonExpired = TimeSpan.FromDays(7);

    private PeerCertificate? _certificate;

    /// <summary>What keeps the roots of <c>--ca</c> from being used, or null.</summary>
    public static CheckResult? FindRootsFault(ProxyOptions options)
    {
        try
        {
            UpstreamTls.CreateOptions(options, NullLogger.Instance);
            return null;
        }
        catch (StartupException exception)
        {
            return CheckResult.Failed(Name, exception.Message, exception.Hint);
        }
    }

    /// <summary>Makes the handshake on a connection that is open. The stream is left to the caller.</summary>
    public async Task<CheckResult> RunAsync(Stream connection)
    {
        using var limit = new CancellationTokenSource(options.ConnectTimeout);
        try
        {
            await using var tls = new SslStream(connection, leaveInnerStreamOpen: true);
            await tls.AuthenticateAsClientAsync(Observe(UpstreamTls.CreateOptions(options, NullLogger.Instance)), limit.Token);
            return Judge(tls.SslProtocol);
        }
        catch (StartupException exception)
        {
            return CheckResult.Failed(Name, exception.Message, exception.Hint);
        }
        catch (OperationCanceledException)
        {
            return CheckResult.Failed(
                Name, $"no handshake within {Duration.Format(options.ConnectTimeout)} (--connect-timeout)", "check that this port speaks TLS");
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException)
        {
            return _certificate is { IsAccepted: false } certificate
                ? certificate.Explain(target.TlsName, options.CaFile is not null, time.GetUtcNow())
                : CheckResult.Failed(
                    Name, $"the handshake failed: {exception.GetBaseException().Message.TrimEnd('.')}",
                    "check that this port speaks TLS 1.2 or 1.3; for plain HTTP write http:// in --forward-to");
        }
    }

    private SslClientAuthenticationOptions Observe(SslClientAuthenticationOptions tls) => new()
    {
        AllowRenegotiation = tls.AllowRenegotiation,
        ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
        CertificateChainPolicy = tls.CertificateChainPolicy,
        TargetHost = target.TlsName,
        RemoteCertificateValidationCallback = (sender, certificate, chain, errors) =>
        {
            var isAccepted = tls.RemoteCertificateValidationCallback?.Invoke(sender, certificate, chain, errors)
                ?? errors == SslPolicyErrors.None;
            _certificate = PeerCertificate.Read(certificate, chain, errors, isAccepted);
            return isAccepted;
        },
    };

    private CheckResult Judge(SslProtocols protocol)
    {
        if (_certificate is not { } certificate)
            return CheckResult.Failed(Name, "the server showed no certificate", "check --forward-to");
        var version = protocol switch
        {
            SslProtocols.Tls12 => "TLS 1.2",
            SslProtocols.Tls13 => "TLS 1.3",
            _ => protocol.ToString(),
        };
        var found = $"{version}, {certificate}";
        var result = !options.VerifySsl
            ? CheckResult.Warning(Name, $"{found}; not verified (--no-verify-ssl)", "give the root that signed it with --ca instead")
            : certificate.NotAfter - time.GetUtcNow() < SoonExpired
                ? CheckResult.Warning(Name, found, "have the certificate renewed: it is about to expire")
                : CheckResult.Ok(Name, found);
        return result with
        {
            Values = new Dictionary<string, string>(certificate.Dates) { ["subject"] = certificate.Subject, ["issuer"] = certificate.Issuer },
        };
    }
}
