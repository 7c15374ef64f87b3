using System.Globalization;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Tests.Signing;

/// <summary>
/// Signs generated requests in the query with this project's signer and with AWSSDK.Core's, an implementation by other people:
/// both must give the same parameters.
/// </summary>
public class SdkPresignDifferentialTests
{
    private const int RequestsPerService = 1000;

    [Test]
    [Arguments("es")]
    [Arguments("transcribe")]
    [Arguments("iotdevicegateway")]
    [Arguments("s3")]
    public async Task Sign_GeneratedRequestsInTheQuery_AgreesWithTheSdk(string service)
    {
        var random = new Random(20150830);
        for (var i = 0; i < RequestsPerService; i++)
        {
            var request = GeneratedRequest.New(random, service);
            var target = GeneratedRequest.TargetOf(request, random);
            var credentials = NewCredentials(random);
            var time = new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero).AddSeconds(random.Next(86_400));
            var expires = TimeSpan.FromSeconds(random.Next(1, 604_801));

            var instructions = new SigV4Signer(new CredentialScope("us-east-1", service), SignatureLocation.Query, expires).Sign(
                request.HttpMethod, target, request.Endpoint.Authority, GeneratedRequest.HeadersToSign(request),
                service == "s3" ? PayloadHash.Unsigned : PayloadHash.Empty, sendContentSha256: false, credentials, time);

            await Assert.That(Uri.UnescapeDataString(instructions.QueryParameters!))
                .IsEqualTo(SignWithSdk(request, service, credentials, time, expires))
                .Because($"request {i} was {request.HttpMethod} {target}");
        }
    }

    /// <summary>Odd ones, such as no service ever gave.</summary>
    private static SigningCredentials NewCredentials(Random random)
    {
        string Text(int length) => new([.. Enumerable.Range(0, length).Select(_ => (char)random.Next('!', '~' + 1))]);
        return new SigningCredentials(Text(20), Text(40), random.Next(2) == 0 ? null : Text(random.Next(1, 300)));
    }

    /// <summary>The parameters, decoded. The SDK signs expiry and token as parameters of the request's own.</summary>
    private static string SignWithSdk(DefaultRequest request, string service, SigningCredentials credentials, DateTimeOffset time, TimeSpan expires)
    {
        var seconds = expires.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        var token = credentials.SessionToken is { } text ? $"&X-Amz-Security-Token={text}" : "";
        var isSigned = service != "iotdevicegateway";
        request.Parameters["X-Amz-Expires"] = seconds;
        if (isSigned && credentials.SessionToken is not null)
            request.Parameters["X-Amz-Security-Token"] = credentials.SessionToken;

        var signed = service == "s3"
            ? S3Signer.Sign(request, credentials, time.UtcDateTime)
            : AWS4PreSignedUrlSigner.SignRequest(
                request, null, null, credentials.AccessKeyId, credentials.SecretAccessKey, service, "us-east-1", time.UtcDateTime);
        return $"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={credentials.AccessKeyId}/{signed.Scope}&X-Amz-Date={signed.ISO8601DateTime}"
            + $"&X-Amz-Expires={seconds}{(isSigned ? token : "")}&X-Amz-SignedHeaders={signed.SignedHeaders}&X-Amz-Signature={signed.Signature}"
            + (isSigned ? "" : token);
    }

    /// <summary>The SDK's steps with a header that it leaves out: <c>x-amz-content-sha256</c>.</summary>
    private sealed class S3Signer : AWS4Signer
    {
        public static AWS4SigningResult Sign(DefaultRequest request, SigningCredentials credentials, DateTime time)
        {
            InitializeHeaders(request.Headers, request.Endpoint, time);
            request.Headers.Remove("x-amz-date");
            request.Headers["x-amz-content-sha256"] = UnsignedPayload;
            var headers = SortAndPruneHeaders(request.Headers);
            var names = CanonicalizeHeaderNames(headers);

            var parameters = GetParametersToCanonicalize(request);
            parameters.AddRange(
            [
                new("X-Amz-Algorithm", AWS4AlgorithmTag),
                new("X-Amz-Credential", $"{credentials.AccessKeyId}/{FormatDateTime(time, "yyyyMMdd")}/us-east-1/s3/{Terminator}"),
                new("X-Amz-Date", FormatDateTime(time, RequestSigner.DateTimeFormat)),
                new("X-Amz-SignedHeaders", names),
            ]);
            var canonicalRequest = CanonicalizeRequest(
                request.Endpoint, request.ResourcePath, request.HttpMethod, headers, CanonicalizeQueryParameters(parameters),
                UnsignedPayload, request.PathResources, doubleEncode: false);
            return ComputeSignature(credentials.AccessKeyId, credentials.SecretAccessKey, "us-east-1", time, "s3", names, canonicalRequest);
        }
    }
}
