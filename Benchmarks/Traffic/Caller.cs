using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace AwsSigV4Proxy.Benchmarks.Traffic;

/// <summary>What a caller is asked to do, as the command line says it.</summary>
/// <param name="Body">One of <see cref="Upload.Names"/>, or <c>download</c>.</param>
/// <param name="Address">Where to; http and an IP address, path included.</param>
/// <param name="DataBytes">The data of each request.</param>
/// <param name="AtOnce">How many requests, each over a connection of its own.</param>
/// <param name="ExpectsContinue">Whether to ask before a body is sent.</param>
/// <param name="HeaderLines">Further headers.</param>
internal sealed record CallerOptions(
    string Body, Uri Address, long DataBytes, int AtOnce, bool ExpectsContinue, IReadOnlyList<string> HeaderLines);

/// <summary>
/// Sends or fetches large bodies over plain HTTP/1.1 as cheaply as it can (bare sockets, a blocking thread per request), and
/// holds every answer to what must have arrived.
/// </summary>
internal sealed class Caller
{
    private const string DownloadName = "download";

    private readonly CallerOptions _options;
    private readonly Upload? _upload;

    /// <summary>What came back of a request: an answer, or the failure to get one.</summary>
    private sealed record Outcome(MessageHead? Head, long BodyBytes = 0, string Text = "", string Failure = "");

    private Caller(CallerOptions options, Upload? upload) => (_options, _upload) = (options, upload);

    /// <summary>Runs, and prints <c>SECONDS BYTES-PER-SECOND ARRIVED-AS</c>.</summary>
    /// <returns>The exit status: 1 when a request failed, 2 when the options are wrong.</returns>
    public static int Run(CallerOptions options)
    {
        var upload = Upload.Create(options.Body, options.DataBytes);
        if (upload is null && options.Body != DownloadName)
        {
            Console.Error.WriteLine($"error: no body is called {options.Body}\nhint: {string.Join(", ", [.. Upload.Names, DownloadName])}");
            return 2;
        }

        return new Caller(options, upload).Run();
    }

    private int Run()
    {
        var outcomes = new Outcome[_options.AtOnce];
        var threads = Array.ConvertAll(
            Enumerable.Range(0, outcomes.Length).ToArray(), i => new Thread(() => outcomes[i] = CallOrFail()));
        var clock = Stopwatch.StartNew();
        Array.ForEach(threads, static thread => thread.Start());
        Array.ForEach(threads, static thread => thread.Join());
        var seconds = clock.Elapsed.TotalSeconds;

        // Behind the clock: the first JSON costs as much as tens of megabytes.
        var seen = "";
        foreach (var outcome in outcomes)
        {
            if (!TryCheck(outcome, out seen, out var failure))
            {
                Console.Error.WriteLine($"error: {failure}");
                return 1;
            }
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{seconds:0.000} {_options.DataBytes * _options.AtOnce / seconds:0} {seen}"));
        return 0;
    }

    private Outcome CallOrFail()
    {
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Connect(IPAddress.Parse(_options.Address.Host), _options.Address.Port);
            using var connection = new NetworkStream(socket);
            return Call(connection);
        }
        catch (Exception e) when (e is SocketException or IOException or InvalidDataException or FormatException)
        {
            return new Outcome(null, Failure: e.Message);
        }
    }

    private Outcome Call(NetworkStream connection)
    {
        var reader = new MessageReader(connection);
        connection.Write(WriteHead());
        var head = _options.ExpectsContinue ? reader.ReadHead() : null;
        if (_upload is not null && (head is null || head.Status == 100))
            SendBody(_upload.Body, connection);
        while (head is null or { Status: 100 })
            head = reader.ReadHead() ?? throw new EndOfStreamException("The connection was closed without an answer.");

        if (_upload is null && head.Status == 200)
            return new Outcome(head, reader.ReadBody(head));
        var text = new MemoryStream();
        return new Outcome(head, reader.ReadBody(head, text.Write), Encoding.UTF8.GetString(text.ToArray()));
    }

    private byte[] WriteHead()
    {
        var path = _options.Address.PathAndQuery;
        var request = _upload is null
            ? string.Create(CultureInfo.InvariantCulture, $"GET {path.TrimEnd('/')}/{DownloadName}?bytes={_options.DataBytes} HTTP/1.1")
            : $"PUT {path} HTTP/1.1";
        string[] expect = _options.ExpectsContinue ? ["expect: 100-continue"] : [];
        string[] lines =
            [request, $"host: {_options.Address.Authority}", .. _upload?.HeaderLines ?? [], .. _options.HeaderLines, .. expect, "", ""];
        return Encoding.Latin1.GetBytes(string.Join("\r\n", lines));
    }

    /// <summary>A failure here is told by the answer, which may come before the body's end and close the connection.</summary>
    private static void SendBody(RepeatedBody body, NetworkStream connection)
    {
        try
        {
            body.WriteTo(connection);
        }
        catch (IOException)
        {
            // See the answer.
        }
    }

    /// <param name="outcome">What came back.</param>
    /// <param name="seen">As what the upstream saw the body.</param>
    /// <param name="failure">Why this is no success.</param>
    private bool TryCheck(Outcome outcome, out string seen, out string failure)
    {
        (seen, failure) = ("-", outcome.Failure);
        if (outcome.Head is not { } head)
            return false;

        if (head.Status != 200)
        {
            failure = $"{head.StartLine} {outcome.Text}";
            return false;
        }

        var arrived = outcome.BodyBytes;
        if (_upload is not null)
        {
            var receipt = JsonSerializer.Deserialize<BodyReceipt>(outcome.Text, JsonSerializerOptions.Web)!;
            (arrived, seen) = (receipt.DataBytes, NameOf(receipt.ContentSha256));
        }

        failure = string.Create(CultureInfo.InvariantCulture, $"{arrived} of {_options.DataBytes} bytes arrived");
        return arrived == _options.DataBytes;
    }

    private static string NameOf(string contentSha256) => contentSha256 switch
    {
        "" => "-",
        { Length: 64 } => "hash",
        _ => contentSha256,
    };
}
