using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>
/// Trusts what the system trusts, and where the system has no roots at all (an image made <c>FROM scratch</c>), a substitute.
/// Whether that is so is asked once, after the first certificate that the system did not trust: a system that has roots never
/// pays for the question, and start-up never waits for it.
/// </summary>
/// <param name="findSubstitute">The roots to trust in place of the system's, or null when the system has roots.</param>
internal sealed class SystemTrust(Func<X509Certificate2Collection?> findSubstitute)
{
    private readonly Lazy<X509Certificate2Collection?> _substitute = new(findSubstitute);

    /// <summary>Decides after the platform's own check, whose errors it was given.</summary>
    public bool Accepts(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
            return true;

        // A missing certificate or one of another host stays an error, whoever issued it.
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is not X509Certificate2 leaf || chain is null)
            return false;

        if (_substitute.Value is not { } roots)
            return false;

        // The same check once more (its time, the purpose, the intermediates that the server sent) but for the roots.
        using var again = new X509Chain();
        again.ChainPolicy = chain.ChainPolicy.Clone();
        again.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        again.ChainPolicy.CustomTrustStore.AddRange(roots);
        return again.Build(leaf);
    }
}
