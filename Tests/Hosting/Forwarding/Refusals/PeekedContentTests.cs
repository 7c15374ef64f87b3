using AwsSigV4Proxy.Hosting.Forwarding.Refusals;
using AwsSigV4Proxy.Tests.Fakes;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding.Refusals;

internal sealed class PeekedContentTests
{
    [Test]
    public async Task Read_ConnectionThatBreaks_GivesWhatCameAndThenTheBreak()
    {
        var wire = new Wire();
        wire.Send("<Error>");
        wire.End(new IOException("cut"));
        using var answer = new HttpResponseMessage { Content = new StreamContent(wire) };

        var peeked = await PeekedContent.ReadAsync(answer, 1000, CancellationToken.None);

        await Assert.That(System.Text.Encoding.ASCII.GetString(peeked.Beginning.Span)).IsEqualTo("<Error>");
        await using var body = await answer.Content.ReadAsStreamAsync();
        var first = new byte[7];
        await body.ReadExactlyAsync(first);
        await Assert.That(System.Text.Encoding.ASCII.GetString(first)).IsEqualTo("<Error>");
        await Assert.That(async () => await body.ReadAsync(first)).Throws<IOException>().WithMessage("cut");
    }

    [Test]
    [Arguments(3)]
    [Arguments(7)]
    [Arguments(1000)]
    public async Task Read_AnyLimit_GivesEveryByteOnce(int limit)
    {
        var wire = new Wire();
        wire.Send("<Error>");
        wire.Send("and more");
        wire.End();
        using var answer = new HttpResponseMessage { Content = new StreamContent(wire) };
        answer.Content.Headers.TryAddWithoutValidation("Content-Type", "application/xml");

        var peeked = await PeekedContent.ReadAsync(answer, limit, CancellationToken.None);

        await Assert.That(peeked.Beginning.Length).IsEqualTo(Math.Min(limit, 15));
        using var whole = new StreamReader(await answer.Content.ReadAsStreamAsync());
        await Assert.That(await whole.ReadToEndAsync()).IsEqualTo("<Error>and more");
        await Assert.That(answer.Content.Headers.ContentType!.ToString()).IsEqualTo("application/xml");
    }

    [Test]
    public async Task Read_CalledOff_Ends()
    {
        using var answer = new HttpResponseMessage { Content = new StreamContent(new Wire()) };
        using var calledOff = new CancellationTokenSource();
        var reading = PeekedContent.ReadAsync(answer, 1000, calledOff.Token);

        await calledOff.CancelAsync();

        await Assert.That(async () => { await reading; }).Throws<OperationCanceledException>();
    }
}
