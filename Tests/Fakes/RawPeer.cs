using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AwsSigV4Proxy.Tests.Fakes;

/// <summary>
/// An upstream of bare bytes, for what an HTTP library would hide or refuse to do: what exactly stands on the wire,
/// silence, garbage, a cut connection.
/// </summary>
internal sealed class RawUpstream : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    private RawUpstream(TcpListener listener, Func<Stream, CancellationToken, Task> connection)
    {
        _listener = listener;
        _accepting = AcceptAsync(connection);
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Starts it; each connection is handed to <paramref name="connection"/> and closed when that ends.</summary>
    public static RawUpstream Start(Func<Stream, CancellationToken, Task> connection)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new RawUpstream(listener, connection);
    }

    /// <summary>Starts one that answers each request with the same bytes, and keeps the heads it received.</summary>
    public static RawUpstream Answering(string answer, Action<string>? received = null) =>
        Start(async (stream, stop) =>
        {
            while (await ReadHeadAsync(stream, stop) is { } head)
            {
                received?.Invoke(head);
                await stream.WriteAsync(Encoding.Latin1.GetBytes(answer), stop);
            }
        });

    /// <summary>Reads a message's head, its last empty line included, as Latin-1; null when the connection ends first.</summary>
    public static async Task<string?> ReadHeadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, cancellationToken) == 0)
                return null;
            head.Append((char)one[0]);
        }

        return head.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync(Func<Stream, CancellationToken, Task> connection)
    {
        List<Task> open = [];
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                open.Add(HandleAsync(socket, connection));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task HandleAsync(Socket socket, Func<Stream, CancellationToken, Task> connection)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            await connection(stream, _stop.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
        {
            // The other side went away, or the test is over.
        }
    }
}

/// <summary>A caller of bare bytes.</summary>
internal static class RawCaller
{
    /// <summary>Sends bytes over one connection and returns everything that came back until the peer closed it.</summary>
    public static async Task<string> SendAsync(Uri address, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return await reader.ReadToEndAsync();
    }

    /// <summary>Sends bytes over one connection and returns the head of the first answer, without waiting for its end.</summary>
    public static async Task<string?> HeadOfAnswerAsync(Uri address, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(request));
        return await RawUpstream.ReadHeadAsync(client.GetStream(), CancellationToken.None);
    }

    /// <summary>Sends one request without a body, whose connection ends with its answer.</summary>
    public static Task<string> GetAsync(Uri address, string target, string method = "GET", string headers = "") =>
        SendAsync(address, $"{method} {target} HTTP/1.1\r\nHost: {address.Authority}\r\nConnection: close\r\n{headers}\r\n");
}

/// <summary>One connection of a caller of bare bytes, for what must happen in a certain order.</summary>
internal sealed class RawConnection : IAsyncDisposable
{
    private readonly TcpClient _client = new() { NoDelay = true };

    private RawConnection()
    {
    }

    /// <summary>Connects.</summary>
    public static async Task<RawConnection> OpenAsync(Uri address)
    {
        var connection = new RawConnection();
        await connection._client.ConnectAsync(address.Host, address.Port);
        return connection;
    }

    /// <summary>Sends text, one byte a character.</summary>
    public Task WriteAsync(string text) => WriteAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>Sends bytes.</summary>
    public Task WriteAsync(ReadOnlyMemory<byte> bytes) => _client.GetStream().WriteAsync(bytes).AsTask();

    /// <summary>Reads the head of a message; null when the connection ends first.</summary>
    public Task<string?> ReadHeadAsync() => RawUpstream.ReadHeadAsync(_client.GetStream(), CancellationToken.None);

    /// <summary>Reads as many bytes, as text.</summary>
    public async Task<string> ReadAsync(int count)
    {
        var bytes = new byte[count];
        await _client.GetStream().ReadExactlyAsync(bytes);
        return Encoding.Latin1.GetString(bytes);
    }

    /// <summary>Reads to the end of the connection, as text.</summary>
    /// <exception cref="IOException">The peer reset it.</exception>
    public async Task<string> ReadToEndAsync()
    {
        using var reader = new StreamReader(_client.GetStream(), Encoding.Latin1, leaveOpen: true);
        return await reader.ReadToEndAsync();
    }

    /// <summary>Resets the connection.</summary>
    public void Reset()
    {
        _client.LingerState = new LingerOption(true, 0);
        _client.Close();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }
}
