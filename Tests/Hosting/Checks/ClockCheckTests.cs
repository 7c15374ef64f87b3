using AwsSigV4Proxy.Hosting.Checks;

namespace AwsSigV4Proxy.Tests.Hosting.Checks;

internal sealed class ClockCheckTests
{
    private static readonly DateTimeOffset Now = new(2015, 8, 30, 12, 36, 0, TimeSpan.Zero);

    [Test]
    [Arguments(0, CheckMark.Ok, "this machine's clock is 0 s ahead of the target's")]
    [Arguments(60, CheckMark.Ok, "this machine's clock is 60 s ahead of the target's")]
    [Arguments(-61, CheckMark.Warning, "this machine's clock is 61 s behind the target's")]
    [Arguments(300, CheckMark.Warning, "this machine's clock is 300 s ahead of the target's")]
    [Arguments(-301, CheckMark.Failed, "this machine's clock is 301 s behind the target's: AWS refuses what is signed more than 5 minutes off")]
    public async Task Explain_Offset_IsJudgedByWhatAwsAllows(int seconds, CheckMark mark, string found)
    {
        using var answer = new HttpResponseMessage();
        answer.Headers.Date = Now;

        var result = ClockCheck.Explain(answer, Now.AddSeconds(seconds));

        await Assert.That(result.Mark).IsEqualTo(mark);
        await Assert.That(result.Found).IsEqualTo(found);
        await Assert.That(result.Values["offsetSeconds"]).IsEqualTo($"{seconds}");
    }

    [Test]
    [Arguments(false)]
    [Arguments(true)]
    public async Task Explain_AnswerWithoutItsOwnDate_IsSkipped(bool isFromCache)
    {
        using var answer = new HttpResponseMessage();
        if (isFromCache)
        {
            answer.Headers.Date = Now;
            answer.Headers.Age = TimeSpan.FromSeconds(10);
        }

        await Assert.That(ClockCheck.Explain(answer, Now).Mark).IsEqualTo(CheckMark.Skipped);
    }
}
