using System.Text;
using System.Text.Json;
using AwsSigV4Proxy.Hosting.Forwarding;
using AwsSigV4Proxy.Hosting.Telemetry;
using AwsSigV4Proxy.Signing.Keys;
using AwsSigV4Proxy.Tests.Fakes;

namespace AwsSigV4Proxy.Tests.Hosting.Telemetry;

/// <summary>What is logged of an answer that is an error.</summary>
internal sealed class FailedAnswerTests
{
    [Test]
    [Arguments("", "(no body)")]
    [Arguments("{\"message\":\"no\"}", "{\"message\":\"no\"}")]
    [Arguments("<Error>\r\n  <Code>No</Code>\n</Error>\n", "<Error> <Code>No</Code> </Error>")]
    [Arguments("tab\tbidi\u202Eé", "tab\\u{9}bidi\\u{202e}é")]
    [Arguments("escape\u001b[2J", "(text/plain, 10 B)")]
    public async Task ToString_Body_IsOneLineFitForATerminal(string body, string expected)
    {
        await Assert.That(Describe(Encoding.UTF8.GetBytes(body))).IsEqualTo(expected);
    }

    [Test]
    public async Task ToString_NoText_IsNamed()
    {
        await Assert.That(Describe([0xff, 0xfe, 0x41], type: "application/x\u202E")).IsEqualTo("(application/x\\u{202e}, 3 B)");
        await Assert.That(Describe([0xff, 0xfe, 0x41], type: null)).IsEqualTo("(no text, 3 B)");
        await Assert.That(Describe("text"u8.ToArray(), encoding: "gzip")).IsEqualTo("(gzip, 4 B)");
        await Assert.That(Describe("text"u8.ToArray(), encoding: "identity")).IsEqualTo("text");
    }

    [Test]
    public async Task ToString_LongBody_IsCutBetweenWordsAndCharacters()
    {
        var words = string.Concat(Enumerable.Repeat("wörd ", 2000));
        var text = Describe(Encoding.UTF8.GetBytes(words));

        await Assert.That(text).StartsWith("wörd wörd ").And.EndsWith("wörd... (12000 B)");
        await Assert.That(text.Length).IsLessThanOrEqualTo(FailedAnswer.MaxBytes);
    }

    [Test]
    public async Task ToString_Secrets_AreRedactedHoweverTheyAreSpelled()
    {
        var credentials = new SigningCredentials("AKID", "secret/key+with=all", "token/of+the=session");
        var signature = new string('a', 64);
        foreach (var secret in (string[])[credentials.SecretAccessKey, credentials.SessionToken!])
        {
            var spellings = (string[])[secret, Uri.EscapeDataString(secret), JsonEncodedText.Encode(secret).Value, secret.Replace("/", "\\/")];
            foreach (var spelling in spellings)
                await Assert.That(Describe(Encoding.UTF8.GetBytes($"a {spelling} b"), credentials: credentials)).IsEqualTo("a (redacted) b");
        }

        await Assert.That(Describe(Encoding.UTF8.GetBytes($"Signature={signature} x"))).IsEqualTo("Signature=(redacted) x");
        await Assert.That(Describe("authorization:Basic dXNlcjpw\nhost:h"u8.ToArray())).IsEqualTo("authorization:(redacted) host:h");
        await Assert.That(Describe("""{"Authorization": ["Basic \"dXNlcjpw"], "Cookie":"a=b"}"""u8.ToArray()))
            .IsEqualTo("""{"Authorization": ["(redacted)"], "Cookie":"(redacted)"}""");
    }

    [Test]
    public async Task ToString_SecretThatIsCut_ShowsNoPartOfIt()
    {
        var secret = TestProxy.Credentials.SecretAccessKey;
        for (var shown = 1; shown < secret.Length; shown++)
        {
            var body = new string(' ', FailedAnswer.MaxBytes - shown) + secret;
            await Assert.That(Describe(Encoding.UTF8.GetBytes(body))).IsEqualTo($"... ({body.Length} B)");
        }
    }

    private static string Describe(
        byte[] body, string? type = "text/plain", string? encoding = null, SigningCredentials? credentials = null)
    {
        using var content = new ByteArrayContent([]);
        if (type is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        if (encoding is not null)
            content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        var answer = new FailedAnswer(content.Headers, new SecretFilter(credentials ?? TestProxy.Credentials));
        // As it comes: in pieces.
        foreach (var piece in body.Chunk(1000))
            answer.Add(piece);
        return answer.ToString();
    }
}
