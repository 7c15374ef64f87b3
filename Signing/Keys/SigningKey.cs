using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AwsSigV4Proxy.Signing.Keys;

/// <summary>
/// Derives the key that signs: it knows only the secret, the day, the region and the service.
/// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html (step 4)
/// </summary>
internal static class SigningKey
{
    /// <summary>Size of a signing key, in bytes.</summary>
    public const int SizeBytes = HMACSHA256.HashSizeInBytes;

    /// <summary>Derives the signing key of one day, in UTC.</summary>
    /// <param name="secretAccessKey">The secret access key.</param>
    /// <param name="day">The day of the request's time.</param>
    /// <param name="scope">Region and service.</param>
    /// <param name="key">Takes the key: <see cref="SizeBytes"/> bytes, which the caller clears when done.</param>
    public static void Derive(string secretAccessKey, DateOnly day, CredentialScope scope, Span<byte> key)
    {
        var secretBytes = Encoding.UTF8.GetByteCount(secretAccessKey) + 4;
        Span<byte> secret = secretBytes <= 256 ? stackalloc byte[secretBytes] : new byte[secretBytes];
        "AWS4"u8.CopyTo(secret);
        Encoding.UTF8.GetBytes(secretAccessKey, secret[4..]);

        // DateKey = HMAC-SHA256("AWS4" + SecretAccessKey, YYYYMMDD)
        Span<byte> date = stackalloc byte[8];
        day.TryFormat(date, out _, CredentialScope.DateFormat, CultureInfo.InvariantCulture);
        HMACSHA256.HashData(secret, date, key);
        CryptographicOperations.ZeroMemory(secret);

        // DateRegionKey = HMAC-SHA256(DateKey, Region)
        DeriveNext(key, scope.Region ?? throw new ArgumentException("the scope names no region", nameof(scope)));

        // DateRegionServiceKey = HMAC-SHA256(DateRegionKey, Service)
        DeriveNext(key, scope.Service);

        // SigningKey = HMAC-SHA256(DateRegionServiceKey, "aws4_request")
        DeriveNext(key, AwsNames.ScopeTerminator);
    }

    private static void DeriveNext(Span<byte> key, string text)
    {
        Span<byte> next = stackalloc byte[SizeBytes];
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text), next);
        next.CopyTo(key);
        CryptographicOperations.ZeroMemory(next);
    }
}
