using System.Security.Cryptography;
using AwsSigV4Proxy.Signing.Canonical;
using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Signing;

/// <summary>
/// The string to sign: algorithm, time, scope and the hash of the canonical request.
/// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html (step 3)
/// </summary>
internal static class StringToSign
{
    /// <summary>Appends the string to sign.</summary>
    /// <param name="writer">Where it goes.</param>
    /// <param name="algorithm">The algorithm of the signature's version.</param>
    /// <param name="time">When the request is signed.</param>
    /// <param name="scope">What the signature is good for.</param>
    /// <param name="canonicalRequest">The canonical request's bytes; its hash is taken here (step 2).</param>
    public static void Write(
        ref ByteWriter writer, string algorithm, DateTimeOffset time, CredentialScope scope, ReadOnlySpan<byte> canonicalRequest)
    {
        // Algorithm \n
        writer.WriteLatin1(algorithm);
        writer.Write((byte)'\n');

        // RequestDateTime \n
        writer.WriteTime(time, RequestSigner.DateTimeFormat);
        writer.Write((byte)'\n');

        // CredentialScope \n
        scope.Write(ref writer, time);
        writer.Write((byte)'\n');

        // HashedCanonicalRequest
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(canonicalRequest, hash);
        writer.WriteHexLower(hash);
    }
}
