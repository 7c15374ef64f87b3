using AwsSigV4Proxy.Hosting.Commands;

namespace AwsSigV4Proxy.Tests.Fakes;

/// <summary>A large body on its way through the proxy, in pieces of which no byte is 0.</summary>
/// <param name="Service">The service that is signed for.</param>
/// <param name="Headers">Lines of the head.</param>
/// <param name="IsTls">Whether the upstream is spoken to over TLS.</param>
/// <param name="IsChunked">Whether its length is not said.</param>
public sealed record Upload(string Service, string Headers, bool IsTls, bool IsChunked = false)
{
    /// <summary>How many pieces it has: more than what fits into the buffers on the way.</summary>
    private const int Pieces = 20;

    private const int PieceBytes = 1_000_000;

    private readonly byte[] _piece = IsChunked ? [.. "f4240\r\n"u8, .. Data(), .. "\r\n"u8] : Data();

    private string Head =>
        $"PUT /a HTTP/1.1\r\nHost: localhost\r\n{(IsChunked ? "Transfer-Encoding: chunked" : $"Content-Length: {Pieces * PieceBytes}")}\r\n{Headers}\r\n";

    /// <summary>
    /// Bodies that stream, over TCP and TLS: S3's large ones, which it is asked for, and those of other services, which get no
    /// such question; with a length and without.
    /// </summary>
    public static IEnumerable<Upload> Streams()
    {
        foreach (var isTls in (bool[])[false, true])
        {
            yield return new("s3", "x-amz-content-sha256: UNSIGNED-PAYLOAD\r\n", isTls);
            yield return new("s3", "", isTls);
            yield return new("es", $"x-amz-content-sha256: {new string('a', 64)}\r\n", isTls);
            yield return new("vpc-lattice-svcs", "", isTls);
            yield return new("vpc-lattice-svcs", "", isTls, IsChunked: true);
        }
    }

    /// <summary>The same, and bodies that are read to their end before they are sent: those can wait for the upstream, too.</summary>
    public static IEnumerable<Upload> StreamsAndSpooled() => Streams().Concat([new("es", "", IsTls: false), new("es", "", IsTls: true)]);

    /// <summary>Options of a proxy that soon fails what is only waited for.</summary>
    internal ProxyOptions OptionsFor(TimedUpstream upstream) => TestProxy.OptionsFor(upstream.Address, Service) with
    {
        VerifySsl = false,
        IdleTimeout = UpstreamCall.Limit,
        RequestTimeout = UpstreamCall.Limit,
    };

    /// <summary>Sends the head and the first piece.</summary>
    internal async Task SendFirstAsync(RawConnection caller)
    {
        await caller.WriteAsync(Head);
        await caller.WriteAsync(_piece);
    }

    /// <summary>Sends what follows the first piece.</summary>
    internal async Task SendRestAsync(RawConnection caller)
    {
        for (var i = 1; i < Pieces; i++)
            await caller.WriteAsync(_piece);
        if (IsChunked)
            await caller.WriteAsync("0\r\n\r\n");
    }

    /// <summary>Sends all of it as fast as it can.</summary>
    internal async Task SendAllAsync(RawConnection caller)
    {
        await SendFirstAsync(caller);
        await SendRestAsync(caller);
    }

    /// <summary>
    /// Lets a caller send the first piece through a proxy, wait for what must happen then, and send the rest, which must be
    /// answered by <see cref="TimedUpstream.Success"/>.
    /// </summary>
    internal async Task SucceedsAsync(TimedUpstream upstream, Task halfway)
    {
        await using var proxy = await TestProxy.StartAsync(OptionsFor(upstream));
        await using var caller = await RawConnection.OpenAsync(proxy.Address);

        await SendFirstAsync(caller);
        await halfway.WaitAsync(UpstreamCall.Limit);
        await SendRestAsync(caller);

        await Assert.That(await caller.ReadHeadAsync()).StartsWith("HTTP/1.1 200 ");
        await Assert.That(await caller.ReadAsync(2)).IsEqualTo("ok");
    }

    private static byte[] Data()
    {
        var data = new byte[PieceBytes];
        Array.Fill(data, (byte)'x');
        return data;
    }
}
