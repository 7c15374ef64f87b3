using System.Text;
using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Signing.Canonical;
using AwsSigV4Proxy.Signing.Keys;
using AwsSigV4Proxy.Tests.Signing.Chunked;

namespace AwsSigV4Proxy.Tests.Signing;

/// <summary>Each stage of a signature on AWS's own worked examples.</summary>
public class SigV4SignerTests
{
    [Test]
    [MethodDataSource(typeof(WorkedExamples), nameof(WorkedExamples.All))]
    [MethodDataSource(typeof(ChunkedExamples), nameof(ChunkedExamples.Heads))]
    public async Task CanonicalRequest_OfWorkedExample_IsTheDocumented(WorkedExample example)
    {
        await Assert.That(CanonicalRequestOf(example)).IsEqualTo(example.CanonicalRequest.ReplaceLineEndings("\n"));
    }

    [Test]
    [MethodDataSource(typeof(WorkedExamples), nameof(WorkedExamples.All))]
    [MethodDataSource(typeof(ChunkedExamples), nameof(ChunkedExamples.Heads))]
    public async Task StringToSign_OfWorkedExample_IsTheDocumented(WorkedExample example)
    {
        var writer = new ByteWriter([]);
        StringToSign.Write(
            ref writer, SignatureVersion.V4.Algorithm, example.At, example.Scope, Encoding.UTF8.GetBytes(example.CanonicalRequest.ReplaceLineEndings("\n")));

        await Assert.That(Text(ref writer)).IsEqualTo(example.StringToSign.ReplaceLineEndings("\n"));
    }

    [Test]
    [MethodDataSource(typeof(WorkedExamples), nameof(WorkedExamples.All))]
    [MethodDataSource(typeof(ChunkedExamples), nameof(ChunkedExamples.Heads))]
    public async Task Sign_WorkedExample_GivesTheDocumentedAuthorization(WorkedExample example)
    {
        var signer = new SigV4Signer(example.Scope);
        var instructions = signer.Sign(
            example.Method, example.RequestTarget, example.Host, example.CallerHeaders, example.Hash,
            sendContentSha256: false, WorkedExamples.CredentialsOf(example), example.At);

        await Assert.That(instructions.Authorization).IsEqualTo(example.Authorization);
        await Assert.That(instructions.Date).IsEqualTo(example.Time);
        await Assert.That(instructions.ContentSha256).IsEqualTo(example.Service == "s3" ? example.PayloadHash : null);
    }

    [Test]
    public async Task Derive_DocumentedSecret_GivesTheDocumentedKey()
    {
        // https://docs.aws.amazon.com/general/latest/gr/signature-v4-examples.html
        var key = new byte[SigningKey.SizeBytes];
        SigningKey.Derive(
            "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", new DateOnly(2012, 2, 15), new CredentialScope("us-east-1", "iam"), key);

        await Assert.That(Convert.ToHexStringLower(key))
            .IsEqualTo("f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d");
    }

    [Test]
    public async Task Sign_SessionToken_IsSignedAndSent()
    {
        var credentials = new SigningCredentials("AKIDEXAMPLE", "secret", "a token");
        var instructions = new SigV4Signer(new CredentialScope("us-east-1", "es")).Sign(
            "GET", RequestTarget.FromCaller("/"), "h", [], PayloadHash.Empty, false, credentials, DateTimeOffset.UnixEpoch);

        await Assert.That(instructions.SecurityToken).IsEqualTo("a token");
        await Assert.That(instructions.Authorization).Contains("SignedHeaders=host;x-amz-date;x-amz-security-token, ");
    }

    [Test]
    [Arguments("aoss", PayloadHashKind.Hash, true)]
    [Arguments("s3", PayloadHashKind.Hash, true)]
    [Arguments("s3express", PayloadHashKind.Hash, true)]
    [Arguments("s3-outposts", PayloadHashKind.Hash, true)]
    [Arguments("s3-object-lambda", PayloadHashKind.Hash, true)]
    [Arguments("S3", PayloadHashKind.Hash, false)]
    [Arguments("es", PayloadHashKind.Hash, false)]
    [Arguments("es", PayloadHashKind.Literal, true)]
    public async Task Sign_ContentSha256_IsSentWhereTheServiceNeedsIt(string service, PayloadHashKind kind, bool sent)
    {
        var hash = kind == PayloadHashKind.Literal ? PayloadHash.Unsigned : PayloadHash.Empty;
        var instructions = new SigV4Signer(new CredentialScope("us-east-1", service)).Sign(
            "GET", RequestTarget.FromCaller("/"), "h", [], hash, false, WorkedExamples.IamCredentials, DateTimeOffset.UnixEpoch);

        await Assert.That(instructions.ContentSha256).IsEqualTo(sent ? hash.Value : null);
    }

    [Test]
    public async Task ToString_OfSecrets_IsRedacted()
    {
        var credentials = new SigningCredentials("AKIDEXAMPLE", "the-secret", "the-token");
        var inHeaders = new SigningInstructions(null) { Authorization = "AWS4 Signature=abc", Date = "20150830T123600Z", SecurityToken = "the-token" };
        var inQuery = new SigningInstructions(null) { QueryParameters = "X-Amz-Signature=abc&X-Amz-Security-Token=the-token" };

        await Assert.That(credentials.ToString()).DoesNotContain("the-secret").And.DoesNotContain("the-token");
        await Assert.That(inHeaders.ToString()).IsEqualTo("signed in headers at 20150830T123600Z");
        await Assert.That(inQuery.ToString()).IsEqualTo("signed in the query");
    }

    /// <summary>What kind of content hash is signed.</summary>
    public enum PayloadHashKind
    {
        /// <summary>A SHA-256.</summary>
        Hash,

        /// <summary><c>UNSIGNED-PAYLOAD</c>.</summary>
        Literal,
    }

    private static string CanonicalRequestOf(WorkedExample example)
    {
        var options = SigningOptions.For(example.Service);
        List<SignedHeader> headers = [.. example.CallerHeaders, new("host", example.Host), new("x-amz-date", example.Time)];
        if (options.ContentSha256Header == ContentSha256Header.Always)
            headers.Add(new("x-amz-content-sha256", example.PayloadHash));
        headers.Sort();

        var writer = new ByteWriter([]);
        CanonicalRequest.Write(
            ref writer, example.Method, example.RequestTarget, headers.ToArray(), example.Hash, options);
        return Text(ref writer);
    }

    private static string Text(ref ByteWriter writer)
    {
        var text = Encoding.UTF8.GetString(writer.Written);
        writer.Dispose();
        return text;
    }
}
