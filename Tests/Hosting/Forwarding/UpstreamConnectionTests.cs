using System.IO.Pipelines;
using System.Text;
using AwsSigV4Proxy.Hosting.Forwarding;
using AwsSigV4Proxy.Tests.Fakes;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding;

/// <summary>The connection below the client library, step by step: what of a body leaves, and what is read in which order.</summary>
public sealed class UpstreamConnectionTests : IDisposable
{
    private const string Rest = "Content-Length: 0\r\n\r\n";

    /// <summary>Ends what would never end if the code were wrong.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly Wire _wire = new();
    private readonly Pipe _caller = new();

    [Test]
    public async Task BlockedWrite_Refused_EndsAndNothingFollows()
    {
        await using var connection = new UpstreamConnection(_wire);
        using var sending = BodySending.Open(lengthBytes: 8, _caller.Reader);
        await BeginAsync(connection, sending);
        _wire.OnWrite = BlockAsync;

        var write = connection.WriteAsync("1234"u8.ToArray());
        _wire.Send("HTTP/1.1 400 Bad Request\r\n" + Rest);
        await write;
        _wire.OnWrite = null;
        await connection.WriteAsync("5678"u8.ToArray());

        await Assert.That(sending.IsStopped).IsTrue();
        await Assert.That(_wire.Written).IsEqualTo("head");
        await Assert.That(await ReadAsync(connection)).IsEqualTo("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n" + Rest);
    }

    [Test]
    public async Task BlockedWrite_OfTheLastPieceRefused_Ends()
    {
        await using var connection = new UpstreamConnection(_wire);
        using var sending = BodySending.Open(lengthBytes: 4, _caller.Reader);
        await BeginAsync(connection, sending);
        _wire.OnWrite = BlockAsync;

        sending.Give(4, isEnd: false);
        var write = connection.WriteAsync("1234"u8.ToArray());
        _wire.Send("HTTP/1.1 400 Bad Request\r\n" + Rest);
        await write;

        await Assert.That(await ReadAsync(connection)).Contains("Connection: close");
    }

    [Test]
    public async Task BlockedWrite_ConnectionEnds_EndsAndReadsSaySo()
    {
        await using var connection = new UpstreamConnection(_wire);
        using var sending = BodySending.Open(lengthBytes: 8, _caller.Reader);
        await BeginAsync(connection, sending);
        _wire.OnWrite = BlockAsync;

        var write = connection.WriteAsync("1234"u8.ToArray());
        _wire.End();
        await write;

        await Assert.That(await ReadAsync(connection)).IsEqualTo("");
    }

    [Test]
    public async Task BlockedWrite_ConnectionBreaks_EndsAndReadsSayWhy()
    {
        await using var connection = new UpstreamConnection(_wire);
        using var sending = BodySending.Open(lengthBytes: 8, _caller.Reader);
        await BeginAsync(connection, sending);
        _wire.OnWrite = BlockAsync;

        var write = connection.WriteAsync("1234"u8.ToArray());
        _wire.End(new IOException("reset"));
        await write;

        await Assert.That(async () => await ReadAsync(connection)).Throws<IOException>().WithMessage("reset");
    }

    [Test]
    public async Task FailedWrite_AnswerCameBefore_IsReadAndIsTheLast()
    {
        await using var connection = new UpstreamConnection(_wire);
        using var sending = BodySending.Open(lengthBytes: 8, _caller.Reader);
        await BeginAsync(connection, sending);
        _wire.OnWrite = _ => ValueTask.FromException(new IOException("reset"));

        await connection.WriteAsync("1234"u8.ToArray());
        // Even a success: the body did not arrive.
        _wire.Send("HTTP/1.1 200 OK\r\n" + Rest);

        await Assert.That(sending.IsStopped).IsTrue();
        await Assert.That(await ReadAsync(connection)).IsEqualTo("HTTP/1.1 200 OK\r\nConnection: close\r\n" + Rest);
    }

    [Test]
    public async Task InterimAnswer_IsReadWhileTheNextIsWatchedFor()
    {
        await using var connection = new UpstreamConnection(_wire);
        using var sending = BodySending.Open(lengthBytes: 8, _caller.Reader);
        await BeginAsync(connection, sending);

        sending.WaitForCaller();
        await _wire.ReadsBegun.WaitAsync(Limit);
        _wire.Send("HTTP/1.1 100 Continue\r\n\r\n");
        await _wire.ReadsBegun.WaitAsync(Limit);

        await Assert.That(await ReadAsync(connection)).IsEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
        _wire.Send("HTTP/1.1 400 Bad Request\r\n" + Rest);
        await Assert.That(await ReadAsync(connection)).IsEqualTo("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n" + Rest);
    }

    [Test]
    public async Task PendingRead_OfTheLibrary_SeesTheRefusalToo()
    {
        await using var connection = new UpstreamConnection(_wire);
        var ahead = ReadAsync(connection);
        using var sending = BodySending.Open(lengthBytes: null, _caller.Reader);
        await BeginAsync(connection, sending);

        _wire.Send("HTTP/1.1 400 Bad Request\r\n" + Rest);

        await Assert.That(await ahead).IsEqualTo("HTTP/1.1 400 Bad Request\r\n");
        await Assert.That(await ReadAsync(connection)).IsEqualTo("Connection: close\r\n" + Rest);
        await Assert.That(sending.IsStopped).IsTrue();
    }

