using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>Whether this system has root certificates, and which ones to use where it has none.</summary>
internal static class SystemRoots
{
    private const string ResourceName = "mozilla-roots.pem";

    /// <summary>
    /// Where Linux distributions keep their roots in one file. OpenSSL looks where it was told to when it was built, which a
    /// statically linked executable carries to systems that keep them elsewhere.
    /// </summary>
    private static readonly string[] KnownBundles =
    [
        "/etc/ssl/certs/ca-certificates.crt", // Debian, Ubuntu, Alpine, Arch, distroless
        "/etc/pki/tls/certs/ca-bundle.crt", // Fedora, RHEL, Amazon Linux
        "/etc/ssl/ca-bundle.pem", // openSUSE
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", // CentOS
        "/etc/ssl/cert.pem", // Alpine, the BSDs
    ];

    /// <summary>
    /// Whether the platform finds any root, <c>SSL_CERT_FILE</c> and <c>SSL_CERT_DIR</c> considered. The first call makes it
    /// read them all, some 50 ms with a distribution's roots; later calls, and handshakes, use what was read.
    /// </summary>
    public static bool Exist()
    {
        try
        {
            using var store = new X509Store(StoreName.Root, StoreLocation.LocalMachine);
            store.Open(OpenFlags.ReadOnly | OpenFlags.OpenExistingOnly);
            return store.Certificates.Count > 0;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>The roots to use in place of the system's, or null when it has some.</summary>
    public static X509Certificate2Collection? FindSubstitute(ILogger logger) =>
        FindSubstitute(Exist(), Environment.GetEnvironmentVariable, KnownBundles, logger);

    /// <summary>
    /// The decision, with everything it depends on: a distribution's bundle where OpenSSL did not look for it, unless the
    /// environment says where to look; else the roots built in.
    /// </summary>
    public static X509Certificate2Collection? FindSubstitute(
        bool systemHasRoots, Func<string, string?> environment, IEnumerable<string> knownBundles, ILogger logger)
    {
        if (systemHasRoots)
            return null;

        if (environment("SSL_CERT_FILE") is null && environment("SSL_CERT_DIR") is null)
        {
            foreach (var path in knownBundles)
            {
                if (ReadBundle(path) is not { Count: > 0 } bundle)
                    continue;

                Log.RootsSubstituted(logger, path);
                return bundle;
            }
        }

        Log.RootsSubstituted(logger, "the Mozilla roots built in; mount the system's roots or use --ca to decide for yourself");
        return ReadBuiltIn();
    }

    /// <summary>Mozilla's roots as Debian packages them; <c>Roots/update-roots.sh</c> renews them.</summary>
    public static X509Certificate2Collection ReadBuiltIn()
    {
        using var stream = typeof(SystemRoots).Assembly.GetManifestResourceStream(ResourceName)
            ?? throw new InvalidOperationException($"The resource {ResourceName} is missing.");
        using var reader = new StreamReader(stream);
        var roots = new X509Certificate2Collection();
        roots.ImportFromPem(reader.ReadToEnd());
        return roots;
    }

    private static X509Certificate2Collection? ReadBundle(string path)
    {
        try
        {
            var roots = new X509Certificate2Collection();
            roots.ImportFromPemFile(path);
            return roots;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return null;
        }
    }
}
