using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Files;
using Microsoft.Extensions.Logging;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>
/// Whom the proxy trusts when it opens a TLS connection: the system's roots, else the Mozilla roots built in; the roots of
/// <c>--ca</c> alone; or, with <c>--no-verify-ssl</c>, anyone. No client certificate is shown.
/// </summary>
/// <remarks>
/// Revocation is not checked, as in every AWS SDK: it would put requests to the issuers' servers in front of each handshake,
/// which closed networks cannot reach, and an answer that fails to come would have to be taken for a good one. Neither are
/// missing intermediate certificates downloaded: servers must send them (RFC 8446, 4.4.2).
/// </remarks>
internal static class UpstreamTls
{
    /// <summary>
    /// What <c>SocketsHttpHandler.SslOptions</c> takes for connections to the target. The host name to check and ALPN are set
    /// by the handler.
    /// </summary>
    /// <exception cref="StartupException"><c>--ca</c> names a file that cannot be used.</exception>
    public static SslClientAuthenticationOptions CreateOptions(ProxyOptions options, ILogger logger)
    {
        // The platform reads the system's roots for the first handshake, whichever roots that one will trust. It takes longer
        // (some 50 ms) than everything else before the first answer, so it is begun here, beside the rest of the start.
        if (options.ForwardTo is not { IsHttps: false } && OperatingSystem.IsLinux())
            _ = Task.Run(static () => SystemRoots.Exist());

        if (!options.VerifySsl)
        {
            Log.UpstreamNotVerified(logger, options.ForwardTo?.ToString() ?? "any host");
            return new SslClientAuthenticationOptions
            {
                AllowRenegotiation = false,
                CertificateChainPolicy = CreatePolicy(),
#pragma warning disable CA5359 // Accepting anything is what --no-verify-ssl is for; the log says so at every start.
                RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
            };
        }

        if (options.CaFile is not { } caFile)
            return CreateSystemOptions(logger);

        var policy = CreatePolicy();
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(PemFile.ReadCertificates(caFile, "--ca"));
        return new SslClientAuthenticationOptions { AllowRenegotiation = false, CertificateChainPolicy = policy };
    }

    /// <summary>
    /// What to trust for the AWS services that give credentials (STS, SSO): the system's roots, else those built in. Neither
    /// <c>--ca</c> nor <c>--no-verify-ssl</c> reaches them: both speak of the target, and these requests carry secrets.
    /// </summary>
    public static SslClientAuthenticationOptions CreateSystemOptions(ILogger logger)
    {
        var options = new SslClientAuthenticationOptions { AllowRenegotiation = false, CertificateChainPolicy = CreatePolicy() };
        if (!OperatingSystem.IsWindows() && !OperatingSystem.IsMacOS())
        {
            var trust = new SystemTrust(() => SystemRoots.FindSubstitute(logger));
            options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => trust.Accepts(certificate, chain, errors);
        }

        return options;
    }

    private static X509ChainPolicy CreatePolicy() => new()
    {
        RevocationMode = X509RevocationMode.NoCheck,
        DisableCertificateDownloads = true,
    };
}
