using System.Security.Cryptography;
using System.Text;

namespace AwsSigV4Proxy.Signing.Keys;

/// <summary>
/// Derives the key that signs in Signature Version 4A: a private key of P-256 that knows only the access key, so that it is
/// good for every day, region and service. Sources: https://github.com/awslabs/aws-c-auth, source/key_derivation.c;
/// NIST SP 800-108, 4.1 (KDF in counter mode); FIPS 186-4, B.4.2 (key pair generation by testing candidates)
/// </summary>
internal static class EcdsaSigningKey
{
    /// <summary>The longest signature, in bytes: DER (RFC 3279, 2.2.3) of two positive integers of 32 bytes.</summary>
    public const int MaxSignatureBytes = 2 + (2 * (2 + 1 + 32));

    /// <summary>Size of a private key, in bytes.</summary>
    private const int SizeBytes = 32;

    /// <summary>The largest counter: AWS's implementations go no further, and the second value is hardly ever needed.</summary>
    private const byte LastCounter = 254;

    /// <summary>n - 2, where n is the order of P-256 (SP 800-186, 3.2.1.3).</summary>
    private static ReadOnlySpan<byte> OrderMinus2 =>
    [
        0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x4F,
    ];

    /// <summary>Derives the private key of these credentials.</summary>
    /// <returns>The key, for use by one thread at a time: the platform does not promise more.</returns>
    public static ECDsa Derive(SigningCredentials credentials)
    {
        // InputKey = "AWS4A" + SecretAccessKey
        var inputKey = new byte[5 + Encoding.UTF8.GetByteCount(credentials.SecretAccessKey)];
        "AWS4A"u8.CopyTo(inputKey);
        Encoding.UTF8.GetBytes(credentials.SecretAccessKey, inputKey.AsSpan(5));

        // Context = AccessKeyId || Counter, one byte
        byte[] context = [.. Encoding.UTF8.GetBytes(credentials.AccessKeyId), 0];
        var candidate = new byte[SizeBytes];
        try
        {
            do
            {
                if (++context[^1] > LastCounter)
                    throw new CryptographicException("No key could be derived from the access key.");

                // Candidate = KDF(InputKey, Label = algorithm, Context, Length = 256 bits)
                SP800108HmacCounterKdf.DeriveBytes(
                    inputKey, HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(AwsNames.Sigv4aAlgorithm), context, candidate);
            }
            while (!TryBecomePrivateKey(candidate));

            // .NET computes the public key from the private one, on every system.
            return ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = candidate });
        }
        finally
        {
            CryptographicOperations.ZeroMemory(inputKey);
            CryptographicOperations.ZeroMemory(candidate);
        }
    }

    /// <summary>
    /// Makes the private key of a candidate, in its place: the candidate + 1, if it is at most n - 2. Takes the same time for
    /// every candidate.
    /// </summary>
    /// <param name="candidate">A big-endian number as long as n.</param>
    public static bool TryBecomePrivateKey(Span<byte> candidate)
    {
        // n - 2 - candidate: whether a borrow is left over
        var borrow = 0;
        for (var i = SizeBytes - 1; i >= 0; i--)
            borrow = ((OrderMinus2[i] - candidate[i] - borrow) >> 31) & 1;
        if (borrow != 0)
            return false;

        var sum = 1;
        for (var i = SizeBytes - 1; i >= 0; i--)
        {
            sum += candidate[i];
            candidate[i] = (byte)sum;
            sum >>= 8;
        }

        return true;
    }

    /// <summary>Signs with ECDSA and SHA-256.</summary>
    /// <param name="key">What <see cref="Derive"/> gave.</param>
    /// <param name="data">What is signed.</param>
    /// <param name="signature">Takes the signature: <see cref="MaxSignatureBytes"/> bytes at most.</param>
    /// <returns>The signature's length, in bytes.</returns>
    public static int Sign(ECDsa key, ReadOnlySpan<byte> data, Span<byte> signature)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(data, hash);
        return key.TrySignHash(hash, signature, DSASignatureFormat.Rfc3279DerSequence, out var length)
            ? length
            : throw new CryptographicException("The signature is longer than its curve allows.");
    }
}
