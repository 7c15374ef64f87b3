using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace AwsSigV4Proxy.Hosting.Files;

/// <summary>
/// Certificates and private keys in PEM files (RFC 7468), read with errors that say what is wrong with which file. A key's
/// text is cleared once it has been read, and no error quotes it.
/// </summary>
internal static class PemFile
{
    private const string CertificateLabel = "-----BEGIN CERTIFICATE-----";

    /// <summary>Reads every certificate of a file, in its order.</summary>
    /// <param name="path">The file.</param>
    /// <param name="option">The option that named it, for the error.</param>
    /// <exception cref="StartupException">The file cannot be read, has no certificate, or has one that is broken.</exception>
    public static X509Certificate2Collection ReadCertificates(string path, string option)
    {
        var text = Encoding.UTF8.GetString(OptionFile.ReadBytes(path, option));
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(text);
        }
        catch (CryptographicException exception)
        {
            throw Broken(exception);
        }

        if (certificates.Count == 0 && !text.Contains(CertificateLabel, StringComparison.Ordinal))
        {
            throw new StartupException(
                $"The file {path} that {option} names has no certificate in it.",
                $"It must be PEM: blocks that begin with {CertificateLabel}. `openssl x509 -inform der -in FILE` converts a DER file.");
        }

        // The PEM reader steps over a block that it cannot read; a chain that lacks one certificate must not pass for whole.
        return certificates.Count == text.AsSpan().Count(CertificateLabel) ? certificates : throw Broken(null);

        StartupException Broken(Exception? cause) => new(
            $"The file {path} that {option} names has a certificate that cannot be read.",
            "One of its PEM blocks is cut or damaged: `openssl storeutl -certs FILE` shows which ones are whole.", cause);
    }

    /// <summary>
    /// Joins a certificate with its private key: PKCS#8 (<c>PRIVATE KEY</c>), PKCS#1 (<c>RSA PRIVATE KEY</c>) or SEC 1
    /// (<c>EC PRIVATE KEY</c>), not encrypted.
    /// </summary>
    /// <param name="certificate">The certificate that the key belongs to.</param>
    /// <param name="path">The file.</param>
    /// <param name="option">The option that named it, for the error.</param>
    /// <exception cref="StartupException">The file has no usable key, or one of another certificate.</exception>
    public static X509Certificate2 AttachPrivateKey(X509Certificate2 certificate, string path, string option)
    {
        var bytes = OptionFile.ReadBytes(path, option);
        var text = new char[Encoding.Latin1.GetMaxCharCount(bytes.Length)];
        try
        {
            // PEM is ASCII; Latin-1 takes any byte and leaves no copy of the key in a string.
            Encoding.Latin1.GetChars(bytes, text);
            RequireOpenKey(text, path, option);
            return AttachPrivateKey(certificate, text);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new StartupException(
                $"The private key in {path} that {option} names does not belong to the certificate {certificate.Subject}, or is damaged.",
                "Give the key that the certificate was issued for; that certificate must stand first in its file, before its chain.",
                exception);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
            Array.Clear(text);
        }
    }

    private static void RequireOpenKey(ReadOnlySpan<char> text, string path, string option)
    {
        // PKCS#8 says it in the label, the older forms of OpenSSL in a header line (RFC 1421, 4.6.1.1).
        if (text.Contains("BEGIN ENCRYPTED PRIVATE KEY", StringComparison.Ordinal)
            || text.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal))
        {
            throw new StartupException(
                $"The private key in {path} that {option} names is encrypted.",
                "The proxy starts without anyone to type a passphrase: `openssl pkey -in FILE -out NEW` decrypts it; then protect the file by its mode.");
        }

        if (!text.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            throw new StartupException(
                $"The file {path} that {option} names has no private key in it.",
                "It must be PEM with a block PRIVATE KEY, RSA PRIVATE KEY or EC PRIVATE KEY. `openssl pkey -inform der -in FILE` converts a DER file.");
        }
    }

    private static X509Certificate2 AttachPrivateKey(X509Certificate2 certificate, ReadOnlySpan<char> pem)
    {
        if (certificate.GetRSAPublicKey() is { } rsaPublic)
        {
            rsaPublic.Dispose();
            using var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            return certificate.CopyWithPrivateKey(rsa);
        }

        if (certificate.GetECDsaPublicKey() is { } ecdsaPublic)
        {
            ecdsaPublic.Dispose();
            using var ecdsa = ECDsa.Create();
            ecdsa.ImportFromPem(pem);
            return certificate.CopyWithPrivateKey(ecdsa);
        }

        throw new StartupException(
            $"The certificate {certificate.Subject} has a key of a kind that TLS cannot use here.",
            "Use an RSA or an ECDSA (P-256, P-384, P-521) key.");
    }
}
