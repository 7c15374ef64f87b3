using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AwsSigV4Proxy.Hosting.Files;
using Microsoft.Extensions.Logging;

namespace AwsSigV4Proxy.Hosting.Inbound;

/// <summary>
/// The certificate that the listener shows, from <c>--cert</c> and <c>--key</c>, replaced when the files change. A handshake
/// never waits for another's reload; files that cannot be used leave the current certificate in place.
/// </summary>
internal sealed class ServerCertificate
{
    private readonly FileBacked<SslServerAuthenticationOptions> _options;

    /// <summary>Loads the certificate and its key.</summary>
    /// <param name="certFile">PEM: the listener's certificate first, then the chain that is sent along, without the root.</param>
    /// <param name="keyFile">PEM: the certificate's private key, not encrypted.</param>
    /// <param name="logger">Told of reloads, and of a certificate outside its time of validity.</param>
    /// <param name="time">Tells what is expired and spaces the looks at the files.</param>
    /// <exception cref="StartupException">A file cannot be used; the message names it.</exception>
    public ServerCertificate(string certFile, string keyFile, ILogger logger, TimeProvider time)
    {
        _options = new(() => Load(certFile, keyFile, logger, time), [certFile, keyFile], logger, time);
    }

    /// <summary>What to answer a handshake with. Shared by all of them, so that TLS sessions can be resumed: not to be changed.</summary>
    public SslServerAuthenticationOptions Current => _options.Current;

    private static SslServerAuthenticationOptions Load(string certFile, string keyFile, ILogger logger, TimeProvider time)
    {
        var chain = PemFile.ReadCertificates(certFile, "--cert");
        var leaf = PemFile.AttachPrivateKey(chain[0], keyFile, "--key");
        chain.RemoveAt(0);
        WarnOutsideValidity(leaf, certFile, logger, time);
        return new SslServerAuthenticationOptions
        {
            // Offline: building the chain to send must not download what the file lacks, nor fetch OCSP answers.
            ServerCertificateContext = SslStreamCertificateContext.Create(ForSslStream(leaf), chain, offline: true),
#pragma warning disable CA5398 // Naming the versions is the point: older ones are refused whatever the system allows.
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
#pragma warning restore CA5398
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
            ClientCertificateRequired = false,
            AllowRenegotiation = false,
        };
    }

    private static void WarnOutsideValidity(X509Certificate2 leaf, string certFile, ILogger logger, TimeProvider time)
    {
        var now = time.GetUtcNow();
        var notBefore = new DateTimeOffset(leaf.NotBefore);
        var notAfter = new DateTimeOffset(leaf.NotAfter);
        if (now > notAfter)
            Log.CertificateExpired(logger, certFile, leaf.Subject, notAfter.UtcDateTime);
        else if (now < notBefore)
            Log.CertificateNotYetValid(logger, certFile, leaf.Subject, notBefore.UtcDateTime);
    }

    private static X509Certificate2 ForSslStream(X509Certificate2 leaf)
    {
        if (!OperatingSystem.IsWindows())
            return leaf;

        // Windows' TLS cannot use a key that lives in this process's memory alone; a PKCS#12 import gives it one it can.
        var pkcs12 = leaf.Export(X509ContentType.Pkcs12);
        try
        {
            return X509CertificateLoader.LoadPkcs12(pkcs12, password: null);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs12);
        }
    }
}
