using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace AwsSigV4Proxy.Benchmarks.Traffic;

/// <summary>What arrived of a body.</summary>
/// <param name="BodyBytes">The bytes of the HTTP body.</param>
/// <param name="DataBytes">The same, or the data in the chunks of an aws-chunked body.</param>
/// <param name="ContentSha256">What the signature says of it (<c>x-amz-content-sha256</c>); empty where nothing was sent.</param>
internal sealed record BodyReceipt(long BodyBytes, long DataBytes, string ContentSha256);

/// <summary>
/// An upstream on loopback with TLS that takes and gives large bodies as cheaply as it can: bare sockets, a blocking thread
/// per connection, bodies counted and dropped. HTTP/1.1 alone, as S3 speaks it.
///    GET .../download?bytes=N    N bytes, in chunks with <c>&amp;chunked</c>
///    any other                   200 with a <see cref="BodyReceipt"/>
/// What carries no signature gets 403, but below /plain/, which is for the contender that does not sign.
/// </summary>
internal static class BodySink
{
    /// <summary>Serves until the process is ended.</summary>
    public static void Serve(int port, string certificateFile, string keyFile)
    {
        var tls = new SslServerAuthenticationOptions
        {
            ServerCertificateContext =
                SslStreamCertificateContext.Create(X509Certificate2.CreateFromPemFile(certificateFile, keyFile), null, offline: true),
            ApplicationProtocols = [SslApplicationProtocol.Http11],
        };
        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start(backlog: 512);
        while (true)
        {
            var socket = listener.AcceptSocket();
            new Thread(() => Serve(socket, tls)) { IsBackground = true }.Start();
        }
    }

    private static void Serve(Socket socket, SslServerAuthenticationOptions tls)
    {
        try
        {
            socket.NoDelay = true;
            using var connection = new SslStream(new NetworkStream(socket, ownsSocket: true));
            connection.AuthenticateAsServer(tls);
            var reader = new MessageReader(connection);
            while (reader.ReadHead() is { } head && TryAnswer(connection, reader, head)) { }
        }
        catch (Exception e) when (e is IOException or InvalidDataException or FormatException)
        {
            // The caller is told by the cut connection; this is for whoever looks why.
            Console.Error.WriteLine($"{e.GetType().Name}: {e.Message}");
        }
    }

    /// <summary>Answers one request; false when the connection cannot go on.</summary>
    private static bool TryAnswer(SslStream connection, MessageReader reader, MessageHead head)
    {
        var target = head.StartLine.Split(' ')[1];
        if (!head["authorization"].StartsWith("AWS4-HMAC-SHA256 ", StringComparison.Ordinal) && !target.StartsWith("/plain/", StringComparison.Ordinal))
        {
            connection.Write("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"u8);
            return false;
        }

        if (head["expect"] == "100-continue")
            connection.Write("HTTP/1.1 100 Continue\r\n\r\n"u8);
        var receipt = Receive(reader, head);
        if (target.Split("/download?bytes=") is [_, var wanted])
            Download(connection, wanted);
        else
            Acknowledge(connection, receipt);
        return true;
    }

    private static BodyReceipt Receive(MessageReader reader, MessageHead head)
    {
        var contentSha256 = head["x-amz-content-sha256"];
        if (!contentSha256.StartsWith("STREAMING-", StringComparison.Ordinal))
        {
            var bytes = reader.ReadBody(head);
            return new BodyReceipt(bytes, bytes, contentSha256);
        }

        var chunks = new ChunkCounter();
        var framed = reader.ReadBody(head, bytes =>
        {
            if (chunks.Take(bytes) != bytes.Length)
                throw new InvalidDataException("There are bytes behind the end of an aws-chunked body.");
        });
        return chunks.Ended
            ? new BodyReceipt(framed, chunks.DataBytes, contentSha256)
            : throw new InvalidDataException("An aws-chunked body has no end.");
    }

    private static void Acknowledge(SslStream connection, BodyReceipt receipt)
    {
        var json = string.Create(CultureInfo.InvariantCulture,
            $$"""{"bodyBytes":{{receipt.BodyBytes}},"dataBytes":{{receipt.DataBytes}},"contentSha256":"{{receipt.ContentSha256}}"}""");
        connection.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {json.Length}\r\n\r\n{json}")));
    }

    private static void Download(SslStream connection, string wanted)
    {
        var bytes = long.Parse(wanted.Split('&')[0], CultureInfo.InvariantCulture);
        var isChunked = wanted.EndsWith("&chunked", StringComparison.Ordinal);
        connection.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"HTTP/1.1 200 OK\r\n{(isChunked ? "transfer-encoding: chunked" : $"content-length: {bytes}")}\r\n\r\n")));
        (isChunked ? RepeatedBody.HttpChunked(bytes) : RepeatedBody.Plain(bytes)).WriteTo(connection);
    }
}
