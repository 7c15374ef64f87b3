using System.Buffers.Binary;
using System.Security.Cryptography;
using AwsSigV4Proxy.Hosting.Demo;

namespace AwsSigV4Proxy.Tests.Fakes;

/// <summary>
/// The checksums that S3 takes with a body, bit by bit.
/// Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
/// </summary>
internal static class Checksum
{
    /// <summary>Each header and what its value must be; CRCs with their polynomials, reflected.</summary>
    private static readonly Dictionary<string, Func<byte[], byte[]>> ByHeader = new()
    {
        ["content-md5"] = MD5.HashData,
        ["x-amz-checksum-sha1"] = SHA1.HashData,
        ["x-amz-checksum-sha256"] = SHA256.HashData,
        ["x-amz-checksum-crc32"] = body => Crc(body, 0xEDB88320, 32),
        ["x-amz-checksum-crc32c"] = body => Crc(body, 0x82F63B78, 32),
        ["x-amz-checksum-crc64nvme"] = body => Crc(body, 0x9A6C9329AC4BC9B5, 64),
    };

    /// <summary>The checksum that a header stands for.</summary>
    public static byte[] Of(string header, byte[] body) => ByHeader[header](body);

    /// <summary>Whether a header, in small letters, is the checksum of an object.</summary>
    public static bool IsOne(string header) => header.StartsWith("x-amz-", StringComparison.Ordinal) && ByHeader.ContainsKey(header);

    /// <summary>What the header says of an object in parts: the checksum of their checksums and their number, or that of the whole.</summary>
    public static string OfParts(string header, byte[][] parts) => header == "x-amz-checksum-crc64nvme"
        ? Convert.ToBase64String(Of(header, [.. parts.SelectMany(part => part)]))
        : $"{Convert.ToBase64String(Of(header, [.. parts.SelectMany(part => Of(header, part))]))}-{parts.Length}";

    /// <summary>The first header of a request whose checksum is not the body's, or null.</summary>
    public static string? WrongOne(ReceivedRequest request) => ByHeader.Keys.FirstOrDefault(name =>
        request.Header(name) is { } value && value != Convert.ToBase64String(ByHeader[name](request.Body)));

    private static byte[] Crc(byte[] body, ulong polynomial, int bits)
    {
        var mask = ulong.MaxValue >> (64 - bits);
        var table = new ulong[256];
        for (var i = 0ul; i < 256; i++)
        {
            table[i] = i;
            for (var bit = 0; bit < 8; bit++)
                table[i] = (table[i] >> 1) ^ ((table[i] & 1) * polynomial);
        }

        var crc = mask;
        foreach (var b in body)
            crc = (crc >> 8) ^ table[(byte)(crc ^ b)];
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, crc ^ mask);
        return bytes[(8 - (bits / 8))..];
    }
}
