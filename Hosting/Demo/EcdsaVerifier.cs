using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace AwsSigV4Proxy.Hosting.Demo;

/// <summary>
/// Checks signatures of Signature Version 4A from the access key alone, whose public key it computes by school arithmetic:
/// like <see cref="SignatureVerifier"/> without a line of <c>Signing/</c>, and slow, so that it keeps the key.
/// Sources: https://github.com/awslabs/aws-c-auth, source/key_derivation.c; NIST SP 800-186, 3.2.1.3 (P-256) and A.1.1 (its
/// group law)
/// </summary>
internal sealed class EcdsaVerifier(string accessKeyId, string secretAccessKey)
{
    private static readonly BigInteger P = Number("FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF");
    private static readonly BigInteger N = Number("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");
    private static readonly Point G = new(
        Number("6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296"),
        Number("4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5"));

    private readonly ECParameters _publicKey = PublicKey(PrivateKey(accessKeyId, secretAccessKey));

    /// <summary>Whether a signature, hexadecimal digits of DER, is one over a text of one character a byte.</summary>
    public bool Verifies(string text, string signature)
    {
        if (signature.Length % 2 != 0 || signature.Any(c => !char.IsAsciiHexDigitLower(c)))
            return false;
        using var key = ECDsa.Create(_publicKey);
        return key.VerifyData(
            Encoding.Latin1.GetBytes(text), Convert.FromHexString(signature), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    private static BigInteger PrivateKey(string accessKeyId, string secretAccessKey)
    {
        for (byte counter = 1; counter < 255; counter++)
        {
            byte[] input =
            [
                0, 0, 0, 1, .. "AWS4-ECDSA-P256-SHA256"u8, 0, .. Encoding.UTF8.GetBytes(accessKeyId), counter, 0, 0, 1, 0,
            ];
            var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes("AWS4A" + secretAccessKey), input);
            var candidate = new BigInteger(mac, isUnsigned: true, isBigEndian: true);
            if (candidate <= N - 2)
                return candidate + 1;
        }

        throw new ArgumentException("there is no key for this access key", nameof(accessKeyId));
    }

    /// <summary>The base point, added to itself as often as the private key says.</summary>
    private static ECParameters PublicKey(BigInteger privateKey)
    {
        Point? sum = null;
        for (var bit = (int)privateKey.GetBitLength() - 1; bit >= 0; bit--)
        {
            sum = Add(sum, sum);
            if (!(privateKey >> bit).IsEven)
                sum = Add(sum, G);
        }

        return new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = Bytes(sum!.X), Y = Bytes(sum.Y) } };
    }

    /// <summary>The third point on the line through two, or on the tangent, mirrored. Null is the point at infinity.</summary>
    private static Point? Add(Point? a, Point? b)
    {
        if (a is null || b is null)
            return a ?? b;
        if (a.X == b.X && a.Y != b.Y)
            return null;
        var slope = a == b ? Quotient(3 * ((a.X * a.X) - 1), 2 * a.Y) : Quotient(b.Y - a.Y, b.X - a.X);
        var x = Residue((slope * slope) - a.X - b.X);
        return new Point(x, Residue((slope * (a.X - x)) - a.Y));
    }

    /// <summary>Fermat: the inverse is the power to P - 2.</summary>
    private static BigInteger Quotient(BigInteger dividend, BigInteger divisor) => Residue(dividend * BigInteger.ModPow(Residue(divisor), P - 2, P));

    private static BigInteger Residue(BigInteger number) => ((number % P) + P) % P;

    private static byte[] Bytes(BigInteger number)
    {
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[32 - bytes.Length], .. bytes];
    }

    private static BigInteger Number(string hex) => BigInteger.Parse("0" + hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private sealed record Point(BigInteger X, BigInteger Y);
}
