using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace AwsSigV4Proxy.Tests.Signing.Chunked;

/// <summary>
/// What holds for every body: it decodes to what it was made of, the pieces in which it arrives do not matter, and a damaged
/// one is refused exactly where the grammar, written once more as regular expressions, refuses it. The seeds are fixed.
/// </summary>
public partial class AwsChunkedReaderPropertyTests
{
    private const int Bodies = 2_000;

    [Test]
    public async Task Body_OfRandomChunks_DecodesToItsDataHoweverItArrives()
    {
        var random = new Random(20130524);
        for (var i = 0; i < Bodies; i++)
        {
            var (body, expected) = Generate(random);

            await Assert.That(await DecodedBody.OfAsync(body)).IsEqualTo(expected);
            await Assert.That(await DecodedBody.OfAsync(body, random)).IsEqualTo(expected);
        }
    }

    [Test]
    public async Task Body_Damaged_IsRefusedWhereTheGrammarDoesHoweverItArrives()
    {
        var random = new Random(20130525);
        var refused = 0;
        for (var i = 0; i < 5 * Bodies; i++)
        {
            var body = Damage(Generate(random).Body, random);
            var decoded = await DecodedBody.OfAsync(body);
            refused += decoded.Failure is null ? 0 : 1;

            await Assert.That(await DecodedBody.OfAsync(body, random)).IsEqualTo(decoded);
            await Assert.That(decoded.Failure is null ? decoded : null).IsEqualTo(ByTheGrammar(body));
        }

        // Damage to data and extensions leaves a body well framed: both verdicts must have been seen often.
        await Assert.That(refused).IsBetween(Bodies, 4 * Bodies);
    }

    [Test]
    public async Task Body_OfRandomBytes_NeverCrashes()
    {
        var random = new Random(20130526);
        for (var i = 0; i < Bodies; i++)
        {
            var body = Text(random, random.Next(300), "0123aF;=:\r\n\r\n\r\nx \u00FF\0");

            await Assert.That(await DecodedBody.OfAsync(body, random)).IsEqualTo(await DecodedBody.OfAsync(body));
        }
    }

    private static (string Body, DecodedBody Decoded) Generate(Random random)
    {
        var (body, data, trailers) = (new StringBuilder(), new StringBuilder(), new StringBuilder());
        for (var chunks = random.Next(4); chunks > 0; chunks--)
        {
            var bytes = random.Next(10) == 0 ? random.Next(1, 10_000) : random.Next(1, 40);
            var chunk = Text(random, bytes, "ab\r\n0\0\u00FF");
            body.Append(Header(random, bytes)).Append(chunk).Append("\r\n");
            data.Append(chunk);
        }

        body.Append(Header(random, 0));
        var ending = random.Next(2) == 0 ? "\r\n" : "\n";
        for (var fields = random.Next(3); fields > 0; fields--)
        {
            var (name, value) = ($"x-amz-checksum-{fields}", Text(random, random.Next(20), "aB3+/="));
            body.Append(name).Append(random.Next(2) == 0 ? ": " : ":").Append(value).Append(ending);
            trailers.Append(CultureInfo.InvariantCulture, $"{name}={value}\n");
        }

        if (trailers.Length > 0 && random.Next(2) == 0)
            body.Append(random.Next(2) == 0 ? "\r\n" : "").Append("x-amz-trailer-signature:00\r\n");
        return (body.Append("\r\n").ToString(), new DecodedBody(data.ToString(), trailers.ToString(), null));
    }

    private static string Header(Random random, int bytes) =>
        new string('0', random.Next(3)) + bytes.ToString(random.Next(2) == 0 ? "x" : "X", CultureInfo.InvariantCulture)
        + (random.Next(2) == 0 ? ";chunk-signature=" + Text(random, 64, "0123456789abcdef") : "") + "\r\n";

    private static string Damage(string body, Random random)
    {
        for (var times = random.Next(1, 4); times > 0 && body.Length > 0; times--)
        {
            var (at, other) = (random.Next(body.Length), random.Next(body.Length));
            var piece = body.AsSpan(Math.Min(at, other), Math.Min(Math.Abs(at - other), 20)).ToString();
            body = random.Next(5) switch
            {
                0 => body[..at],
                1 => body.Remove(at, 1),
                2 => body.Insert(at, piece),
                3 => body.Insert(at, Text(random, 1, "0a;:\r\n \t\0\u00FF")),
                _ => body.Remove(at, 1).Insert(at, Text(random, 1, "0a;:\r\n \t\0\u00FF")),
            };
        }

        return body;
    }

    private static string Text(Random random, int length, string alphabet) => new(random.GetItems<char>(alphabet, length));

    /// <summary>What the body decodes to, all of it at hand; null when it is none.</summary>
    private static DecodedBody? ByTheGrammar(string body)
    {
        var data = new StringBuilder();
        for (var at = 0; HeaderPattern().Match(body, at) is { Success: true } header;)
        {
            at = header.Index + header.Length;
            var bytes = ulong.Parse("0" + header.Groups["size"].Value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            if (bytes == 0)
                return Trailers(body[at..]) is { } trailers ? new DecodedBody(data.ToString(), trailers, null) : null;
            if ((ulong)(body.Length - at) < bytes + 2 || body.Substring(at + (int)bytes, 2) != "\r\n")
                return null;
            data.Append(body, at, (int)bytes);
            at += (int)bytes + 2;
        }

        return null;
    }

    private static string? Trailers(string section)
    {
        var match = TrailersPattern().Match(section);
        if (!match.Success)
            return null;
        var fields = match.Groups["field"].Captures.Select(c => c.Value.Split(':', 2)).ToArray();
        var unsigned = fields.Where(f => !f[0].Equals("x-amz-trailer-signature", StringComparison.OrdinalIgnoreCase)).ToArray();
        if (match.Groups["late"].Success && (unsigned.Length == 0 || unsigned.Length < fields.Length))
            return null;
        return string.Concat(unsigned.Select(f => $"{f[0]}={f[1].Trim(' ', '\t')}\n"));
    }

    [GeneratedRegex("""\G0*(?<size>[0-9a-fA-F]{0,15})(?<=[0-9a-fA-F])(;[ -~]*)?\r\n""")]
    private static partial Regex HeaderPattern();

    [GeneratedRegex("""
        \A((?<field>[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t -~\x80-\xFF]*)\r?\n)*
        \r?\n
        (?<late>(?i:x-amz-trailer-signature):[\t -~\x80-\xFF]*\r?\n\r?\n)?\z
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex TrailersPattern();
}
