using System.Globalization;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using Amazon.S3;
using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Tests.Signing;

/// <summary>
/// Signs generated requests, odd paths, queries and headers included, with this project's signer and with AWSSDK.Core's, an
/// implementation by other people: both must give the same signature.
/// </summary>
public class SdkSignerDifferentialTests
{
    private const int RequestsPerService = 1000;

    [Test]
    [Arguments("s3")]
    [Arguments("es")]
    [Arguments("execute-api")]
    public async Task Sign_GeneratedRequests_AgreesWithTheSdk(string service)
    {
        var random = new Random(20150830);
        for (var i = 0; i < RequestsPerService; i++)
        {
            var request = GeneratedRequest.New(random, service);
            var target = GeneratedRequest.TargetOf(request, random);
            var (expected, time) = SignWithSdk(request, service);
            var actual = SignWithProxy(request, service, target, time);

            await Assert.That(actual).IsEqualTo(expected).Because($"request {i} was {request.HttpMethod} {target}");
        }
    }

    private static (string Authorization, DateTimeOffset Time) SignWithSdk(DefaultRequest request, string service)
    {
        var config = new AmazonS3Config { AuthenticationRegion = "us-east-1", AuthenticationServiceName = service };
        var credentials = WorkedExamples.S3Credentials;
        new AWS4Signer().Sign(request, config, null, new BasicAWSCredentials(credentials.AccessKeyId, credentials.SecretAccessKey));

        var time = DateTimeOffset.ParseExact(
            request.Headers["X-Amz-Date"], RequestSigner.DateTimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        return (request.Headers["Authorization"], time);
    }

    private static string SignWithProxy(DefaultRequest request, string service, RequestTarget target, DateTimeOffset time)
    {
        // The SDK sends the content hash to every service.
        var instructions = new SigV4Signer(new CredentialScope("us-east-1", service)).Sign(
            request.HttpMethod, target, request.Endpoint.Authority, GeneratedRequest.HeadersToSign(request), PayloadHash.Of(request.Content),
            sendContentSha256: true, WorkedExamples.S3Credentials, time);
        return instructions.Authorization!;
    }
}
