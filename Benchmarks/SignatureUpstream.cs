using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace AwsSigV4Proxy.Benchmarks;

/// <summary>
/// An upstream on loopback that answers each connection's first request: 200 if it carries a signature, 403 if not. No
/// web server, so that its own warming up does not stand in the figures.
/// </summary>
internal sealed class SignatureUpstream : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2? _certificate;
    private Task _serving = Task.CompletedTask;

    private SignatureUpstream(X509Certificate2? certificate) => _certificate = certificate;

    /// <summary>The URL to forward to.</summary>
    public string Address => $"{(_certificate is null ? "http" : "https")}://{_listener.LocalEndpoint}";

    /// <summary>A temporary file with the certificate that callers must trust; empty without TLS.</summary>
    public string CertificateFile { get; private init; } = "";

    /// <summary>Starts an upstream.</summary>
    public static SignatureUpstream Start(bool tls)
    {
        var certificate = tls ? CreateCertificate() : null;
        var file = tls ? Path.GetTempFileName() : "";
        if (certificate is not null)
            File.WriteAllText(file, certificate.ExportCertificatePem());
        var upstream = new SignatureUpstream(certificate) { CertificateFile = file };
        upstream._listener.Start();
        upstream._serving = upstream.ServeAsync();
        return upstream;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _certificate?.Dispose();
        if (CertificateFile.Length > 0)
            File.Delete(CertificateFile);
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
                await AnswerAsync(await _listener.AcceptSocketAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task AnswerAsync(Socket socket)
    {
        try
        {
            await using var connection = await OpenAsync(socket);
            var request = new byte[16 * 1024];
            var length = 0;
            while (!request.AsSpan(0, length).EndsWith("\r\n\r\n"u8))
            {
                var read = await connection.ReadAsync(request.AsMemory(length));
                if (read == 0)
                    return;
                length += read;
            }

            var isSigned = Encoding.Latin1.GetString(request, 0, length)
                .Contains("authorization: AWS4-HMAC-SHA256 Credential=", StringComparison.OrdinalIgnoreCase);
            await connection.WriteAsync(isSigned
                ? "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"u8.ToArray()
                : "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n"u8.ToArray());
            // Its end is the caller's.
            while (await connection.ReadAsync(request) > 0) { }
        }
        catch (IOException)
        {
            // The proxy was ended.
        }
    }

    private async Task<Stream> OpenAsync(Socket socket)
    {
        socket.NoDelay = true;
        var plain = new NetworkStream(socket, ownsSocket: true);
        if (_certificate is null)
            return plain;
        var tls = new SslStream(plain);
        await tls.AuthenticateAsServerAsync(_certificate);
        return tls;
    }

    private static X509Certificate2 CreateCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1));
    }
}
