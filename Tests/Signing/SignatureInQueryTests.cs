using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Tests.Signing;

/// <summary>What a signer that signs in the query gives; SdkPresignDifferentialTests holds its signatures against the SDK's.</summary>
public class SignatureInQueryTests
{
    private static readonly DateTimeOffset Time = new(2026, 1, 31, 23, 30, 0, TimeSpan.FromHours(-1));
    private static readonly SigningCredentials Credentials = new("AKIDEXAMPLE", "secret", "token+/=");

    [Test]
    public async Task Sign_InTheQuery_SendsNoHeaderButTheContentHash()
    {
        var general = Sign("es", PayloadHash.Empty);
        var s3 = Sign("s3", PayloadHash.Unsigned);

        await Assert.That(general).IsEqualTo(new SigningInstructions(null) { QueryParameters = general.QueryParameters });
        await Assert.That(general.QueryParameters).Contains("&X-Amz-SignedHeaders=host&");
        await Assert.That(s3).IsEqualTo(new SigningInstructions("UNSIGNED-PAYLOAD") { QueryParameters = s3.QueryParameters });
        await Assert.That(s3.QueryParameters).Contains("&X-Amz-SignedHeaders=host%3Bx-amz-content-sha256&");
    }

    [Test]
    public async Task Sign_InTheQuery_NamesTimeInUtcAndWholeSeconds()
    {
        var parameters = Sign("es", PayloadHash.Empty, expires: TimeSpan.FromSeconds(299.9)).QueryParameters;

        await Assert.That(parameters).StartsWith(
            "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20260201%2Fus-east-1%2Fes%2Faws4_request"
            + "&X-Amz-Date=20260201T003000Z&X-Amz-Expires=299&X-Amz-Security-Token=token%2B%2F%3D&X-Amz-SignedHeaders=host&X-Amz-Signature=");
    }

    [Test]
    public async Task Sign_InTheQuery_CoversTheTokenButForIot()
    {
        var other = new SigningCredentials(Credentials.AccessKeyId, Credentials.SecretAccessKey, "other");

        await Assert.That(SignatureOf(Sign("es", PayloadHash.Empty, credentials: other))).IsNotEqualTo(SignatureOf(Sign("es", PayloadHash.Empty)));
        await Assert.That(SignatureOf(Sign("iotdevicegateway", PayloadHash.Empty, credentials: other)))
            .IsEqualTo(SignatureOf(Sign("iotdevicegateway", PayloadHash.Empty)));
        await Assert.That(Sign("iotdevicegateway", PayloadHash.Empty).QueryParameters).EndsWith("&X-Amz-Security-Token=token%2B%2F%3D");
    }

    [Test]
    [Arguments("/?a=1", "/?a=2")]
    [Arguments("/", "/?a")]
    [Arguments("/a", "/b")]
    public async Task Sign_InTheQuery_CoversTheCallersTarget(string target, string other) =>
        await Assert.That(SignatureOf(Sign("es", PayloadHash.Empty, target))).IsNotEqualTo(SignatureOf(Sign("es", PayloadHash.Empty, other)));

    [Test]
    [Arguments("/", "/?")]
    [Arguments("/?a", "/?a=")]
    [Arguments("/?b=1&a=2", "/?a=2&b=1")]
    [Arguments("/?a=1&", "/?a=1")]
    [Arguments("/?X-Amz-Signature=stale&X-Amz-Date=stale&a=1", "/?a=1")]
    public async Task Sign_InTheQuery_ReadsTheCallersQueryAsTheServiceDoes(string target, string same) =>
        await Assert.That(SignatureOf(Sign("es", PayloadHash.Empty, target))).IsEqualTo(SignatureOf(Sign("es", PayloadHash.Empty, same)));

    private static SigningInstructions Sign(
        string service, PayloadHash hash, string target = "/", TimeSpan? expires = null, SigningCredentials? credentials = null) =>
        new SigV4Signer(new CredentialScope("us-east-1", service), SignatureLocation.Query, expires ?? TimeSpan.FromMinutes(5)).Sign(
            "GET", RequestTarget.FromCaller(target), "h", [], hash, sendContentSha256: false, credentials ?? Credentials, Time);

    private static string SignatureOf(SigningInstructions instructions) =>
        instructions.QueryParameters!.Split('&').Single(p => p.StartsWith("X-Amz-Signature=", StringComparison.Ordinal));
}
