using System.IO.Pipelines;
using AwsSigV4Proxy.Hosting.Forwarding;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding;

/// <summary>When a body is stopped, step by step, where sockets would need luck.</summary>
public class BodySendingTests
{
    [Test]
    public async Task Refusal_BetweenTheLastPieceAndItsWrite_StopsAWriteThatBlocks()
    {
        using var connection = new UpstreamReader(Stream.Null);
        using var sending = BodySending.Open(10, new Pipe().Reader);
        sending.SendOn(connection);
        sending.Begin();

        sending.Give(10, isEnd: false);
        await Assert.That(sending.End(connection)).IsFalse();
        await Assert.That(sending.IsStopped).IsFalse();
        sending.WaitForUpstream(true);

        await Assert.That(sending.IsStopped).IsTrue();
    }

    [Test]
    public async Task Refusal_AfterAllWasWritten_StopsNothing()
    {
        using var connection = new UpstreamReader(Stream.Null);
        using var sending = BodySending.Open(10, new Pipe().Reader);
        sending.SendOn(connection);
        sending.Begin();
        sending.Give(10, isEnd: true);

        await Assert.That(sending.End(connection)).IsFalse();
        sending.WaitForUpstream(false);

        await Assert.That(sending.IsStopped).IsFalse();
    }
}
