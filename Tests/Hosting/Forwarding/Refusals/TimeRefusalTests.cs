using AwsSigV4Proxy.Hosting.Forwarding.Refusals;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding.Refusals;

internal sealed class TimeRefusalTests
{
    private static readonly DateTimeOffset SignedAt = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    [Test]
    [Arguments("RequestTimeTooSkewed", "")]
    [Arguments("RequestExpired", "")]
    [Arguments("RequestInTheFuture", "")]
    [Arguments("SignatureDoesNotMatch", "Signature expired: 1 is now earlier than 2")]
    [Arguments("InvalidSignatureException", "Signature not yet current: 1 is still later than 2")]
    [Arguments("AuthFailure", "Signature expired")]
    [Arguments("AccessDenied", "Request has expired")]
    [Arguments("AccessDenied", "Request is not yet valid")]
    [Arguments("AccessDeniedException", "Signature expired")]
    [Arguments("", "Signature expired: 1 is now earlier than 2")]
    [Arguments("", "Signature not yet current: 1 is still later than 2")]
    public async Task TimeOf_ErrorOfTime_IsTheDateOfTheAnswer(string code, string message)
    {
        foreach (var difference in (TimeSpan[])[TimeSpan.FromMinutes(6), TimeSpan.FromHours(-5)])
            await Assert.That(Find(new AwsError(code, message), difference)).IsEqualTo(SignedAt + difference);
    }

    [Test]
    [Arguments("SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided.")]
    [Arguments("ExpiredToken", "The provided token has expired.")]
    [Arguments("ExpiredTokenException", "The security token included in the request is expired")]
    [Arguments("AccessDenied", "Access Denied")]
    [Arguments("ThrottlingException", "Signature expired")]
    [Arguments("", "Your session has expired")]
    public async Task TimeOf_AnyOtherError_IsNone(string code, string message)
    {
        await Assert.That(Find(new AwsError(code, message), TimeSpan.FromHours(1))).IsNull();
    }

    [Test]
    public async Task TimeOf_ClockThatAgrees_IsNone()
    {
        await Assert.That(Find(new AwsError("RequestTimeTooSkewed", ""), TimeSpan.FromSeconds(59))).IsNull();
    }

    [Test]
    [Arguments("HEAD", 6, true)]
    [Arguments("HEAD", -6, true)]
    [Arguments("HEAD", 4, false)]
    [Arguments("GET", 60, false)]
    public async Task TimeOf_AnswerWithoutAWord_IsOfTimeForHeadBeyondTheAllowance(string method, int minutes, bool isOfTime)
    {
        var time = Find(null, TimeSpan.FromMinutes(minutes), method);

        await Assert.That(time is not null).IsEqualTo(isOfTime);
    }

    // The code is in a header; the message that would tell is not there.
    [Test]
    [Arguments("InvalidSignatureException", true)]
    [Arguments("ExpiredTokenException", false)]
    public async Task TimeOf_HeadWithACodeAlone_IsOfTimeWhereTheCodeMayBe(string code, bool isOfTime)
    {
        var time = Find(new AwsError(code, "") { IsOfHeader = true }, TimeSpan.FromHours(1), "HEAD");

        await Assert.That(time is not null).IsEqualTo(isOfTime);
    }

    [Test]
    [Arguments("no date")]
    [Arguments("Sat, 31 Jan 2026 13:00:00")]
    [Arguments("31 Jan 2026 13:00:00 GMT")]
    public async Task TimeOf_DateThatIsNone_IsNone(string date)
    {
        using var answer = new HttpResponseMessage();
        answer.Headers.TryAddWithoutValidation("Date", date);

        await Assert.That(TimeRefusal.TimeOf(answer, new AwsError("RequestTimeTooSkewed", ""), SignedAt)).IsNull();
    }

    private static DateTimeOffset? Find(AwsError? error, TimeSpan difference, string method = "GET")
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "http://x.test");
        using var answer = new HttpResponseMessage { RequestMessage = request };
        answer.Headers.TryAddWithoutValidation("Date", (SignedAt + difference).ToString("R"));
        return TimeRefusal.TimeOf(answer, error, SignedAt);
    }
}
