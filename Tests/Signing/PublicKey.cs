using System.Security.Cryptography;

namespace AwsSigV4Proxy.Tests.Signing;

/// <summary>Public keys of P-256 as AWS publishes them.</summary>
internal static class PublicKey
{
    /// <summary>The key of two coordinates, hexadecimal.</summary>
    public static ECDsa Of(string x, string y) => ECDsa.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new ECPoint { X = Convert.FromHexString(x), Y = Convert.FromHexString(y) },
    });
}
