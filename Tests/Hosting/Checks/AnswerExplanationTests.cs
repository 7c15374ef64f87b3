using System.Text;
using AwsSigV4Proxy.Hosting.Checks;
using AwsSigV4Proxy.Hosting.Forwarding;
using AwsSigV4Proxy.Hosting.Forwarding.Refusals;
using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Tests.Fakes;

namespace AwsSigV4Proxy.Tests.Hosting.Checks;

/// <summary>What each answer of AWS means, with the services' own words.</summary>
internal sealed class AnswerExplanationTests
{
    private const string Mismatch = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.";

    [Test]
    [Arguments(200, "", "accepted", "the signature was accepted")]
    [Arguments(204, "", "accepted", "the signature was accepted")]
    [Arguments(304, "", "accepted", "the signature was accepted")]
    [Arguments(404, "", "path", "nothing is at this path; it was not refused for its signature")]
    public async Task Explain_AnswerOfARequestThatWasTaken_IsOk(int status, string body, string cause, string meaning)
    {
        var result = Explain(status, body);

        await Assert.That(result.Mark).IsEqualTo(CheckMark.Ok);
        await Assert.That(result.Cause).IsEqualTo(cause);
        await Assert.That(result.Found).IsEqualTo($"GET /x answered {status}: {meaning}");
    }

    [Test]
    public async Task Explain_NothingThere_QuotesTheCode()
    {
        var unknown = Explain(404, """{"__type":"UnknownOperationException"}""");
        var bucket = Explain(404, "<Error><Code>NoSuchBucket</Code><Message>The specified bucket does not exist</Message></Error>", "s3");

        await Assert.That(unknown.Found).StartsWith("GET /x answered 404 UnknownOperationException: nothing is at this path");
        await Assert.That(bucket.Found).IsEqualTo("GET /x answered 404 NoSuchBucket: there is no such bucket; it was not refused for its signature");
        await Assert.That((bucket.Mark, bucket.Next)).IsEqualTo((CheckMark.Warning, "check the bucket in --forward-to"));
    }

