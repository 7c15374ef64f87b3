using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Signing.Keys;
using AwsSigV4Proxy.Tests.Signing.Chunked;

namespace AwsSigV4Proxy.Tests.Signing;

/// <summary>What was signed can be had as text, and shown without its secrets.</summary>
public class SigningExplanationTests
{
    /// <summary>As AWS's look: Base64, whose <c>+</c>, <c>/</c> and <c>=</c> are percent-encoded in a query.</summary>
    private const string Token =
        "IQoJb3JpZ2luX2VjEJr//////////wEaCWV1LXdlc3QtMSJHMEUCIQDe+Uqs/8xZ1k0mC5bB2pOa3vW==";

    private static readonly SigningCredentials Temporary = new("ASIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", Token);
    private static readonly DateTimeOffset Time = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    [Test]
    [MethodDataSource(typeof(WorkedExamples), nameof(WorkedExamples.All))]
    [MethodDataSource(typeof(ChunkedExamples), nameof(ChunkedExamples.Heads))]
    public async Task Explain_WorkedExample_GivesTheDocumentedTexts(WorkedExample example)
    {
        var explanation = new SigV4Signer(example.Scope).Explain(
            example.Method, example.RequestTarget, example.Host, example.CallerHeaders, example.Hash,
            sendContentSha256: false, WorkedExamples.CredentialsOf(example), example.At);

        await Assert.That(explanation.CanonicalRequest).IsEqualTo(example.CanonicalRequest.ReplaceLineEndings("\n"));
        await Assert.That(explanation.StringToSign).IsEqualTo(example.StringToSign.ReplaceLineEndings("\n"));
    }

    [Test]
    public async Task ToString_TokenInTheHeader_IsRedacted()
    {
        var explanation = Explain(SignatureLocation.Header, new SignedHeader("x-amz-target", "Service.Operation"));

        await Assert.That(explanation.CanonicalRequest).Contains($"\nx-amz-security-token:{Token}\n");
        await Assert.That(explanation.ToString()).IsEqualTo(
            $"""
            Canonical request:
            GET
            /index
            name=value
            host:h
            x-amz-date:20260131T120000Z
            x-amz-security-token:(redacted)
            x-amz-target:Service.Operation

            host;x-amz-date;x-amz-security-token;x-amz-target
            e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
            String to sign:
            {explanation.StringToSign}
            """.ReplaceLineEndings("\n"));
    }

    [Test]
    [Arguments("ASIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE%2F20260131%2Fus-east-1%2Fs3%2Faws4_request")]
    [Arguments("wJalrXUtnFEMI%2FK7MDENG%2FbPxRfiCYEXAMPLEKEY", "(redacted)")]
    [Arguments("wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEYxx", "(redacted)")]
    public async Task Redact_AccessKeyIdInTheQuery_IsShownWhereItLooksLikeOne(string id, string shown)
    {
        await Assert.That(SigningExplanation.Redact($"X-Amz-Credential={id}%2F20260131%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=1"))
            .IsEqualTo($"X-Amz-Credential={shown}&X-Amz-Date=1");
    }

    [Test]
    public async Task ToString_TokenInTheQuery_IsRedacted()
    {
        var explanation = Explain(SignatureLocation.Query);

        await Assert.That(explanation.CanonicalRequest).Contains($"&X-Amz-Security-Token={Uri.EscapeDataString(Token)}&X-Amz-SignedHeaders=host&name=value\n");
        await Assert.That(explanation.ToString()).Contains("&X-Amz-Expires=300&X-Amz-Security-Token=(redacted)&X-Amz-SignedHeaders=host&name=value\nhost:h\n");
        await Assert.That(explanation.ToString()).DoesNotContain(Token[..20]);
    }

    /// <summary>Tokens such as no service ever gave, whose characters end a parameter, a field or a name.</summary>
    [Test]
    [Arguments("a&b=c&X-Amz-SignedHeaders=d")]
    [Arguments("a:b;c,d'e\"f")]
    [Arguments("$1${name}\\")]
    [Arguments("%2B%2F%3D")]
    public async Task ToString_OddToken_IsRedactedToItsEnd(string token)
    {
        foreach (var location in (SignatureLocation[])[SignatureLocation.Header, SignatureLocation.Query])
        {
            var withToken = Explain(location, new SigningCredentials("AKID", "secret", token));
            var withAnother = Explain(location, new SigningCredentials("AKID", "secret", "another"));

            await Assert.That(SigningExplanation.Redact(withToken.CanonicalRequest)).IsEqualTo(SigningExplanation.Redact(withAnother.CanonicalRequest));
        }
    }

    [Test]
    [Arguments("x-amz-server-side-encryption-customer-key", true)]
    [Arguments("x-amz-copy-source-server-side-encryption-customer-key", true)]
    [Arguments("x-amz-s3session-token", true)]
    [Arguments("x-amz-server-side-encryption-customer-key-md5", false)]
    [Arguments("x-amz-meta-x-amz-security-token", false)]
    public async Task ToString_CallersSecret_IsRedactedToo(string name, bool redacted)
    {
        var shown = Explain(SignatureLocation.Header, new SignedHeader(name, "the value")).ToString();

        await Assert.That(shown).Contains($"\n{name}:{(redacted ? "(redacted)" : "the value")}\n");
    }

    /// <summary>Such as stands in the message of <c>SignatureDoesNotMatch</c>.</summary>
    [Test]
    [Arguments("GET\n/\nX-Amz-Date=1&X-Amz-Security-Token=a%2Fb\nhost:h", "GET\n/\nX-Amz-Date=1&X-Amz-Security-Token=(redacted)\nhost:h")]
    [Arguments("GET\n/\nX-Amz-Security-Token=a%2Fb&b=c\nhost:h", "GET\n/\nX-Amz-Security-Token=(redacted)&b=c\nhost:h")]
    [Arguments("GET\r\n/\r\n\r\nX-Amz-Security-Token:a b\r\nx-amz-target:c", "GET\r\n/\r\n\r\nX-Amz-Security-Token:(redacted)\r\nx-amz-target:c")]
    [Arguments("x-amz-date: x; x-amz-security-token: TOKEN/+= a", "x-amz-date: x; x-amz-security-token: (redacted)")]
    [Arguments("GET / X-Amz-Security-Token=TOKEN&b=c", "GET / X-Amz-Security-Token=(redacted)&b=c")]
    [Arguments("host:h\nauthorization:AWS4-HMAC-SHA256 Credential=a, Signature=b\n", "host:h\nauthorization:(redacted)\n")]
    [Arguments("host;x-amz-security-token\nhash", "host;x-amz-security-token\nhash")]
    [Arguments("nothing secret", "nothing secret")]
    public async Task Redact_TextOfAws_LeavesTheRest(string text, string redacted) =>
        await Assert.That(SigningExplanation.Redact(text)).IsEqualTo(redacted);

    private static SigningExplanation Explain(SignatureLocation location, params SignedHeader[] headers) => Explain(location, Temporary, headers);

    private static SigningExplanation Explain(SignatureLocation location, SigningCredentials credentials, params SignedHeader[] headers) =>
        new SigV4Signer(new CredentialScope("eu-west-1", "es"), location, TimeSpan.FromMinutes(5)).Explain(
            "GET", RequestTarget.FromCaller("/index?name=value"), "h", headers, PayloadHash.Empty, sendContentSha256: false, credentials, Time);
}
