using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace AwsSigV4Proxy.Tests.Fakes;

/// <summary>
/// A certificate authority made for one test: a root, whatever it issues, and their PEM files. Nothing else trusts it.
/// </summary>
internal sealed class TestCertificates : IDisposable
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UtcNow.AddHours(-1);

    /// <summary>Makes a new root with an ECDSA key.</summary>
    public TestCertificates(string name = "Test root")
    {
        Root = SelfSign(name);
    }

    /// <summary>The root, with its private key.</summary>
    public X509Certificate2 Root { get; }

    /// <summary>The root's certificate in PEM.</summary>
    public string RootPem => Root.ExportCertificatePem();

    /// <summary>Issues a certificate authority below another one, the root by default.</summary>
    public X509Certificate2 IssueAuthority(string name = "Test intermediate", X509Certificate2? issuer = null)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var issued = Sign(request, issuer ?? Root, Start, Start.AddDays(30));
        return issued.CopyWithPrivateKey(key);
    }

    /// <summary>Issues a server certificate with an ECDSA key for 127.0.0.1 and localhost, and what else is named.</summary>
    public X509Certificate2 Issue(
        X509Certificate2? issuer = null, string subject = "localhost", DateTimeOffset? notBefore = null, DateTimeOffset? notAfter = null,
        string purpose = "1.3.6.1.5.5.7.3.1", params IEnumerable<string> names)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var issued = Sign(ServerRequest(new($"CN={subject}", key, HashAlgorithmName.SHA256), purpose, names), issuer ?? Root,
            notBefore ?? Start, notAfter ?? Start.AddDays(30));
        return issued.CopyWithPrivateKey(key);
    }

    /// <summary>Issues a server certificate with an RSA key for 127.0.0.1 and localhost.</summary>
    public X509Certificate2 IssueRsa(X509Certificate2? issuer = null)
    {
        var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var issued = Sign(ServerRequest(request, "1.3.6.1.5.5.7.3.1", []), issuer ?? Root, Start, Start.AddDays(30));
        return issued.CopyWithPrivateKey(key);
    }

    /// <summary>A private key as PKCS#8.</summary>
    public static string Pkcs8Pem(X509Certificate2 certificate) =>
        Key(certificate).ExportPkcs8PrivateKeyPem();

    /// <summary>A private key in the older form of its algorithm: PKCS#1 for RSA, SEC 1 for elliptic curves.</summary>
    public static string TraditionalKeyPem(X509Certificate2 certificate) => Key(certificate) switch
    {
        RSA rsa => rsa.ExportRSAPrivateKeyPem(),
        ECDsa ecdsa => ecdsa.ExportECPrivateKeyPem(),
        _ => throw new NotSupportedException(),
    };

    /// <summary>A private key as encrypted PKCS#8.</summary>
    public static string EncryptedKeyPem(X509Certificate2 certificate, string password) =>
        Key(certificate).ExportEncryptedPkcs8PrivateKeyPem(password, new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));

    /// <summary>Certificates one after another in PEM.</summary>
    public static string Pem(params ReadOnlySpan<X509Certificate2> certificates)
    {
        var text = new StringBuilder();
        foreach (var certificate in certificates)
            text.AppendLine(certificate.ExportCertificatePem());
        return text.ToString();
    }

    /// <summary>A certificate that a server of a test can use on every operating system.</summary>
    public static X509Certificate2 ForServer(X509Certificate2 certificate) =>
        X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);

    /// <summary>A policy that trusts the root alone, for a caller or the proxy under test.</summary>
    public X509ChainPolicy TrustingRoot() => new()
    {
        RevocationMode = X509RevocationMode.NoCheck,
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        CustomTrustStore = { Root },
    };

    /// <inheritdoc/>
    public void Dispose() => Root.Dispose();

    private static X509Certificate2 SelfSign(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(Start.AddYears(-1), Start.AddYears(1));
    }

    private static CertificateRequest ServerRequest(CertificateRequest request, string purpose, IEnumerable<string> names)
    {
        var alternative = new SubjectAlternativeNameBuilder();
        alternative.AddIpAddress(IPAddress.Loopback);
        alternative.AddDnsName("localhost");
        foreach (var name in names)
            alternative.AddDnsName(name);
        request.CertificateExtensions.Add(alternative.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], false));
        return request;
    }

    private static X509Certificate2 Sign(CertificateRequest request, X509Certificate2 issuer, DateTimeOffset from, DateTimeOffset to)
    {
        using var issuerKey = issuer.GetECDsaPrivateKey()!;
        return request.Create(issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(issuerKey), from, to, RandomNumberGenerator.GetBytes(8));
    }

    private static AsymmetricAlgorithm Key(X509Certificate2 certificate) =>
        (AsymmetricAlgorithm?)certificate.GetRSAPrivateKey() ?? certificate.GetECDsaPrivateKey()!;
}
