using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace AwsSigV4Proxy.Hosting.Checks;

/// <summary>What a server's certificate says, and what was held against it.</summary>
/// <param name="Subject">Whose it is.</param>
/// <param name="Issuer">Who signed it.</param>
/// <param name="Names">The host names and addresses that it is for.</param>
/// <param name="NotBefore">From when it is good, in UTC.</param>
/// <param name="NotAfter">Until when.</param>
/// <param name="Errors">What the platform held against it.</param>
/// <param name="ChainErrors">The same of its chain.</param>
/// <param name="IsAccepted">Whether the proxy takes it all the same, or for it.</param>
internal sealed record PeerCertificate(
    string Subject, string Issuer, string Names, DateTime NotBefore, DateTime NotAfter,
    SslPolicyErrors Errors, X509ChainStatusFlags ChainErrors, bool IsAccepted)
{
    /// <summary>From when and until when it is good, for a program.</summary>
    public IReadOnlyDictionary<string, string> Dates => new Dictionary<string, string>
    {
        ["notBefore"] = NotBefore.ToString("O", CultureInfo.InvariantCulture),
        ["notAfter"] = NotAfter.ToString("O", CultureInfo.InvariantCulture),
    };

    /// <summary>Reads it while the handshake lasts; null when there is none.</summary>
    public static PeerCertificate? Read(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, bool isAccepted)
    {
        if (certificate is not X509Certificate2 leaf)
            return null;
        var names = leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        var chainErrors = (chain?.ChainStatus ?? []).Aggregate(X509ChainStatusFlags.NoError, static (all, one) => all | one.Status);
        return new PeerCertificate(
            leaf.Subject, leaf.Issuer,
            names is null ? "no host" : string.Join(", ", names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(static ip => ip.ToString()))),
            leaf.NotBefore.ToUniversalTime(), leaf.NotAfter.ToUniversalTime(), errors, chainErrors, isAccepted);
    }

    /// <summary>Why it was not accepted. Its dates come first: an expired one is often called untrusted, too.</summary>
    /// <param name="hostName">The name that it should have.</param>
    /// <param name="hasOwnRoots">Whether the user named the roots (<c>--ca</c>).</param>
    /// <param name="now">The time.</param>
    public CheckResult Explain(string hostName, bool hasOwnRoots, DateTimeOffset now)
    {
        if (NotAfter < now)
            return Failed($"expired on {Date(NotAfter)}", "have it renewed; or this machine's clock is wrong: set it (NTP)");
        if (NotBefore > now)
            return Failed($"is not good before {Date(NotBefore)}", "set this machine's clock (NTP), or wait");
        if (Errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return Failed(
                $"is for {Names}, not for {hostName}",
                "write the host that it is for in --forward-to; where that is only dialled, a tunnel or a VPC endpoint, give the real one with --sign-host");
        }

        return Failed(
            $"is not trusted ({ChainErrors})",
            hasOwnRoots
                ? "check that --ca holds the root that signed it, and that the server sends its intermediate certificates"
                : "if a root of your own signed it, give that with --ca; else something between the proxy and AWS opens TLS");

        CheckResult Failed(string what, string next) =>
            CheckResult.Failed("tls", $"the certificate of {Subject}, signed by {Issuer}, {what}", next) with { Values = Dates };
    }

    /// <summary>Whose, by whom, from when, until when.</summary>
    public override string ToString() => $"certificate of {Subject}, signed by {Issuer}, good from {Date(NotBefore)} to {Date(NotAfter)}";

    private static string Date(DateTime time) => time.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);
}
