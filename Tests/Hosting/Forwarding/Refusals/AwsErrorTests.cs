using System.Text;
using AwsSigV4Proxy.Hosting.Forwarding.Refusals;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding.Refusals;

internal sealed class AwsErrorTests
{
    [Test]
    public async Task Read_S3_HasTheTextsInElements()
    {
        var error = Read("""
            <?xml version="1.0" encoding="UTF-8"?>
            <Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match.</Message><AWSAccessKeyId>AKID</AWSAccessKeyId><StringToSign>AWS4-HMAC-SHA256
            20150830T123600Z
            20150830/us-east-1/s3/aws4_request
            hash</StringToSign><SignatureProvided>0</SignatureProvided><StringToSignBytes>41 57</StringToSignBytes><CanonicalRequest>GET
            /a&amp;b

            host:x

            host
            UNSIGNED-PAYLOAD</CanonicalRequest><CanonicalRequestBytes>47</CanonicalRequestBytes><RequestId>1</RequestId></Error>
            """);

        await Assert.That(error!.Code).IsEqualTo("SignatureDoesNotMatch");
        await Assert.That(error.Message).IsEqualTo("The request signature we calculated does not match.");
        await Assert.That(error.CanonicalRequest).IsEqualTo("GET\n/a&b\n\nhost:x\n\nhost\nUNSIGNED-PAYLOAD");
        await Assert.That(error.StringToSign).IsEqualTo("AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/s3/aws4_request\nhash");
    }

    [Test]
    public async Task Read_QueryProtocol_HasTheTextsInTheMessage()
    {
        var error = Read("""
            <ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
              <Error><Type>Sender</Type><Code>SignatureDoesNotMatch</Code>
                <Message>The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.

            The Canonical String for this request should have been
            'POST
            /

            host:iam.amazonaws.com

            host
            it's a hash'

            The String-to-Sign should have been
            'AWS4-HMAC-SHA256
            then'
            </Message>
              </Error>
              <RequestId>1</RequestId>
            </ErrorResponse>
            """);

        await Assert.That(error!.Code).IsEqualTo("SignatureDoesNotMatch");
        await Assert.That(error.CanonicalRequest).IsEqualTo("POST\n/\n\nhost:iam.amazonaws.com\n\nhost\nit's a hash");
        await Assert.That(error.StringToSign).IsEqualTo("AWS4-HMAC-SHA256\nthen");
    }

    [Test]
    [Arguments("""{"__type":"com.amazon.coral.service#InvalidSignatureException","message":"m"}""", null)]
    [Arguments("""{"code":"InvalidSignatureException","Message":"m","more":{"code":"x"}}""", null)]
    [Arguments("""{"message":"m"}""", "InvalidSignatureException")]
    [Arguments("""{"message":"m"}""", "InvalidSignatureException:http://internal.amazon.com/coral/com.amazon.coral.service/")]
    public async Task Read_Json_HasTheCodeInItselfOrInTheHeader(string body, string? errorType)
    {
        await Assert.That(Read(body, errorType))
            .IsEqualTo(new AwsError("InvalidSignatureException", "m") { IsOfHeader = errorType is not null });
    }

    [Test]
    [Arguments("""{"code":"400","message":"m"}""")]
    [Arguments("""{"__type":"Other","message":"m"}""")]
    [Arguments("<Error><Code>Other</Code><Message>m</Message></Error>")]
    public async Task Read_HeaderAndBody_TheHeaderNamesTheCode(string body)
    {
        await Assert.That(Read(body, "ExpiredTokenException")).IsEqualTo(new AwsError("ExpiredTokenException", "m") { IsOfHeader = true });
    }

    [Test]
    [Arguments("")]
    [Arguments("oops")]
    [Arguments("[1]")]
    [Arguments("{\"message\":")]
    [Arguments("{\"message\":no}")]
    [Arguments("<Error><Code>x")]
    public async Task Read_HeaderAndABodyThatCannotBeRead_HasTheHeadersCode(string body)
    {
        await Assert.That(Read(body, "ExpiredTokenException")).IsEqualTo(new AwsError("ExpiredTokenException", "") { IsOfHeader = true });
    }

