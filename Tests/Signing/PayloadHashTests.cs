using AwsSigV4Proxy.Signing;

namespace AwsSigV4Proxy.Tests.Signing;

/// <summary>A content hash, whether the proxy took it or the caller names it.</summary>
public class PayloadHashTests
{
    private const string Abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; // FIPS 180-4's example

    [Test]
    public async Task FromHex_EitherCase_IsTheHashOfTheBody()
    {
        await Assert.That(PayloadHash.FromHex(Abc.ToUpperInvariant())).IsEqualTo(PayloadHash.Of("abc"u8));
        await Assert.That(PayloadHash.FromHex(Abc).Value).IsEqualTo(Abc);
        await Assert.That(PayloadHash.FromHex(Abc).IsLiteral).IsFalse();
    }

    [Test]
    [Arguments(Abc, true)]
    [Arguments("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD", true)]
    [Arguments(Abc + "0", false)]
    [Arguments("g" + "a7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", false)]
    [Arguments("UNSIGNED-PAYLOAD", false)]
    [Arguments("", false)]
    public async Task IsSha256Hex_Value_OnlyA64DigitHash(string value, bool isHash) =>
        await Assert.That(PayloadHash.IsSha256Hex(value)).IsEqualTo(isHash);
}
