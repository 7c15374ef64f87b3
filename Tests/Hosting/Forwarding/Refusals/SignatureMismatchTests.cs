using AwsSigV4Proxy.Hosting.Forwarding.Refusals;
using AwsSigV4Proxy.Signing;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding.Refusals;

internal sealed class SignatureMismatchTests
{
    private const string Canonical = "GET\n/a\nb=c\nhost:x.test\nx-amz-date:then\nx-amz-security-token:SECRET1\n\nhost;x-amz-date;x-amz-security-token\nhash";
    private const string StringToSign = "AWS4-HMAC-SHA256\nthen\nday/eu-west-1/es/aws4_request\nhash";

    [Test]
    [Arguments("GET", "POST", "the method", "GET", "POST", "changed the method")]
    [Arguments("/a", "/A", "the path", "/a", "/A", "check --service")]
    [Arguments("b=c", "c=b", "the query", "b=...", "c=...", "order or the encoding")]
    [Arguments("b=c", "b=%63", "the query", "b=c", "b=%63", "order or the encoding")]
    [Arguments("b=c", "a=SECRET&b=c", "the query", "b=...", "a=...", "order or the encoding")]
    [Arguments("b=c", "b=c&d=SECRET", "the query", "(no such parameter)", "d=...", "order or the encoding")]
    [Arguments("b=c", "", "the query", "b=...", "", "order or the encoding")]
    [Arguments("host:x.test", "host:y.test", "the header host", "host:x.test", "host:y.test", "--sign-host")]
    [Arguments("x-amz-date:then", "x-amz-date:now", "the header x-amz-date", "x-amz-date:then", "x-amz-date:now", "--strip-header")]
    [Arguments("token:SECRET1", "token:SECRET2", "the header x-amz-security-token", "x-amz-security-token:(redacted)", "x-amz-security-token:(redacted)", "session token did not reach AWS")]
    [Arguments("\nhost;x-amz-date;", "\nhost;", "the list of signed headers", "host;x-amz-date;x-amz-security-token", "host;x-amz-security-token", "did not reach AWS")]
    [Arguments("\nhash", "\nother", "the payload hash", "hash", "other", "--payload unsigned")]
    public async Task Find_OneLineDiffers_NamesItAndWhatItUsuallyMeans(
        string old, string changed, string what, string signed, string seen, string meaning)
    {
        var mismatch = SignatureMismatch.Find(
            new SigningExplanation(Canonical, StringToSign), new AwsError("SignatureDoesNotMatch", "", Canonical.Replace(old, changed)));

        await Assert.That(mismatch.What).IsEqualTo($"the canonical request, {what}");
        await Assert.That((mismatch.Signed, mismatch.Seen)).IsEqualTo((signed, seen));
        await Assert.That(mismatch.Meaning).Contains(meaning);
        await Assert.That(mismatch.ToString()).DoesNotContain("SECRET");
    }

    [Test]
    public async Task Find_AHeaderIsMissing_ShowsTheLineThatStandsInItsPlace()
    {
        var mismatch = SignatureMismatch.Find(
            new SigningExplanation(Canonical, StringToSign), new AwsError("SignatureDoesNotMatch", "", Canonical.Replace("x-amz-date:then\n", "")));

        await Assert.That(mismatch.What).IsEqualTo("the canonical request, the header x-amz-date");
        await Assert.That((mismatch.Signed, mismatch.Seen)).IsEqualTo(("x-amz-date:then", "x-amz-security-token:(redacted)"));
    }

    [Test]
    public async Task Find_TheScopeDiffers_NamesServiceAndRegion()
    {
        var mismatch = SignatureMismatch.Find(
            new SigningExplanation(Canonical, StringToSign),
            new AwsError("SignatureDoesNotMatch", "", Canonical, StringToSign.Replace("eu-west-1/es", "us-east-1/aoss")));

        await Assert.That(mismatch.What).IsEqualTo("the string to sign, the credential scope");
        await Assert.That((mismatch.Signed, mismatch.Seen)).IsEqualTo(("day/eu-west-1/es/aws4_request", "day/us-east-1/aoss/aws4_request"));
        await Assert.That(mismatch.Meaning).Contains("--service and --region");
    }

    [Test]
    public async Task Find_NothingDiffers_BlamesTheKey()
    {
        var mismatch = SignatureMismatch.Find(
            new SigningExplanation(Canonical, StringToSign), new AwsError("SignatureDoesNotMatch", "", Canonical.Replace("\n", "\r\n"), StringToSign));

        await Assert.That(mismatch.What).IsEqualTo("nothing");
        await Assert.That(mismatch.Meaning).Contains("secret access key");
    }

    [Test]
    public async Task Find_BeyondAscii_ComparesWhatWasSent()
    {
        // One character a byte here, as it stands in the signer; UTF-8 in AWS's answer.
        var mismatch = SignatureMismatch.Find(
            new SigningExplanation(Canonical.Replace("then", "caf\u00c3\u00a9"), StringToSign),
            new AwsError("SignatureDoesNotMatch", "", Canonical.Replace("then", "caf\u00e9"), StringToSign));

        await Assert.That(mismatch.What).IsEqualTo("nothing");
    }

    [Test]
    public async Task Find_AnswerInOneLine_ShowsNoToken()
    {
        var mismatch = SignatureMismatch.Find(
            new SigningExplanation(Canonical, StringToSign),
            new AwsError("SignatureDoesNotMatch", "", "x-amz-date: x; x-amz-security-token: SECRET/+="));

        await Assert.That(mismatch.ToString()).DoesNotContain("SECRET");
    }

    [Test]
    public async Task Find_EmptyStringToSign_CountsAsNone()
    {
        var mismatch = SignatureMismatch.Find(
            new SigningExplanation(Canonical, StringToSign), new AwsError("SignatureDoesNotMatch", "", Canonical, ""));

        await Assert.That(mismatch.What).IsEqualTo("nothing");
    }

    [Test]
    public async Task Find_LongLines_ShowsThePartWhereTheyDiffer()
    {
        var canonical = Canonical.Replace("/a", "/" + new string('q', 1000) + "/1/" + new string('r', 1000));
        var mismatch = SignatureMismatch.Find(
            new SigningExplanation(canonical, StringToSign), new AwsError("SignatureDoesNotMatch", "", canonical.Replace("/1/", "/2/")));

        await Assert.That(mismatch.Signed.Length).IsLessThan(200);
        await Assert.That(mismatch.Signed).StartsWith("...qqq").And.Contains("/1/").And.EndsWith("...");
        await Assert.That(mismatch.Seen).Contains("/2/");
    }

    [Test]
    public async Task Find_ControlCharacters_DoNotReachTheTerminal()
    {
        var mismatch = SignatureMismatch.Find(
            new SigningExplanation(Canonical, StringToSign), new AwsError("SignatureDoesNotMatch", "", Canonical.Replace("/a", "/\u001b[2J")));

        await Assert.That(mismatch.Seen).IsEqualTo("/\\u{1b}[2J");
    }
}