    [Test]
    // The surest member, in whatever order.
    [Arguments("""{"__type":"A","code":"400","Code":"x"}""", "A", "")]
    [Arguments("""{"code":"400","message":"m","__type":"n.s#A"}""", "A", "m")]
    // OpenSearch's fine-grained access control
    [Arguments("""{"error":{"root_cause":[{"type":"root","reason":"r"}],"type":"security_exception","reason":"no permissions for [x]"},"status":403}""", "security_exception", "no permissions for [x]")]
    [Arguments("""{"error":{"root_cause":[{"type":"security_exception","reason":"no permissions for [x]"}]},"status":403}""", "security_exception", "no permissions for [x]")]
    [Arguments("""{"Error":{"Code":"ThrottlingException","Message":"slow down"}}""", "ThrottlingException", "slow down")]
    // AppSync
    [Arguments("""{"errors":[{"errorType":"UnauthorizedException","message":"m"},{"errorType":"Other","message":"o"}]}""", "UnauthorizedException", "m")]
    [Arguments("""{"data":null,"errors":[{"path":["a"],"code":"A","message":"m"}]}""", "A", "m")]
    // VPC Lattice
    [Arguments("AccessDeniedException: User: x is not authorized\n", "AccessDeniedException", "User: x is not authorized")]
    [Arguments("\uFEFF{\"__type\":\"A\"}", "A", "")]
    [Arguments("\uFEFF<Error><Code>A</Code></Error>", "A", "")]
    public async Task Read_EveryShape_HasCodeAndMessage(string body, string code, string message)
    {
        await Assert.That(Read(body)).IsEqualTo(new AwsError(code, message));
    }

    [Test]
    public async Task Read_S3Redirect_NamesRegionAndEndpoint()
    {
        var error = Read("<Error><Code>PermanentRedirect</Code><Region>eu-central-1</Region><Endpoint>b.s3.eu-central-1.amazonaws.com</Endpoint></Error>");

        await Assert.That(error).IsEqualTo(
            new AwsError("PermanentRedirect", "") { Region = "eu-central-1", Endpoint = "b.s3.eu-central-1.amazonaws.com" });
    }

    [Test]
    public async Task Read_JsonThatIsCut_HasWhatCameBefore()
    {
        await Assert.That(Read("""{"__type":"A","pad":"xxxx""")).IsEqualTo(new AwsError("A", ""));
    }

    [Test]
    [Arguments("HEAD", null, "", "A", "")]
    [Arguments("GET", "gzip", "{}", "A", "")]
    [Arguments("GET", "identity", """{"message":"m"}""", "A", "m")]
    public async Task ReadAsync_BodyThatMayNotBeThere_HasTheHeadersCode(string method, string? encoding, string body, string code, string message)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "http://x.test");
        using var answer = new HttpResponseMessage { RequestMessage = request, Content = new StringContent(body) };
        answer.Headers.TryAddWithoutValidation("x-amzn-ErrorType", code);
        if (encoding is not null)
            answer.Content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);

        await Assert.That(await AwsError.ReadAsync(answer, CancellationToken.None)).IsEqualTo(new AwsError(code, message) { IsOfHeader = true });
    }

    [Test]
    public async Task Read_Json_HasTheTextsInTheMessage()
    {
        var error = Read("""{"message":"The request signature ...\n\nThe Canonical String for this request should have been\n'GET\n/\n\nhost:x\n\nhost\nhash'\n\nThe String-to-Sign should have been\n'AWS4-HMAC-SHA256\nthen'\n"}""");

        await Assert.That(error!.CanonicalRequest).IsEqualTo("GET\n/\n\nhost:x\n\nhost\nhash");
        await Assert.That(error.StringToSign).IsEqualTo("AWS4-HMAC-SHA256\nthen");
    }

    [Test]
    [Arguments("")]
    [Arguments("plain text")]
    [Arguments("Error: no")]
    [Arguments("[{\"code\":\"A\"}]")]
    [Arguments("<html><body>no</body></html>")]
    [Arguments("<Error><Code>x")]
    [Arguments("<!DOCTYPE e [<!ENTITY a 'b'>]><Error><Code>&a;</Code></Error>")]
    [Arguments("<Error><Code><b>x</b></Code></Error>")]
    [Arguments("{\"message\":")]
    [Arguments("{\"message\":5}")]
    public async Task Read_WhatIsNoError_GivesNone(string body)
    {
        await Assert.That(Read(body)).IsNull();
    }

    private static AwsError? Read(string body, string? errorType = null) => AwsError.Read(errorType, Encoding.UTF8.GetBytes(body));
}
