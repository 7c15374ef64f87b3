using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AwsSigV4Proxy.Tests.Fakes;

/// <summary>A collector of OpenTelemetry, by OTLP over gRPC or over HTTP, that keeps what it is sent.</summary>
internal sealed class FakeCollector : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Path, byte[] Body)> _exports = new();
    private TestServer _server = null!;

    /// <summary>What <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> must say.</summary>
    public string Endpoint => _server.Address.GetLeftPart(UriPartial.Authority);

    /// <summary>Starts one.</summary>
    /// <param name="isGrpc">Whether it speaks gRPC, over HTTP/2 without TLS.</param>
    public static async Task<FakeCollector> StartAsync(bool isGrpc)
    {
        var collector = new FakeCollector();
        collector._server = await TestServer.StartAsync(
            kestrel => kestrel.Listen(IPAddress.Loopback, 0, listener => listener.Protocols = isGrpc ? HttpProtocols.Http2 : HttpProtocols.Http1),
            collector.AnswerAsync);
        return collector;
    }

    /// <summary>Whether an export of that kind (<c>traces</c>, <c>metrics</c>; <c>trace</c> and <c>metrics</c> in gRPC) held these bytes.</summary>
    public bool Has(string kind, ReadOnlySpan<byte> bytes)
    {
        foreach (var (path, body) in _exports)
        {
            if (path.Contains(kind, StringComparison.Ordinal) && body.AsSpan().IndexOf(bytes) >= 0)
                return true;
        }

        return false;
    }

    /// <summary>The same, of ASCII text.</summary>
    public bool Has(string kind, string text) => Has(kind, Encoding.ASCII.GetBytes(text));

    /// <summary>How often something came.</summary>
    public int Count => _exports.Count;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        _exports.Enqueue((context.Request.Path, body.ToArray()));
        if (context.Request.ContentType != "application/grpc")
            return;
        context.Response.ContentType = "application/grpc";
        // An empty message: not compressed, length 0.
        await context.Response.Body.WriteAsync(new byte[5]);
        context.Response.AppendTrailer("grpc-status", "0");
    }
}
