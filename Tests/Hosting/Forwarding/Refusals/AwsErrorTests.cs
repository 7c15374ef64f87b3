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
        var error = Read(body, errorType);

        await Assert.That(error).IsEqualTo(new AwsError("InvalidSignatureException", "m"));
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