    [Test]
    [Arguments(302, "https://login.test/", "a.test", "if it leads to the endpoint, write that in --forward-to; if to a page to log in at, something stands before AWS")]
    [Arguments(308, "https://A.test/x", "a.test", "write https:// in --forward-to: it leads to the same host")]
    [Arguments(308, "https://a.test/y", null, "if it leads to the endpoint, write that in --forward-to; if to a page to log in at, something stands before AWS")]
    [Arguments(301, null, "a.test", "if it leads to the endpoint, write that in --forward-to; if to a page to log in at, something stands before AWS")]
    public async Task Explain_Redirect_IsAWarningThatQuotesWhereItLeads(int status, string? location, string? plainHost, string next)
    {
        var result = AnswerExplanation.Explain(Answer(status, null) with { Location = location, PlainHost = plainHost });

        await Assert.That((result.Mark, result.Cause)).IsEqualTo((CheckMark.Warning, "redirect"));
        await Assert.That(result.Found).IsEqualTo(
            $"GET /x answered {status}, a redirect{(location is null ? "" : $" to \"{location}\"")}: the proxy follows none, and whether the signature is good cannot be told");
        await Assert.That(result.Next).IsEqualTo(next);
    }

    [Test]
    [Arguments(301, "PermanentRedirect", "eu-central-1", null, null, CheckMark.Failed, "give --region eu-central-1, and --forward-to of that region")]
    [Arguments(301, "PermanentRedirect", null, null, "b.s3.eu-central-1.amazonaws.com", CheckMark.Failed, "give --region eu-central-1, and --forward-to of that region (b.s3.eu-central-1.amazonaws.com)")]
    [Arguments(301, "PermanentRedirect", null, "eu-central-1", null, CheckMark.Failed, "give --region eu-central-1, and --forward-to of that region")]
    [Arguments(301, "PermanentRedirect", null, null, null, CheckMark.Failed, "give --region and --forward-to of the region where it is")]
    [Arguments(301, "", "eu-central-1", null, null, CheckMark.Failed, "give --region eu-central-1, and --forward-to of that region")]
    [Arguments(307, "TemporaryRedirect", null, null, "b.s3.eu-central-1.amazonaws.com", CheckMark.Warning, "give --region eu-central-1, and --forward-to of that region (b.s3.eu-central-1.amazonaws.com)")]
    public async Task Explain_RedirectOfS3_NamesTheRegion(
        int status, string code, string? header, string? region, string? endpoint, CheckMark mark, string next)
    {
        var result = AnswerExplanation.Explain(
            Answer(status, new AwsError(code, "m") { Region = region, Endpoint = endpoint }, "s3") with { BucketRegion = header });

        await Assert.That((result.Mark, result.Cause)).IsEqualTo((mark, mark == CheckMark.Failed ? "region" : "redirect"));
        await Assert.That(result.Found).Contains("the region should be ");
        await Assert.That(result.Next).IsEqualTo(next);
    }

    [Test]
    [Arguments("Request blocked", "Request blocked")]
    [Arguments("{\"error\":\"not you\"}\nmore", "{\"error\":\"not you\"}")]
    [Arguments("<!DOCTYPE html>\n<html><head><title>ERROR: blocked &amp; done</title></head></html>", "ERROR: blocked & done")]
    [Arguments("<!DOCTYPE html><html><style>a { }</style>\n<body>no <b>way</b></body></html>", "no  way")]
    public async Task Explain_RefusalForNoKnownReason_QuotesTheBody(string body, string quoted)
    {
        var result = AnswerExplanation.Explain(Answer(403, null) with { Line = QuotedBody.FirstLine(Encoding.UTF8.GetBytes(body)) });

        await Assert.That(result.Found).IsEqualTo($"GET /x answered 403: \"{quoted}\": refused, for a reason that it does not name");
    }

    [Test]
    [Arguments("")]
    [Arguments("\0binary")]
    [Arguments("<html>")]
    public async Task FirstLine_OfWhatIsNoText_IsNone(string body)
    {
        await Assert.That(QuotedBody.FirstLine(Encoding.UTF8.GetBytes(body))).IsNull();
    }

    [Test]
    // clock
    [Arguments(403, "<Error><Code>RequestTimeTooSkewed</Code><Message>The difference is too large.</Message></Error>", "clock", "clock (NTP)")]
    [Arguments(403, "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>Signature expired: 20150830T123600Z is now earlier than 20150830T124100Z</Message></Error></ErrorResponse>", "clock", "clock (NTP)")]
    [Arguments(403, """{"message":"Signature not yet current: 20150830T123600Z","__type":"InvalidSignatureException"}""", "clock", "clock (NTP)")]
    // token
    [Arguments(403, "<ErrorResponse><Error><Code>InvalidClientTokenId</Code><Message>The security token included in the request is invalid.</Message></Error></ErrorResponse>", "token", "renew the credentials")]
    [Arguments(400, """{"__type":"com.amazon.coral.service#UnrecognizedClientException","message":"The security token included in the request is invalid."}""", "token", "renew the credentials")]
    [Arguments(403, """{"message":"The security token included in the request is expired"}""", "token", "renew the credentials")]
    [Arguments(400, "<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>", "token", "renew the credentials")]
    [Arguments(403, "<Error><Code>InvalidAccessKeyId</Code><Message>The AWS Access Key Id you provided does not exist in our records.</Message></Error>", "token", "renew the credentials")]
    // service and region
    [Arguments(403, """{"message":"Credential should be scoped to correct service: 'es'. "}""", "service", "give --service es")]
    [Arguments(403, """{"message":"Credential should be scoped to correct service. "}""", "service", "give --service of the endpoint")]
    [Arguments(403, """{"message":"Credential should be scoped to a valid region, not 'eu-west-1'. "}""", "region", "give --region and --forward-to of the region where it is")]
    [Arguments(403, """{"message":"Credential should be scoped to a valid region. Credential should be scoped to correct service: 'aoss'. "}""", "service", "give --service aoss and --region")]
    [Arguments(400, "<Error><Code>AuthorizationHeaderMalformed</Code><Message>The authorization header is malformed; the region 'eu-west-1' is wrong; expecting 'us-west-2'</Message></Error>", "region", "give --region us-west-2")]
    [Arguments(400, "<Error><Code>AuthorizationHeaderMalformed</Code><Message>The authorization header is malformed; incorrect service \"es\". This endpoint belongs to \"s3\".</Message></Error>", "service", "give --service s3")]
    [Arguments(301, "<Error><Code>PermanentRedirect</Code><Message>The bucket you are attempting to access must be addressed using the specified endpoint.</Message></Error>", "region", "give --region and --forward-to of the region where it is")]
    [Arguments(403, $"<Error><Code>SignatureDoesNotMatch</Code><Message>{Mismatch}</Message><StringToSign>AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/es/aws4_request\nhash</StringToSign></Error>", "region", "give --region us-east-1")]
    [Arguments(403, $"<Error><Code>SignatureDoesNotMatch</Code><Message>{Mismatch}</Message><StringToSign>AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/eu-west-1/s3/aws4_request\nhash</StringToSign></Error>", "service", "give --service s3")]
    // signature
    [Arguments(403, $"<Error><Code>SignatureDoesNotMatch</Code><Message>{Mismatch}</Message></Error>", "signature", "the secret access key")]
    [Arguments(403, $$"""{"message":"{{Mismatch}}"}""", "signature", "the secret access key")]
    [Arguments(403, """{"__type":"MissingAuthenticationTokenException","message":"Missing Authentication Token"}""", "signature", "drops headers")]
    [Arguments(403, """{"Message":"User: anonymous is not authorized to perform: es:ESHttpGet"}""", "signature", "drops headers")]
    // policy
    [Arguments(403, "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>", "policy", "give the identity the permission")]
    [Arguments(403, """{"Message":"User: arn:aws:iam::1:user/a is not authorized to perform: es:ESHttpGet with an explicit deny"}""", "policy", "give the identity the permission")]
    [Arguments(400, """{"__type":"AccessDeniedException","Message":"User: a is not authorized"}""", "policy", "give the identity the permission")]
    [Arguments(403, """{"error":{},"message":"no permissions for [cluster:monitor/main]"}""", "policy", "map an OpenSearch role")]
    [Arguments(403, """{"error":{"root_cause":[],"type":"security_exception","reason":"no permissions for [indices:data/read]"},"status":403}""", "policy", "map an OpenSearch role that may do this to the identity")]
    [Arguments(403, "AccessDeniedException: User: a is not authorized to perform: vpc-lattice-svcs:Invoke", "policy", "give the identity the permission")]
    // others
    [Arguments(403, """{"message":"Forbidden"}""", "refused", "firewall")]
    [Arguments(403, "", "refused", "firewall")]
    [Arguments(500, "", "server", "try again")]
    [Arguments(503, "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>", "server", "try again")]
    public async Task Explain_Refusal_HasItsCauseAndWhatToDo(int status, string body, string cause, string next)
    {
        var result = Explain(status, body);

        await Assert.That(result.Mark).IsEqualTo(CheckMark.Failed);
        await Assert.That(result.Cause).IsEqualTo(cause);
        await Assert.That(result.Found).StartsWith($"GET /x answered {status}");
        await Assert.That(result.Next!).Contains(next);
    }

    [Test]
    [Arguments(400, "<ErrorResponse><Error><Code>MissingAction</Code><Message>no action</Message></Error></ErrorResponse>", "es", "other")]
    [Arguments(405, "", "es", "other")]
    [Arguments(403, """{"__type":"MissingAuthenticationTokenException","message":"Missing Authentication Token"}""", "execute-api", "path")]
    public async Task Explain_AnswerThatDoesNotTell_IsAWarning(int status, string body, string service, string cause)
    {
        var result = Explain(status, body, service);

        await Assert.That(result.Mark).IsEqualTo(CheckMark.Warning);
        await Assert.That(result.Cause).IsEqualTo(cause);
    }

    [Test]
    public async Task Explain_UnsignedRequest_SaysSo()
    {
        var taken = AnswerExplanation.Explain(new SignedAnswer(200, null) { Request = "GET /x" });
        var refused = AnswerExplanation.Explain(new SignedAnswer(403, new AwsError("AccessDenied", "no")) { Request = "GET /x" });

        await Assert.That(taken.Found).IsEqualTo("GET /x answered 200: forwarded unsigned");
        await Assert.That(refused.Found).IsEqualTo("GET /x answered 403 AccessDenied: \"no\": the target refuses unsigned requests");
        await Assert.That(refused.Next).IsEqualTo("leave out --no-sign");
    }

    // The scope of Signature Version 4A names no region, so that none can be wrong.
    [Test]
    public async Task Explain_ScopeWithoutRegion_IsNotComparedWithARegion()
    {
        var result = Explain(
            403, $"<Error><Code>SignatureDoesNotMatch</Code><Message>{Mismatch}</Message><StringToSign>AWS4-ECDSA-P256-SHA256\n20150830T123600Z\n20150830/es/aws4_request\nhash</StringToSign></Error>",
            region: null);

        await Assert.That(result.Cause).IsEqualTo("signature");
    }

    [Test]
    public async Task Explain_CanonicalRequestOfAws_TellsTheFirstDifference()
    {
        const string Seen = "GET\n/x\n\nhost:b\n\nhost\nhash";
        var result = AnswerExplanation.Explain(new SignedAnswer(403, new AwsError("SignatureDoesNotMatch", Mismatch, Seen))
        {
            Request = "GET /x",
            Service = "es",
            Region = "eu-west-1",
            Signed = new SigningExplanation("GET\n/x\n\nhost:a\n\nhost\nhash", ""),
        });

        await Assert.That(result.Found).Contains("first difference: the canonical request, the header host; signed 'host:a', seen 'host:b'");
        await Assert.That(result.Next!).Contains("--sign-host");
    }

    [Test]
    public async Task Explain_AnswerThatEchoesSecrets_ShowsNone()
    {
        var signature = new string('a', 64);
        var echo = $"{TestProxy.Credentials.SecretAccessKey} {TestProxy.Credentials.SessionToken} Signature={signature} \u001b[2J";
        foreach (var error in (AwsError[])
            [new("AccessDenied", echo), new("Odd", echo), new(echo, "not authorized"), new("", $"scoped to correct service: '{echo}'")])
        {
            var result = Explain(403, error);
            var redirect = AnswerExplanation.Explain(Answer(302, null) with { Location = $"https://x.test/?{echo}" });
            var quoted = AnswerExplanation.Explain(Answer(403, null) with { Line = echo });
            var text = string.Concat(((CheckResult[])[result, redirect, quoted]).Select(CheckReport.WriteLine)) + CheckReport.WriteJson([result]);

            await Assert.That(text).DoesNotContain(TestProxy.Credentials.SecretAccessKey);
            await Assert.That(text).DoesNotContain(TestProxy.Credentials.SessionToken!);
            await Assert.That(text).DoesNotContain(signature);
            await Assert.That(text).DoesNotContain("\u001b");
        }
    }

    private static CheckResult Explain(int status, string body, string service = "es", string? region = "eu-west-1") =>
        Explain(status, AwsError.Read(null, Encoding.UTF8.GetBytes(body)), service, region);

    private static CheckResult Explain(int status, AwsError? error, string service = "es", string? region = "eu-west-1") =>
        AnswerExplanation.Explain(Answer(status, error, service, region));

    private static SignedAnswer Answer(int status, AwsError? error, string service = "es", string? region = "eu-west-1") =>
        new(status, error)
        {
            Request = "GET /x",
            Service = service,
            Region = region,
            Secrets = new SecretFilter(TestProxy.Credentials),
        };
}
