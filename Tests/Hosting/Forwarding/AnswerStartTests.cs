using System.Text;
using AwsSigV4Proxy.Hosting.Forwarding;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding;

/// <summary>Where the final answer begins in what the upstream sends, and whether it wants none of the body.</summary>
public class AnswerStartTests
{
    [Test]
    [Arguments("", "HTTP/1.1 400 Bad Request\r\n", true)]
    [Arguments("", "HTTP/1.0 307\r\n", true)]
    [Arguments("", "HTTP/1.1 599 \n", true)]
    [Arguments("", "HTTP/1.1 200 OK\r\n", false)]
    [Arguments("", "HTTP/1.1 101 Switching Protocols\r\n", true)]
    [Arguments("HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 403 Forbidden\r\n", true)]
    [Arguments("HTTP/1.1 100\n\n", "HTTP/1.1 403 Forbidden\r\n", true)]
    [Arguments("HTTP/1.1 103 Early Hints\r\nLink: HTTP/1.1 400\r\nA:\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n", "HTTP/1.1 204 No Content\r\n", false)]
    [Arguments("", "220 mail.example ESMTP\r\n", true)]
    [Arguments("", "\r\n", true)]
    [Arguments("HTTP/1.1 100 Continue\r\n\r\n", "\r\n", true)]
    public async Task FinalLine_IsFound_HoweverItIsCut(string interim, string line, bool isRefusal)
    {
        var bytes = Encoding.Latin1.GetBytes($"{interim}{line}Content-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n");
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var answer = new AnswerStart();
            var inFirst = answer.Find(bytes.AsSpan(..cut));
            var inSecond = answer.Find(bytes.AsSpan(cut..));

            await Assert.That(Math.Max(inFirst, inSecond < 0 ? -1 : cut + inSecond)).IsEqualTo(interim.Length + line.Length);
            await Assert.That(Math.Min(inFirst, inSecond)).IsEqualTo(-1);
            await Assert.That(answer.IsRefusal).IsEqualTo(isRefusal);
        }
    }

    [Test]
    [Arguments("HTTP/1.1 400 Bad Request")]
    [Arguments("HTTP/1.1 100 Continue\r\n\r\n")]
    [Arguments("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n")]
    public async Task FinalLine_ThatHasNotEnded_IsNotFound(string text)
    {
        var answer = new AnswerStart();

        await Assert.That(answer.Find(Encoding.Latin1.GetBytes(text))).IsEqualTo(-1);
        await Assert.That(answer.IsFound).IsFalse();
        await Assert.That(answer.IsRefusal).IsFalse();
    }
}
