using AwsSigV4Proxy.Signing;

namespace AwsSigV4Proxy.Tests.Signing;

/// <summary>What is sent of a caller's target: everything as it is but the presign parameters and a literal plus.</summary>
public class RequestTargetTests
{
    [Test]
    [Arguments("/")]
    [Arguments("/?")]
    [Arguments("//a//?b")]
    [Arguments("/a/%2e%2E/../b%2Fc?x=%7e&y=&z&&=1")]
    [Arguments("/a+b?c=d%2Be")]
    [Arguments("/a?X-Amz-Target=1&x-id=GetObject&X-Amz-Dates=1&X-Amz=2")]
    [Arguments("/a?b?c=d?e")]
    public async Task FromCaller_Target_KeepsItsBytes(string target) =>
        await Assert.That(RequestTarget.FromCaller(target).ToString()).IsEqualTo(target);

    [Test]
    [Arguments("/a?X-Amz-Signature=x", "/a")]
    [Arguments("/a?b=c&X-Amz-Algorithm=A&X-Amz-Credential=B&X-Amz-Date=C&X-Amz-Expires=D&X-Amz-SignedHeaders=E&X-Amz-Signature=F&X-Amz-Security-Token=G&d=e", "/a?b=c&d=e")]
    [Arguments("/a?x-amz-signature=x&b", "/a?b")]
    [Arguments("/a?X%2DAmz%2dSignature=x&b", "/a?b")]
    [Arguments("/a?X-Amz-Expires&b=%2F", "/a?b=%2F")]
    [Arguments("/a?&X-Amz-Date=1", "/a?")]
    [Arguments("/a?&X-Amz-Date=1&b", "/a?&b")]
    [Arguments("/a?b&&X-Amz-Date=1&&c&", "/a?b&&&c&")]
    public async Task FromCaller_PresignParameters_AreDropped(string target, string sent) =>
        await Assert.That(RequestTarget.FromCaller(target).ToString()).IsEqualTo(sent);

    [Test]
    [Arguments("/a?b=c+d", "/a?b=c%20d")]
    [Arguments("/a+b?+=+", "/a+b?%20=%20")]
    [Arguments("/a?b=c+d&X-Amz-Date=x", "/a?b=c%20d")]
    public async Task FromCaller_PlusInQuery_IsSentAsSpace(string target, string sent) =>
        await Assert.That(RequestTarget.FromCaller(target).ToString()).IsEqualTo(sent);

    [Test]
    [Arguments("/a", "/a?x=1&y")]
    [Arguments("/a?", "/a?x=1&y")]
    [Arguments("/a?b=c", "/a?b=c&x=1&y")]
    [Arguments("/a?b&", "/a?b&&x=1&y")]
    [Arguments("/a?X-Amz-Date=stale", "/a?x=1&y")]
    public async Task WithParameters_Target_KeepsItsQueryInFront(string target, string sent)
    {
        await Assert.That(RequestTarget.FromCaller(target).WithParameters("x=1&y").ToString()).IsEqualTo(sent);
        await Assert.That(RequestTarget.FromCaller(target).WithParameters(null)).IsEqualTo(RequestTarget.FromCaller(target));
    }
}
