using System.Text;
using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Signing.Canonical;

namespace AwsSigV4Proxy.Tests.Signing.Canonical;

/// <summary>Canonical headers by rule.</summary>
public class CanonicalHeadersTests
{
    [Test]
    [Arguments("a", "a")]
    [Arguments("", "")]
    [Arguments("   ", "")]
    [Arguments("  a  ", "a")]
    [Arguments("a b", "a b")]
    [Arguments("a  b", "a b")]
    [Arguments("a   b    c  ", "a b c")]
    [Arguments("\t a\tb \t", "a\tb")]
    [Arguments("\t", "")]
    [Arguments("\"a   b\"", "\"a b\"")]
    [Arguments("a,b, c", "a,b, c")]
    public async Task Write_Value_IsTrimmedAndItsRunsOfSpacesBecomeOne(string value, string canonical)
    {
        var writer = new ByteWriter([]);
        CanonicalHeaders.Write(ref writer, new[] { new SignedHeader("x-amz-a", value) });
        var text = Encoding.UTF8.GetString(writer.Written);
        writer.Dispose();

        await Assert.That(text).IsEqualTo($"x-amz-a:{canonical}\n");
    }

    [Test]
    public async Task Write_ValueBeyondAscii_IsTheBytesOfTheWire()
    {
        // "é" in UTF-8, as a Latin-1 reader sees it.
        var writer = new ByteWriter([]);
        CanonicalHeaders.Write(ref writer, new[] { new SignedHeader("x-amz-a", "\u00C3\u00A9") });
        var bytes = writer.Written.ToArray();
        writer.Dispose();

        await Assert.That(bytes.SequenceEqual("x-amz-a:é\n"u8.ToArray())).IsTrue();
    }

    [Test]
    [Arguments("host", true)]
    [Arguments("Content-Type", true)]
    [Arguments("content-md5", true)]
    [Arguments("X-Amz-Meta-A", true)]
    [Arguments("x-amz-", true)]
    [Arguments("x-amzn-trace-id", false)]
    [Arguments("content-length", false)]
    [Arguments("user-agent", false)]
    [Arguments("accept", false)]
    [Arguments("accept-encoding", false)]
    [Arguments("connection", false)]
    [Arguments("expect", false)]
    [Arguments("transfer-encoding", false)]
    [Arguments("x-forwarded-for", false)]
    [Arguments("forwarded", false)]
    [Arguments("via", false)]
    [Arguments("traceparent", false)]
    [Arguments("x-request-id", false)]
    [Arguments("range", false)]
    public async Task Includes_Header_OnlyTheMinimalSet(string name, bool included) =>
        await Assert.That(SignedHeader.Includes(name)).IsEqualTo(included);
}
