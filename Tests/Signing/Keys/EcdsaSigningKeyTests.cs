using System.Globalization;
using System.Numerics;
using Amazon.Runtime.Internal.Auth;
using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Tests.Signing.Keys;

/// <summary>The private key of Signature Version 4A is AWS's.</summary>
public class EcdsaSigningKeyTests
{
    /// <summary>The order of P-256 (SP 800-186, 3.2.1.3).</summary>
    private static readonly BigInteger Order = BigInteger.Parse(
        "0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    /// <summary>https://github.com/awslabs/aws-c-auth, tests/key_derivation_tests.c and tests/test_chunked_signing.c</summary>
    [Test]
    [Arguments(
        "AKISORANDOMAASORANDOM", "q+jcrXGc+0zWN6uzclKVhvMmUsIfRPa4rlRandom",
        "15d242ceebf8d8169fd6a8b5a746c41140414c3b07579038da06af89190fffcb", "0515242cedd82e94799482e4c0514b505afccf2c0c98d6a553bf539f424c5ec0")]
    [Arguments(
        "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "18b7d04643359f6ec270dcbab8dce6d169d66ddc9778c75cfb08dfdb701637ab", "fa36b35e4fe67e3112261d2e17a956ef85b06e44712d2850bcd3c2161e9993f2")]
    public async Task Derive_PublishedCredentials_GiveThePublishedKey(string accessKeyId, string secret, string x, string y)
    {
        using var key = EcdsaSigningKey.Derive(new SigningCredentials(accessKeyId, secret));
        var point = key.ExportParameters(includePrivateParameters: false).Q;

        await Assert.That(Convert.ToHexStringLower(point.X!)).IsEqualTo(x);
        await Assert.That(Convert.ToHexStringLower(point.Y!)).IsEqualTo(y);
    }

    /// <summary>The same file: "values derived in synchronicity with Golang and IAM implementations".</summary>
    [Test]
    public async Task Derive_PublishedCredentials_GiveThePublishedPrivateKey()
    {
        await Assert.That(PrivateKeyOf("AKISORANDOMAASORANDOM", "q+jcrXGc+0zWN6uzclKVhvMmUsIfRPa4rlRandom"))
            .IsEqualTo("7fd3bd010c0d9c292141c2b77bfbde1042c92e6836fff749d1269ec890fca1bd");
    }

    /// <summary>
    /// One access key in 2^32 has a first candidate that is too large: this one's is ffffffffb7c2ec63..., found by trying. The
    /// key is that of the second, computed apart.
    /// </summary>
    [Test]
    public async Task Derive_FirstCandidateTooLarge_TakesTheSecond()
    {
        await Assert.That(PrivateKeyOf("AKIDEXAMPLE04DE1FAE1", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"))
            .IsEqualTo("faa81853a3b3d9ff854cd600e47fdfd28f37730d59ea9d581327ca5c791841e0");
    }

    [Test]
    public async Task Derive_GeneratedCredentials_GiveTheKeyOfTheSdk()
    {
        var random = new Random(20150830);
        for (var i = 0; i < 200; i++)
        {
            var (accessKeyId, secret) = (Text(random, random.Next(1, 130)), Text(random, random.Next(1, 130)));
            using var ofSdk = AWS4aSigner.ComputeSigningKey(accessKeyId, secret);

            await Assert.That(PrivateKeyOf(accessKeyId, secret))
                .IsEqualTo(Convert.ToHexStringLower(ofSdk.ExportParameters(includePrivateParameters: true).D!));
        }
    }

    [Test]
    [Arguments(-3, true)]
    [Arguments(-2, true)]
    [Arguments(-1, false)]
    [Arguments(0, false)]
    [Arguments(1, false)]
    public async Task TryBecomePrivateKey_AtTheOrder_TakesWhatIsAtMostTwoLess(int offset, bool taken) => await Expect(Order + offset, taken);

    [Test]
    [Arguments("00", true)]
    [Arguments("FF", true)]
    [Arguments("FFFF", true)]
    [Arguments("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC6324FF", true)] // 0x50 less in the last byte
    [Arguments("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632600", false)] // more in the last but one
    [Arguments("FFFFFFFE00000001FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", true)] // less in the fourth, more behind
    [Arguments("FFFFFFFF00000001000000000000000000000000000000000000000000000000", false)] // more in the eighth, less behind
    [Arguments("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", false)]
    public async Task TryBecomePrivateKey_AnyNumber_ComparesAllOfItAndCarries(string hex, bool taken) =>
        await Expect(BigInteger.Parse("0" + hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture), taken);

    private static async Task Expect(BigInteger candidate, bool taken)
    {
        var bytes = Bytes(candidate);
        var result = EcdsaSigningKey.TryBecomePrivateKey(bytes);

        await Assert.That(result).IsEqualTo(taken);
        if (taken)
            await Assert.That(Convert.ToHexString(bytes)).IsEqualTo(Convert.ToHexString(Bytes(candidate + 1)));
    }

    private static byte[] Bytes(BigInteger number)
    {
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[32 - bytes.Length], .. bytes];
    }

    private static string PrivateKeyOf(string accessKeyId, string secret)
    {
        using var key = EcdsaSigningKey.Derive(new SigningCredentials(accessKeyId, secret));
        return Convert.ToHexStringLower(key.ExportParameters(includePrivateParameters: true).D!);
    }

    private static string Text(Random random, int length) => new([.. Enumerable.Range(0, length).Select(_ => (char)random.Next('!', '~' + 1))]);
}
