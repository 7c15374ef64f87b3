using System.Security.Cryptography;
using System.Text;
using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Signing.Canonical;
using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Tests.Signing;

/// <summary>
/// Each stage of a signature in the query on the example of
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html. From end to end it cannot be had: it signs
/// <c>UNSIGNED-PAYLOAD</c> without sending it as a header.
/// </summary>
public class QueryAuthenticationTests
{
    private const string Documented =
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
        + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host";

    private const string DocumentedSignature = "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";

    private static readonly CredentialScope Scope = new("us-east-1", "s3");
    private static readonly DateTimeOffset Time = new(2013, 5, 24, 0, 0, 0, TimeSpan.Zero);
    private static readonly SignedHeader[] Headers = [new("host", "examplebucket.s3.amazonaws.com")];
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Test]
    public async Task SignedParameters_OfWorkedExample_AreTheDocumented() =>
        await Assert.That(SignedParameters(WorkedExamples.S3Credentials)).IsEqualTo(Documented);

    [Test]
    public async Task CanonicalRequest_OfWorkedExample_IsTheDocumented()
    {
        await Assert.That(CanonicalRequestOf(Documented)).IsEqualTo(
            $"""
            GET
            /test.txt
            {Documented}
            host:examplebucket.s3.amazonaws.com

            host
            UNSIGNED-PAYLOAD
            """.ReplaceLineEndings("\n"));
    }

    [Test]
    public async Task StringToSign_OfWorkedExample_IsTheDocumented()
    {
        await Assert.That(StringToSignOf(Documented)).IsEqualTo(
            """
            AWS4-HMAC-SHA256
            20130524T000000Z
            20130524/us-east-1/s3/aws4_request
            3bfa292879f6447bbcda7001decf97f4a54dc650c8942174ae0a9121cf58ad04
            """.ReplaceLineEndings("\n"));
    }

    [Test]
    public async Task AllParameters_OfWorkedExample_AreTheDocumented()
    {
        var key = new byte[SigningKey.SizeBytes];
        SigningKey.Derive(WorkedExamples.S3Credentials.SecretAccessKey, DateOnly.FromDateTime(Time.UtcDateTime), Scope, key);
        var signature = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(StringToSignOf(Documented)));

        await Assert.That(QueryAuthentication.AllParameters(Documented, signature, WorkedExamples.S3Credentials, QuerySessionToken.Signed))
            .IsEqualTo($"{Documented}&X-Amz-Signature={DocumentedSignature}");
    }

    [Test]
    public async Task SignedParameters_SessionToken_IsAmongThemWhereItIsSigned()
    {
        var credentials = new SigningCredentials("AKIDEXAMPLE", "secret", "a+b/c=");

        await Assert.That(SignedParameters(credentials)).Contains("&X-Amz-Security-Token=a%2Bb%2Fc%3D&X-Amz-SignedHeaders=");
        await Assert.That(AllParameters(credentials, QuerySessionToken.Signed)).IsEqualTo("signed&X-Amz-Signature=00ff");
    }

    [Test]
    public async Task AllParameters_SessionToken_IsBehindTheSignatureWhereItIsNotSigned()
    {
        var credentials = new SigningCredentials("AKIDEXAMPLE", "secret", "a+b/c=");

        await Assert.That(SignedParameters(credentials, QuerySessionToken.AddedAfterSigning)).DoesNotContain("Token");
        await Assert.That(AllParameters(credentials, QuerySessionToken.AddedAfterSigning))
            .IsEqualTo("signed&X-Amz-Signature=00ff&X-Amz-Security-Token=a%2Bb%2Fc%3D");
    }

    [Test]
    public async Task Parameters_NoSessionToken_NameNone()
    {
        var credentials = new SigningCredentials("AKIDEXAMPLE", "secret");
        foreach (var sessionToken in (QuerySessionToken[])[QuerySessionToken.Signed, QuerySessionToken.AddedAfterSigning])
        {
            await Assert.That(SignedParameters(credentials, sessionToken)).DoesNotContain("Token");
            await Assert.That(AllParameters(credentials, sessionToken)).IsEqualTo("signed&X-Amz-Signature=00ff");
        }
    }

    private static string SignedParameters(SigningCredentials credentials, QuerySessionToken sessionToken = QuerySessionToken.Signed) =>
        QueryAuthentication.SignedParameters(
            SignatureVersion.V4.Algorithm, Headers, Scope, regionSet: null, credentials, sessionToken, Time, Day);

    private static string AllParameters(SigningCredentials credentials, QuerySessionToken sessionToken) =>
        QueryAuthentication.AllParameters("signed", [0x00, 0xFF], credentials, sessionToken);

    private static string CanonicalRequestOf(string query)
    {
        var writer = new ByteWriter([]);
        CanonicalRequest.Write(
            ref writer, "GET", new RequestTarget("/test.txt", null).WithParameters(query), Headers, PayloadHash.Unsigned, SigningOptions.For("s3"));
        return Text(ref writer);
    }

    private static string StringToSignOf(string query)
    {
        var writer = new ByteWriter([]);
        StringToSign.Write(ref writer, SignatureVersion.V4.Algorithm, Time, Scope, Encoding.UTF8.GetBytes(CanonicalRequestOf(query)));
        return Text(ref writer);
    }

    private static string Text(ref ByteWriter writer)
    {
        var text = Encoding.UTF8.GetString(writer.Written);
        writer.Dispose();
        return text;
    }
}
