using System.Security.Cryptography;
using System.Text;
using AwsSigV4Proxy.Hosting.Demo;
using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Signing.Keys;
using AwsSigV4Proxy.Tests.Signing;

namespace AwsSigV4Proxy.Tests.Hosting;

/// <summary>
/// The verifier takes what AWS signed with Signature Version 4A and what this project signs, two implementations that share
/// nothing, and refuses what was changed.
/// </summary>
public class SigV4aVerifierTests
{
    private static readonly SigningCredentials Credentials = new("AKIDTEST", "the-secret", "the-token");
    private static readonly SignatureVerifier Verifier = new("AKIDTEST", "the-secret", "the-token", TimeProvider.System);

    [Test]
    [MethodDataSource(typeof(SigV4aExamples), nameof(SigV4aExamples.All))]
    public async Task Verifies_PublishedSignature_HoldsForItsTextAlone(SigV4aExample example)
    {
        var verifier = new EcdsaVerifier("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
        foreach (var (_, stringToSign, signature) in (SigV4aTexts[])[example.InHeader, example.InQuery])
        {
            await Assert.That(verifier.Verifies(stringToSign.ReplaceLineEndings("\n"), signature)).IsTrue();
            await Assert.That(verifier.Verifies(stringToSign.ReplaceLineEndings("\n") + "\n", signature)).IsFalse();
            await Assert.That(verifier.Verifies(stringToSign.ReplaceLineEndings("\n"), signature.ToUpperInvariant())).IsFalse();
        }
    }

    [Test]
    public async Task Verifies_KeyOfASecondCandidate_IsTheSigners()
    {
        var credentials = new SigningCredentials("AKIDEXAMPLE04DE1FAE1", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
        using var key = EcdsaSigningKey.Derive(credentials);
        var signature = key.SignData("text"u8, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

        await Assert.That(new EcdsaVerifier(credentials.AccessKeyId, credentials.SecretAccessKey).Verifies("text", Convert.ToHexStringLower(signature))).IsTrue();
    }

    [Test]
    [Arguments("s3", SignatureLocation.Header)]
    [Arguments("s3", SignatureLocation.Query)]
    [Arguments("vpc-lattice-svcs", SignatureLocation.Header)]
    [Arguments("vpc-lattice-svcs", SignatureLocation.Query)]
    [Arguments("events", SignatureLocation.Header)]
    [Arguments("events", SignatureLocation.Query)]
    [Arguments("iotdevicegateway", SignatureLocation.Query)]
    internal async Task Refusal_GeneratedRequests_IsNone(string service, SignatureLocation location)
    {
        var random = new Random(20150830);
        for (var i = 0; i < 100; i++)
        {
            var request = GeneratedRequest.New(random, service);
            var target = GeneratedRequest.TargetOf(request, random);
            var received = Send(service, location, request.HttpMethod, target, GeneratedRequest.HeadersToSign(request), request.Content);

            await Assert.That(Verifier.Refusal(received)).IsNull();
        }
    }

    [Test]
    [Arguments("nothing", null)]
    [Arguments("method", "SignatureDoesNotMatch")]
    [Arguments("path", "SignatureDoesNotMatch")]
    [Arguments("x-amz-region-set", "SignatureDoesNotMatch")]
    [Arguments("no x-amz-region-set", "IncompleteSignature")]
    [Arguments("signature", "SignatureDoesNotMatch")]
    [Arguments("algorithm", "MissingAuthenticationToken")]
    [Arguments("scope", "MissingAuthenticationToken")]
    public async Task Refusal_OneThingChangedUnderWay_SaysWhat(string changed, string? refusal)
    {
        foreach (var location in Enum.GetValues<SignatureLocation>())
        {
            var request = Send("s3", location, "GET", new RequestTarget("/path", null), [], []);
            var actual = Verifier.Refusal(Change(request, changed));

            if (refusal is null)
                await Assert.That(actual).IsNull();
            else
                await Assert.That(actual).StartsWith(refusal);
        }
    }

    /// <summary>The request as it arrives.</summary>
    private static ReceivedRequest Send(
        string service, SignatureLocation location, string method, RequestTarget target, SignedHeader[] headers, byte[] body)
    {
        var signer = new SigV4aSigner(service, "us-east-1,eu-west-*", location, TimeSpan.FromMinutes(5));
        var signed = signer.Sign(method, target, "h.example", headers, PayloadHash.Of(body), sendContentSha256: false, Credentials, DateTimeOffset.UtcNow);
        var added = new (string Name, string? Value)[]
        {
            ("host", "h.example"), ("authorization", signed.Authorization), ("x-amz-date", signed.Date), ("x-amz-security-token", signed.SecurityToken),
            ("x-amz-region-set", signed.RegionSet), ("x-amz-content-sha256", signed.ContentSha256),
        };
        return new ReceivedRequest(
            method, target.WithParameters(signed.QueryParameters).ToString(),
            [
                .. headers.Select(h => KeyValuePair.Create(h.Name, h.Value)),
                .. added.Where(h => h.Value is not null).Select(h => KeyValuePair.Create(h.Name, h.Value!)),
            ],
            body);
    }

    private static ReceivedRequest Change(ReceivedRequest request, string what) => what switch
    {
        "nothing" => request,
        "method" => request with { Method = "POST" },
        "path" => request with { RawTarget = "/Path" + request.RawTarget[5..] },
        "x-amz-region-set" => Replace(request, "eu-west-", "eu-wes-"),
        "no x-amz-region-set" => Replace(request, "X-Amz-Region-Set=", "X-Amz-Regions=") with
        {
            Headers = [.. request.Headers.Where(h => h.Key != "x-amz-region-set")],
        },
        "signature" => Replace(request, "Signature=304", "Signature=314"),
        "algorithm" => Replace(request, "AWS4-ECDSA-P256-SHA256", "AWS4-HMAC-SHA256"),
        "scope" => Replace(Replace(request, "/s3/", "/us-east-1/s3/"), "%2Fs3%2F", "%2Fus-east-1%2Fs3%2F"),
        _ => throw new ArgumentException(what, nameof(what)),
    };

    /// <summary>Changes it wherever it stands, in the target and in the headers.</summary>
    private static ReceivedRequest Replace(ReceivedRequest request, string from, string to) => request with
    {
        RawTarget = request.RawTarget.Replace(from, to, StringComparison.Ordinal),
        Headers = [.. request.Headers.Select(h => KeyValuePair.Create(h.Key, h.Value.Replace(from, to, StringComparison.Ordinal)))],
    };
}
