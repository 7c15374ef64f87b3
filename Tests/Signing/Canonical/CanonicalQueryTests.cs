using System.Text;
using AwsSigV4Proxy.Signing.Canonical;

namespace AwsSigV4Proxy.Tests.Signing.Canonical;

/// <summary>The canonical query by rule.</summary>
public class CanonicalQueryTests
{
    [Test]
    [Arguments("", "")]
    [Arguments("a=1", "a=1")]
    [Arguments("a", "a=")]
    [Arguments("a=", "a=")]
    [Arguments("=1", "=1")]
    [Arguments("b=1&a=2", "a=2&b=1")]
    [Arguments("a=2&a=1", "a=1&a=2")]
    [Arguments("a=b&a=", "a=&a=b")]
    [Arguments("a-b=1&a=1", "a=1&a-b=1")] // the name decides, not the pair: '-' sorts before '='
    [Arguments("A=1&a=1&B=1", "A=1&B=1&a=1")]
    [Arguments("%C3%A9=1&z=1&a=1", "%C3%A9=1&a=1&z=1")] // by encoded name: '%' sorts before letters
    [Arguments("a=b=c", "a=b%3Dc")]
    [Arguments("a=%3d", "a=%3D")]
    [Arguments("a=1&&b=2&", "a=1&b=2")]
    [Arguments("a=b+c", "a=b%20c")]
    [Arguments("a=b%20c", "a=b%20c")]
    [Arguments("a=b%2Bc", "a=b%2Bc")]
    [Arguments("a=/?:@!$'()*,;", "a=%2F%3F%3A%40%21%24%27%28%29%2A%2C%3B")]
    [Arguments("a=-._~", "a=-._~")]
    [Arguments("a=%7E", "a=~")]
    [Arguments("a=100%", "a=100%25")]
    [Arguments("a=%zz", "a=%25zz")]
    [Arguments("a=日", "a=%E6%97%A5")]
    [Arguments("a=%FF", "a=%FF")]
    [Arguments("a=\U0001F600", "a=%F0%9F%98%80")]
    public async Task Write_Query_IsEncodedStrictlyAndSorted(string query, string canonical) =>
        await Assert.That(Canonical(query)).IsEqualTo(canonical);

    [Test]
    [Arguments(2)]
    [Arguments(31)]
    [Arguments(33)]
    [Arguments(500)]
    public async Task Write_AnyNumberOfParameters_SortsByNameThenValue(int count)
    {
        var pairs = Enumerable.Range(0, count).Select(i => $"p{i % 7}={i:0000}").ToArray();
        var expected = string.Join('&', pairs.Order(StringComparer.Ordinal));
        new Random(1).Shuffle(pairs);

        await Assert.That(Canonical(string.Join('&', pairs))).IsEqualTo(expected);
    }

    private static string Canonical(string query)
    {
        var writer = new ByteWriter([]);
        CanonicalQuery.Write(ref writer, query);
        var text = Encoding.UTF8.GetString(writer.Written);
        writer.Dispose();
        return text;
    }
}
