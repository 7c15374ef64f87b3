using System.Security.Cryptography;
using System.Text;
using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Tests.Signing;

/// <summary>
/// Each stage of Signature Version 4A on AWS's own examples. Signatures differ each time: AWS's is checked with this project's
/// key, and this project's with AWS's.
/// </summary>
public class SigV4aSignerTests
{
    /// <summary>The public key that the test suite names for its credentials.</summary>
    private const string X = "b6618f6a65740a99e650b33b6b4b5bd0d43b176d721a3edfea7e7d2d56d936b1";

    private const string Y = "865ed22a7eadc9c5cb9d2cbaca1b3699139fedc5043dc6661864218330c8e518";

    [Test]
    [MethodDataSource(typeof(SigV4aExamples), nameof(SigV4aExamples.All))]
    public async Task Explain_PublishedExample_GivesThePublishedTexts(SigV4aExample example)
    {
        foreach (var location in Enum.GetValues<SignatureLocation>())
        {
            var (texts, explanation) = (example.In(location), example.Explain(location));

            await Assert.That(explanation.CanonicalRequest).IsEqualTo(texts.CanonicalRequest.ReplaceLineEndings("\n"));
            await Assert.That(explanation.StringToSign).IsEqualTo(texts.StringToSign.ReplaceLineEndings("\n"));
        }
    }

    [Test]
    [MethodDataSource(typeof(SigV4aExamples), nameof(SigV4aExamples.All))]
    public async Task Derive_CredentialsOfPublishedExample_GiveTheKeyOfItsSignatures(SigV4aExample example)
    {
        using var key = EcdsaSigningKey.Derive(example.Credentials);
        foreach (var location in Enum.GetValues<SignatureLocation>())
        {
            await Assert.That(Verifies(key, example.Explain(location).StringToSign, example.In(location).Signature)).IsTrue();
            await Assert.That(Verifies(key, example.Explain(location).StringToSign + " ", example.In(location).Signature)).IsFalse();
        }
    }

    [Test]
    [MethodDataSource(typeof(SigV4aExamples), nameof(SigV4aExamples.All))]
    public async Task Sign_PublishedExample_IsVerifiedByThePublishedKey(SigV4aExample example)
    {
        using var key = PublicKey.Of(X, Y);
        var inHeader = example.Sign(SignatureLocation.Header);
        var inQuery = example.Sign(SignatureLocation.Query);

        var names = example.InHeader.CanonicalRequest.ReplaceLineEndings("\n").Split('\n')[^2];
        await Assert.That(inHeader.Authorization).StartsWith(
            $"AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20150830/service/aws4_request, SignedHeaders={names}, Signature=30");
        await Assert.That(inHeader.RegionSet).IsEqualTo("us-east-1");
        await Assert.That(inHeader.SecurityToken).IsEqualTo(example.SessionToken);
        await Assert.That(Verifies(key, example.InHeader.StringToSign, inHeader.HeaderSignature.ToString())).IsTrue();

        await Assert.That(inQuery.RegionSet).IsNull();
        await Assert.That(Verifies(key, example.InQuery.StringToSign, inQuery.QueryParameters!.Split("&X-Amz-Signature=")[1])).IsTrue();
    }

    [Test]
    public async Task Sign_SeveralRegions_AreOneHeaderOrParameter()
    {
        var inHeader = Sign(SignatureLocation.Header, "us-east-1,us-west-*");
        var inQuery = Sign(SignatureLocation.Query, "us-east-1,us-west-*");

        await Assert.That(inHeader.RegionSet).IsEqualTo("us-east-1,us-west-*");
        await Assert.That(inQuery.QueryParameters).StartsWith(
            "X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256&X-Amz-Credential=AKID%2F19700101%2Fs3%2Faws4_request&X-Amz-Date=19700101T000000Z"
            + "&X-Amz-Expires=60&X-Amz-Region-Set=us-east-1%2Cus-west-%2A&X-Amz-SignedHeaders=host%3Bx-amz-content-sha256&X-Amz-Signature=30");
    }

    [Test]
    public async Task FromCaller_RegionSetOfTheCaller_BelongsToTheSignatureThatIsReplaced()
    {
        await Assert.That(RequestTarget.FromCaller("/?X-Amz-Region-Set=%2A&a=b").Query).IsEqualTo("a=b");
        await Assert.That(SignedHeader.Replaces("X-Amz-Region-Set")).IsTrue();
    }

    /// <summary>One signer serves all requests: keys taken by one thread are never another's, and replaced ones never used.</summary>
    [Test]
    public async Task Sign_ByManyThreadsWithChangingCredentials_IsAlwaysGood()
    {
        var signer = new SigV4aSigner("s3", "*");
        SigningCredentials[] sets = [new("AKID1", "one"), new("AKID2", "two")];
        var keys = sets.Select(set => EcdsaSigningKey.Derive(set).ExportParameters(includePrivateParameters: false)).ToArray();

        var wrong = 0;
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, worker =>
        {
            var verifiers = keys.Select(ECDsa.Create).ToArray();
            for (var i = 0; i < 500; i++)
            {
                // Long runs of one set, so that others mostly use what one replaces.
                var index = i / 25 % sets.Length;
                var text = signer.Explain("GET", new RequestTarget("/", null), "h", [], PayloadHash.Empty, false, sets[index], DateTimeOffset.UnixEpoch);
                var signed = signer.Sign("GET", new RequestTarget("/", null), "h", [], PayloadHash.Empty, false, sets[index], DateTimeOffset.UnixEpoch);
                if (!Verifies(verifiers[index], text.StringToSign, signed.HeaderSignature.ToString()))
                    Interlocked.Increment(ref wrong);
            }
        });

        await Assert.That(wrong).IsEqualTo(0);
    }

    private static SigningInstructions Sign(SignatureLocation location, string regionSet) =>
        new SigV4aSigner("s3", regionSet, location, TimeSpan.FromMinutes(1)).Sign(
            "GET", new RequestTarget("/", null), "h", [], PayloadHash.Empty, false, new SigningCredentials("AKID", "secret"), DateTimeOffset.UnixEpoch);

    private static bool Verifies(ECDsa key, string stringToSign, string signature) => key.VerifyData(
        Encoding.ASCII.GetBytes(stringToSign.ReplaceLineEndings("\n")), Convert.FromHexString(signature), HashAlgorithmName.SHA256,
        DSASignatureFormat.Rfc3279DerSequence);
}
