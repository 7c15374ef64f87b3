using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace AwsSigV4Proxy.Tests.Fakes;

/// <summary>
/// An upstream, over TCP or TLS, whose answers come exactly when a test says, whatever has arrived of the request. It keeps
/// its connections, with all that came on each.
/// </summary>
internal sealed class TimedUpstream : IAsyncDisposable
{
    /// <summary>A refusal that lets the connection live.</summary>
    public const string Refusal = "HTTP/1.1 400 Bad Request\r\nContent-Length: 9\r\n\r\nBadDigest";

    /// <summary>A refusal that ends the connection.</summary>
    public const string LastRefusal = "HTTP/1.1 400 Bad Request\r\nContent-Length: 9\r\nConnection: close\r\n\r\nBadDigest";

    /// <summary>An answer of success.</summary>
    public const string Success = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private readonly List<UpstreamCall> _calls = [];
    private readonly TestCertificates? _certificates;
    private readonly X509Certificate2? _certificate;
    private readonly RawUpstream _raw;

    private TimedUpstream(bool isTls, Func<UpstreamCall, Task> serve)
    {
        if (isTls)
        {
            _certificates = new TestCertificates();
            _certificate = TestCertificates.ForServer(_certificates.Issue());
        }

        _raw = RawUpstream.Start(async (stream, stop) =>
        {
            await using var tls = isTls ? new SslStream(stream, leaveInnerStreamOpen: true) : null;
            if (tls is not null)
                await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, stop);
            var call = new UpstreamCall(tls ?? stream, ((NetworkStream)stream).Socket, stop);
            lock (_calls)
                _calls.Add(call);
            await serve(call);
        });
    }

    public Uri Address => new($"{(_certificate is null ? "http" : "https")}://127.0.0.1:{_raw.Address.Port}");

    /// <summary>The connections so far, in the order they came.</summary>
    public IReadOnlyList<UpstreamCall> Calls
    {
        get
        {
            lock (_calls)
                return [.. _calls];
        }
    }

    /// <summary>Starts it; each connection is handed to <paramref name="serve"/> and closed when that ends.</summary>
    public static TimedUpstream Start(bool isTls, Func<UpstreamCall, Task> serve) => new(isTls, serve);

    public async ValueTask DisposeAsync()
    {
        await _raw.DisposeAsync();
        _certificate?.Dispose();
        _certificates?.Dispose();
    }
}

/// <summary>One connection of <see cref="TimedUpstream"/>.</summary>
internal sealed class UpstreamCall(Stream stream, Socket socket, CancellationToken stop)
{
    /// <summary>Ends what would never end if the proxy were wrong.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly TaskCompletionSource _ended = new();
    private readonly List<byte> _body = [];

    /// <summary>The head of the last request.</summary>
    public string Head { get; private set; } = "";

    /// <summary>Done when <see cref="ReadToEndAsync"/> is.</summary>
    public Task Ended => _ended.Task.WaitAsync(Limit);

    /// <summary>What came behind the head.</summary>
    public byte[] Body => [.. _body];

    /// <summary>Whether the last request came to its end.</summary>
    public bool IsComplete
    {
        get
        {
            var length = Head.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase));
            return length is null
                ? CollectionsMarshal.AsSpan(_body).EndsWith("0\r\n\r\n"u8)
                : _body.Count >= long.Parse(length[16..], CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Reads a request's head.</summary>
    /// <param name="goesOn">Whether a body that is only offered is asked for.</param>
    /// <returns>Whether one came.</returns>
    public async Task<bool> ReadHeadAsync(bool goesOn = true)
    {
        _body.Clear();
        if (await RawUpstream.ReadHeadAsync(stream, stop) is not { } head)
            return false;
        Head = head;
        if (goesOn && head.Contains("Expect: 100-continue", StringComparison.OrdinalIgnoreCase))
            await AnswerAsync("HTTP/1.1 100 Continue\r\n\r\n");
        return true;
    }

    /// <summary>Reads as much of the body, in bytes on the wire.</summary>
    public async Task ReadBodyAsync(int bytes)
    {
        var read = new byte[bytes];
        await stream.ReadExactlyAsync(read, stop);
        _body.AddRange(read);
    }

    /// <summary>Reads to the end of the request.</summary>
    public async Task ReadRestAsync()
    {
        while (!IsComplete)
        {
            if (!await TryReadSomeAsync())
                throw new EndOfStreamException();
        }
    }

    /// <summary>Reads to the end of the connection.</summary>
    public async Task ReadToEndAsync()
    {
        try
        {
            while (await TryReadSomeAsync())
            {
            }
        }
        catch (IOException)
        {
            // Cut, in the middle of a TLS record perhaps: an end as well.
        }

        _ended.SetResult();
    }

    /// <summary>Waits for what the test does; in vain when the test is over.</summary>
    public Task WaitAsync(Task task) => task.WaitAsync(stop);

    /// <summary>Sends text, one byte a character.</summary>
    public Task AnswerAsync(string text) => stream.WriteAsync(Encoding.Latin1.GetBytes(text), stop).AsTask();

    /// <summary>Ends the upstream's half of the connection.</summary>
    public void EndSending() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>Resets the connection.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }

    private async Task<bool> TryReadSomeAsync()
    {
        var buffer = new byte[64 * 1024];
        var read = await stream.ReadAsync(buffer, stop);
        _body.AddRange(buffer.AsSpan(0, read));
        return read > 0;
    }
}
