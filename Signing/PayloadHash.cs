using System.Buffers;
using System.Security.Cryptography;

namespace AwsSigV4Proxy.Signing;

/// <summary>
/// The last line of a canonical request: the lower-case hexadecimal SHA-256 of the body, or a literal that says how the
/// body is signed instead. Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
/// </summary>
internal readonly record struct PayloadHash
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    private PayloadHash(string value, bool isLiteral) => (Value, IsLiteral) = (value, isLiteral);

    /// <summary>The hash of no body at all.</summary>
    public static PayloadHash Empty { get; } =
        new("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", isLiteral: false);

    /// <summary><c>UNSIGNED-PAYLOAD</c>.</summary>
    public static PayloadHash Unsigned { get; } = new(AwsNames.UnsignedPayload, isLiteral: true);

    /// <summary><c>STREAMING-UNSIGNED-PAYLOAD-TRAILER</c>.</summary>
    public static PayloadHash StreamingUnsignedTrailer { get; } =
        new(AwsNames.StreamingUnsignedPayloadTrailer, isLiteral: true);

    /// <summary><c>STREAMING-AWS4-HMAC-SHA256-PAYLOAD</c>.</summary>
    public static PayloadHash StreamingHmac { get; } = new(AwsNames.StreamingHmacPayload, isLiteral: true);

    /// <summary><c>STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER</c>.</summary>
    public static PayloadHash StreamingHmacTrailer { get; } = new(AwsNames.StreamingHmacPayloadTrailer, isLiteral: true);

    /// <summary><c>STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD</c>.</summary>
    public static PayloadHash StreamingEcdsa { get; } = new(AwsNames.StreamingEcdsaPayload, isLiteral: true);

    /// <summary><c>STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER</c>.</summary>
    public static PayloadHash StreamingEcdsaTrailer { get; } = new(AwsNames.StreamingEcdsaPayloadTrailer, isLiteral: true);

    /// <summary>The text that is signed and sent.</summary>
    public string Value { get; }

    /// <summary>Whether it is one of the literals rather than a hash.</summary>
    public bool IsLiteral { get; }

    /// <summary>From the 32 bytes of a SHA-256.</summary>
    public static PayloadHash FromSha256(ReadOnlySpan<byte> sha256) =>
        new(Convert.ToHexStringLower(sha256), isLiteral: false);

    /// <summary>The hash that a caller names, for a body not seen yet.</summary>
    /// <param name="hex">64 hexadecimal digits (<see cref="IsSha256Hex"/>); signed and sent in lower case, as AWS compares it.</param>
    public static PayloadHash FromHex(string hex) => new(hex.ToLowerInvariant(), isLiteral: false);

    /// <summary>The hash of a whole body.</summary>
    public static PayloadHash Of(ReadOnlySpan<byte> body)
    {
        Span<byte> sha256 = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, sha256);
        return FromSha256(sha256);
    }

    /// <summary>Whether a caller's <c>x-amz-content-sha256</c> is a hash: 64 hexadecimal digits, in either case.</summary>
    public static bool IsSha256Hex(ReadOnlySpan<char> value) =>
        value.Length == SHA256.HashSizeInBytes * 2 && !value.ContainsAnyExcept(HexDigits);

    /// <summary>The text that is signed and sent.</summary>
    public override string ToString() => Value;
}
