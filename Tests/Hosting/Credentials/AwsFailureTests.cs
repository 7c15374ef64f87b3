using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using AwsSigV4Proxy.Hosting.Credentials;

namespace AwsSigV4Proxy.Tests.Hosting.Credentials;

internal sealed class AwsFailureTests
{
    [Test]
    [Arguments("SignatureDoesNotMatch")]
    [Arguments("ValidationError")]
    [Arguments("ExpiredToken")]
    [Arguments("SomethingNew")]
    public async Task Describe_MessageThatMayEchoASecret_IsNotQuoted(string code)
    {
        var answer = new AmazonServiceException("x-amz-security-token:a-secret", ErrorType.Sender, code, "r", HttpStatusCode.Forbidden);

        await Assert.That(AwsFailure.Describe(new AmazonClientException("Error calling AssumeRole", answer)))
            .Contains(code).And.DoesNotContain("a-secret");
    }

    [Test]
    public async Task Describe_AccessDenied_QuotesWhoMayNotDoWhat()
    {
        var answer = new AmazonServiceException(
            "User: arn:aws:iam::1:user/u is not authorized to perform: sts:AssumeRole\nmore", ErrorType.Sender, "AccessDenied", "r", HttpStatusCode.Forbidden);

        await Assert.That(AwsFailure.Describe(answer)).Contains("user/u is not authorized").And.Contains("trust policy").And.DoesNotContain("\n");
    }

    [Test]
    public async Task Describe_ConnectionRefused_SaysSo()
    {
        var exception = new AmazonServiceException("x", new HttpRequestException("x", new SocketException((int)SocketError.ConnectionRefused)));

        await Assert.That(AwsFailure.Describe(exception)).StartsWith("cannot be reached (ConnectionRefused)");
    }

    [Test]
    public async Task Describe_UnknownException_HidesItsMessage() =>
        await Assert.That(AwsFailure.Describe(new NotSupportedException("a-secret"))).Contains("NotSupportedException").And.DoesNotContain("a-secret");

    [Test]
    public async Task Describe_AnswerCutShort_SaysSo()
    {
        var exception = new AmazonServiceException("x", new HttpRequestException("x", new HttpIOException(HttpRequestError.ResponseEnded)));

        await Assert.That(AwsFailure.Describe(exception)).StartsWith("cut its answer short");
    }
}
