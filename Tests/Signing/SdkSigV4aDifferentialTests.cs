using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using Amazon.S3;
using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Tests.Signing;

/// <summary>
/// Signs generated requests with Signature Version 4A, by this project's signer and by AWSSDK.Core's, an implementation by other
/// people. Signatures differ each time, so that each is checked: the SDK's against this project's string to sign, and this
/// project's with the SDK's key.
/// </summary>
public class SdkSigV4aDifferentialTests
{
    private const int RequestsPerService = 300;
    private const string RegionSet = "us-east-1,eu-west-*";

    [Test]
    [Arguments("s3")]
    [Arguments("vpc-lattice-svcs")]
    [Arguments("events")]
    public async Task Sign_GeneratedRequests_AgreesWithTheSdk(string service)
    {
        var random = new Random(20150830);
        for (var i = 0; i < RequestsPerService; i++)
        {
            var request = GeneratedRequest.New(random, service);
            var target = GeneratedRequest.TargetOf(request, random);
            var headers = GeneratedRequest.HeadersToSign(request);
            var (credentials, time) = (NewCredentials(random), NewTime(random));
            if (credentials.SessionToken is not null)
                request.Headers["x-amz-security-token"] = credentials.SessionToken;
            request.AuthenticationRegion = RegionSet;
            var ofSdk = new AWS4aSigner().SignRequest(request, ConfigFor(service), null, ImmutableOf(credentials), time.UtcDateTime);

            // The SDK sends the content hash to every service.
            var (signer, hash) = (new SigV4aSigner(service, RegionSet), PayloadHash.Of(request.Content));
            var signed = signer.Sign(request.HttpMethod, target, request.Endpoint.Authority, headers, hash, sendContentSha256: true, credentials, time);
            var text = signer.Explain(request.HttpMethod, target, request.Endpoint.Authority, headers, hash, sendContentSha256: true, credentials, time);

            await Assert.That(signed.Authorization!.Replace(signed.HeaderSignature.ToString(), "", StringComparison.Ordinal))
                .IsEqualTo(ofSdk.ForAuthorizationHeader.Replace(ofSdk.Signature, "", StringComparison.Ordinal));
            await Assert.That(signed.RegionSet).IsEqualTo(request.Headers["x-amz-region-set"]);
            await Assert.That(Verifies(credentials, text.StringToSign, ofSdk.Signature)).IsTrue()
                .Because($"request {i} was {request.HttpMethod} {target}, its canonical request\n{text.CanonicalRequest}");
            await Assert.That(Verifies(credentials, text.StringToSign, signed.HeaderSignature.ToString())).IsTrue();
        }
    }

    [Test]
    public async Task Sign_GeneratedRequestsInTheQuery_AgreesWithTheSdk()
    {
        var random = new Random(20150831);
        for (var i = 0; i < RequestsPerService; i++)
        {
            var request = GeneratedRequest.New(random, "events");
            var target = GeneratedRequest.TargetOf(request, random);
            var headers = GeneratedRequest.HeadersToSign(request);
            var (credentials, time, expires) = (NewCredentials(random), NewTime(random), TimeSpan.FromSeconds(random.Next(1, 604_801)));
            request.Parameters["X-Amz-Expires"] = expires.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            if (credentials.SessionToken is not null)
                request.Parameters["X-Amz-Security-Token"] = credentials.SessionToken;
            var ofSdk = AWS4aPreSignedUrlSigner.SignRequest(
                request, ConfigFor("events"), null, ImmutableOf(credentials), "events", RegionSet, time.UtcDateTime);

            var signer = new SigV4aSigner("events", RegionSet, SignatureLocation.Query, expires);
            var signed = signer.Sign(request.HttpMethod, target, request.Endpoint.Authority, headers, PayloadHash.Empty, false, credentials, time);
            var text = signer.Explain(request.HttpMethod, target, request.Endpoint.Authority, headers, PayloadHash.Empty, false, credentials, time);

            await Assert.That(Verifies(credentials, text.StringToSign, ofSdk.Signature)).IsTrue()
                .Because($"request {i} was {request.HttpMethod} {target}, its canonical request\n{text.CanonicalRequest}");
            await Assert.That(Verifies(credentials, text.StringToSign, signed.QueryParameters!.Split("&X-Amz-Signature=")[1])).IsTrue();
        }
    }

    private static AmazonS3Config ConfigFor(string service) => new() { AuthenticationRegion = "us-east-1", AuthenticationServiceName = service };

    private static ImmutableCredentials ImmutableOf(SigningCredentials credentials) =>
        new(credentials.AccessKeyId, credentials.SecretAccessKey, credentials.SessionToken);

    private static DateTimeOffset NewTime(Random random) =>
        new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero).AddSeconds(random.Next(86_400));

    /// <summary>Odd ones, such as no service ever gave.</summary>
    private static SigningCredentials NewCredentials(Random random)
    {
        string Text(int length) => new([.. Enumerable.Range(0, length).Select(_ => (char)random.Next('!', '~' + 1))]);
        return new SigningCredentials(Text(20), Text(40), random.Next(2) == 0 ? null : Text(random.Next(1, 300)));
    }

    private static bool Verifies(SigningCredentials credentials, string stringToSign, string signature)
    {
        using var key = AWS4aSigner.ComputeSigningKey(credentials.AccessKeyId, credentials.SecretAccessKey);
        return key.VerifyData(
            Encoding.Latin1.GetBytes(stringToSign), Convert.FromHexString(signature), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }
}