    [Test]
    public async Task PendingRead_OfNothingButTheWait_IsNoEnd()
    {
        await using var connection = new UpstreamConnection(_wire);
        var wait = connection.ReadAsync(Memory<byte>.Empty);
        using var sending = BodySending.Open(lengthBytes: 8, _caller.Reader);
        await BeginAsync(connection, sending);

        _wire.Send("HTTP/1.1 100 Continue\r\n\r\n");

        await Assert.That(await wait).IsEqualTo(0);
        await Assert.That(sending.IsStopped).IsFalse();
    }

    [Test]
    public async Task WholeBody_Refused_IsAnsweredAsItIs()
    {
        await using var connection = new UpstreamConnection(_wire);
        using var sending = BodySending.Open(lengthBytes: 4, _caller.Reader);
        await BeginAsync(connection, sending);
        sending.WaitForCaller();

        sending.Give(4, isEnd: false);
        await connection.WriteAsync("1234"u8.ToArray());
        _wire.Send("HTTP/1.1 400 Bad Request\r\n" + Rest);

        await Assert.That(await ReadAsync(connection)).IsEqualTo("HTTP/1.1 400 Bad Request\r\n" + Rest);
        await Assert.That(sending.IsStopped).IsFalse();
        await Assert.That(_wire.Written).IsEqualTo("head1234");
    }

    [Test]
    public async Task NextRequest_OnTheSameConnection_IsWrittenAndReadAsItIs()
    {
        await using var connection = new UpstreamConnection(_wire);
        using (var sending = BodySending.Open(lengthBytes: 4, _caller.Reader))
        {
            await BeginAsync(connection, sending);
            sending.WaitForCaller();
            sending.Give(4, isEnd: false);
            await connection.WriteAsync("1234"u8.ToArray());
            _wire.Send("HTTP/1.1 200 OK\r\n" + Rest);
            await ReadAsync(connection);
        }

        using var next = BodySending.Open(lengthBytes: null, _caller.Reader);
        await BeginAsync(connection, next);
        next.WaitForCaller();
        await connection.WriteAsync("5678"u8.ToArray());
        _wire.Send("HTTP/1.1 100 Continue\r\n\r\n");

        await Assert.That(await ReadAsync(connection)).IsEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
        await Assert.That(next.IsStopped).IsFalse();
        await Assert.That(_wire.Written).IsEqualTo("head1234head5678");
    }

    [Test]
    [Arguments(10L, 7)]
    [Arguments(null, 0)]
    public async Task CallersBody_Refused_IsCalledOffAndFilledUp(long? lengthBytes, int missing)
    {
        await using var connection = new UpstreamConnection(_wire);
        using var sending = BodySending.Open(lengthBytes, _caller.Reader);
        await BeginAsync(connection, sending);
        using var deadline = new RequestDeadline(TestProxy.OptionsFor(new Uri("http://localhost")));
        await using var body = new OutgoingBody(new InterruptibleBody(_caller.Reader), sending, deadline);
        await _caller.Writer.WriteAsync("123"u8.ToArray());
        var buffer = "xxxxxxxxxxxx"u8.ToArray();
        await Assert.That(await body.ReadAsync(buffer)).IsEqualTo(3);

        var read = body.ReadAsync(buffer);
        _wire.Send("HTTP/1.1 400 Bad Request\r\n" + Rest);

        await Assert.That(await read.AsTask().WaitAsync(Limit)).IsEqualTo(missing);
        await Assert.That(buffer.AsSpan(0, missing).ContainsAnyExcept((byte)0)).IsFalse();
        await Assert.That(await body.ReadAsync(buffer)).IsEqualTo(0);
        // The server can read the rest away.
        await _caller.Writer.WriteAsync("456"u8.ToArray());
        await Assert.That((await _caller.Reader.ReadAsync()).Buffer.Length).IsEqualTo(3);
    }

    [Test]
    public async Task CallersNextRequest_IsNotDisturbed()
    {
        await using var connection = new UpstreamConnection(_wire);
        using var sending = BodySending.Open(lengthBytes: 8, _caller.Reader);
        await BeginAsync(connection, sending);
        sending.WaitForCaller();

        sending.Dispose();
        _wire.End();

        await Assert.That(await ReadAsync(connection)).IsEqualTo("");
        await Assert.That(_caller.Reader.TryRead(out _)).IsFalse();
    }

    public void Dispose() => _wire.Dispose();

    /// <summary>Writes a head as the client library does, and asks for the body.</summary>
    private static async Task BeginAsync(UpstreamConnection connection, BodySending sending)
    {
        await connection.WriteAsync("head"u8.ToArray());
        sending.Begin();
    }

    private static async ValueTask BlockAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Limit, cancellationToken);
        throw new TimeoutException();
    }

    private static async Task<string> ReadAsync(Stream connection)
    {
        var buffer = new byte[1000];
        return Encoding.Latin1.GetString(buffer, 0, await connection.ReadAsync(buffer).AsTask().WaitAsync(Limit));
    }
}
