using System.Text;
using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Signing.Canonical;

namespace AwsSigV4Proxy.Tests.Signing.Canonical;

/// <summary>The canonical path by rule; the rows of the first table are AWS's test suite where it has one.</summary>
public class CanonicalPathTests
{
    [Test]
    [Arguments("/", "/")]
    [Arguments("//", "/")]
    [Arguments("///", "/")]
    [Arguments("/a", "/a")]
    [Arguments("/a/", "/a/")]
    [Arguments("//example//", "/example/")]
    [Arguments("/a///b", "/a/b")]
    [Arguments("/./", "/")]
    [Arguments("/./example", "/example")]
    [Arguments("/example/..", "/")]
    [Arguments("/example/../", "/")]
    [Arguments("/example1/example2/../..", "/")]
    [Arguments("/..", "/")]
    [Arguments("/../a", "/a")]
    [Arguments("/a/b/..", "/a/")]
    [Arguments("/a/.", "/a/")]
    [Arguments("/a/./b/../c", "/a/c")]
    [Arguments("/...", "/...")]
    [Arguments("/example space/", "/example%20space/")]
    [Arguments("/example%20space/", "/example%2520space/")]
    [Arguments("/a%2Fb", "/a%252Fb")]
    [Arguments("/a%2fb", "/a%252fb")]
    [Arguments("/%2e%2e/b", "/%252e%252e/b")]
    [Arguments("/ሴ", "/%E1%88%B4")]
    [Arguments("/%E1%88%B4", "/%25E1%2588%25B4")]
    [Arguments("/*", "/%2A")]
    [Arguments("/a:b@c!'()$&+,;=", "/a%3Ab%40c%21%27%28%29%24%26%2B%2C%3B%3D")]
    [Arguments("/-._~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "/-._~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")]
    [Arguments("/arn%3Aaws%3Abedrock%2Fmodel/invoke", "/arn%253Aaws%253Abedrock%252Fmodel/invoke")]
    public async Task Write_GeneralService_NormalizesAndEncodesTwice(string path, string canonical) =>
        await Assert.That(Canonical(path, "es")).IsEqualTo(canonical);

    [Test]
    [Arguments("/", "/")]
    [Arguments("", "/")]
    [Arguments("//a//b//", "//a//b//")]
    [Arguments("/a/../b/./c", "/a/../b/./c")]
    [Arguments("/a b", "/a%20b")]
    [Arguments("/a%20b", "/a%20b")]
    [Arguments("/a%2Fb", "/a/b")]
    [Arguments("/%7e", "/~")]
    [Arguments("/a+b", "/a%2Bb")]
    [Arguments("/a%2bb", "/a%2Bb")]
    [Arguments("/test$file.text", "/test%24file.text")]
    [Arguments("/100%", "/100%25")]
    [Arguments("/%zz", "/%25zz")]
    [Arguments("/%E6%97%A5", "/%E6%97%A5")]
    [Arguments("/日", "/%E6%97%A5")]
    [Arguments("/%FF", "/%FF")]
    [Arguments("/!'()*", "/%21%27%28%29%2A")]
    public async Task Write_S3_KeepsThePathAndEncodesOnce(string path, string canonical) =>
        await Assert.That(Canonical(path, "s3")).IsEqualTo(canonical);

    [Test]
    [Arguments("/a+b%2Bc%20d", "s3", "/a%20b%2Bc%20d")]
    [Arguments("/a+b", "s3express", "/a%20b")]
    [Arguments("/a+b", "es", "/a%2Bb")]
    public async Task Write_AwsItself_TakesAPlusForASpaceInS3(string path, string service, string canonical) =>
        await Assert.That(Canonical(path, SigningOptions.ForAws(service))).IsEqualTo(canonical);

    private static string Canonical(string path, string service) => Canonical(path, SigningOptions.For(service));

    private static string Canonical(string path, SigningOptions options)
    {
        var writer = new ByteWriter([]);
        CanonicalPath.Write(ref writer, path, options);
        var text = Encoding.UTF8.GetString(writer.Written);
        writer.Dispose();
        return text;
    }
}
