using System.Globalization;
using System.Net.Sockets;
using System.Text;
using AwsSigV4Proxy.Tests.Fakes;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding;

/// <summary>
/// Bodies whose fault shows only after much of them has gone upstream. The caller gets a 400, and what the upstream has is never
/// a whole request: its last byte or its last chunk is missing.
/// </summary>
public class BadBodyTests
{
    private const string Hmac = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
    private const string End = "0;chunk-signature=00\r\n\r\n";
    private const int DataBytes = 500_000;

    [Test]
    [Arguments(Hmac, "", "a chunk without CRLF", "does not end with CRLF")]
    [Arguments(Hmac, "", "a size that is none", "is not a hexadecimal number")]
    [Arguments(Hmac, "", "no last chunk", "before its last chunk")]
    [Arguments(Hmac, "", "no empty line", "before the empty line")]
    [Arguments(Hmac, "", "more behind the end", "behind the end")]
    [Arguments(Hmac, "", "a chunk too many", "hold more than the 500000 bytes")]
    [Arguments(Hmac, "", "a chunk too few", "hold fewer than the 500000 bytes")]
    [Arguments(Hmac + "-TRAILER", "x-amz-trailer: x-amz-checksum-crc32\r\n", "nothing wrong but the trailer", "did not come")]
    [Arguments(Hmac + "-TRAILER", "x-amz-trailer: x-amz-checksum-crc32\r\n", "a trailer of another length", "is not a checksum of 8")]
    public async Task ChunkSignedBody_Bad_IsRefusedAndNeverLooksWhole(string literal, string headers, string fault, string sentence)
    {
        foreach (var option in (string[])["auto", "unsigned"])
        {
            await using var upstream = new CountingUpstream();
            await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(upstream.Address, "s3") with
            {
                Payload = AwsSigV4Proxy.Hosting.Commands.NamedValues.Payload.Parse(option),
            });
            var body = Body(fault);

            var answer = await RawCaller.SendAsync(proxy.Address,
                $"PUT /b/k HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {body.Length}\r\nx-amz-content-sha256: {literal}\r\n"
                + $"x-amz-decoded-content-length: {DataBytes}\r\n{headers}\r\n{body}");

            await Assert.That(answer).StartsWith("HTTP/1.1 400 ").And.Contains("\"code\":\"bad_request\"").And.Contains(sentence);
            await upstream.HasNoWholeRequestAsync();
        }
    }

    [Test]
    [Arguments("s3", "x-amz-content-sha256: UNSIGNED-PAYLOAD\r\nContent-Length: 500000\r\n", "")]
    [Arguments("s3", "Content-Length: 500000\r\n", "")]
    [Arguments("es", "x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\r\nContent-Length: 500000\r\n", "")]
    [Arguments("vpc-lattice-svcs", "Transfer-Encoding: chunked\r\n", "fffff\r\n")]
    [Arguments("s3", "x-amz-content-sha256: " + Hmac + "\r\nx-amz-decoded-content-length: 500000\r\nContent-Length: 600000\r\n", "fffff;chunk-signature=00\r\n")]
    public async Task Caller_ThatStopsHalfway_LeavesNoWholeRequestUpstream(string service, string headers, string start)
    {
        await using var upstream = new CountingUpstream();
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(upstream.Address, service) with { BufferSizeBytes = 65_536 });
        using (var caller = new TcpClient())
        {
            await caller.ConnectAsync(proxy.Address.Host, proxy.Address.Port);
            await caller.GetStream().WriteAsync(Encoding.Latin1.GetBytes($"PUT /b/k HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n{start}"));
            await caller.GetStream().WriteAsync(new byte[400_000]);
            await upstream.HasBodyAsync();
        }

        await upstream.HasNoWholeRequestAsync();
    }

    [Test]
    [Arguments("zz\r\n")]
    [Arguments("0\r\nx-checksum: 1\r\n\r\n")]
    public async Task HttpChunks_BadOrWithTrailers_AreRefusedAndNeverLookWhole(string end)
    {
        await using var upstream = new CountingUpstream();
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(upstream.Address, "vpc-lattice-svcs"));
        await using var caller = await RawConnection.OpenAsync(proxy.Address);

        await caller.WriteAsync(
            $"PUT /b/k HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nTrailer: x-checksum\r\n\r\n30d40\r\n{new string('x', 200_000)}\r\n");
        await upstream.HasBodyAsync();
        await caller.WriteAsync(end);

        await Assert.That(await caller.ReadHeadAsync()).StartsWith("HTTP/1.1 400 ").And.Contains("x-sigv4-proxy-error: bad_request");
        await upstream.HasNoWholeRequestAsync();
    }

    private static string Body(string fault)
    {
        var chunks = Enumerable.Repeat(Chunk(100_000), DataBytes / 100_000).ToArray();
        return fault switch
        {
            "a chunk without CRLF" => string.Concat(chunks[1..]) + Chunk(100_000)[..^2] + "xx" + End,
            "a size that is none" => string.Concat(chunks[1..]) + "1x2\r\n" + End,
            "no last chunk" => string.Concat(chunks),
            "no empty line" => string.Concat(chunks) + End[..^2],
            "more behind the end" => string.Concat(chunks) + End + "more",
            "a chunk too many" => string.Concat(chunks) + Chunk(1) + End,
            "a chunk too few" => string.Concat(chunks[1..]) + End,
            "a trailer of another length" => string.Concat(chunks) + End[..^2] + "x-amz-checksum-crc32:AAAA\r\nx-amz-trailer-signature:00\r\n\r\n",
            _ => string.Concat(chunks) + End,
        };
    }

    private static string Chunk(int bytes) =>
        $"{bytes.ToString("x", CultureInfo.InvariantCulture)};chunk-signature=00\r\n{new string('x', bytes)}\r\n";

    /// <summary>An upstream that takes one request of whatever framing and looks whether it is whole when its connection ends.</summary>
    private sealed class CountingUpstream : IAsyncDisposable
    {
        private readonly RawUpstream _upstream;
        private readonly TaskCompletionSource _hasBody = new();
        private readonly TaskCompletionSource<string?> _whole = new();

        public CountingUpstream()
        {
            _upstream = RawUpstream.Start(async (stream, stop) =>
            {
                var (head, body) = ("", new MemoryStream());
                try
                {
                    head = await RawUpstream.ReadHeadAsync(stream, stop) ?? "";
                    if (head.Contains("Expect: 100-continue", StringComparison.Ordinal))
                        await stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), stop);
                    var buffer = new byte[65_536];
                    while (await stream.ReadAsync(buffer, stop) is > 0 and var read)
                    {
                        body.Write(buffer, 0, read);
                        _hasBody.TrySetResult();
                    }
                }
                catch (IOException)
                {
                    // Cut off, as it should be.
                }

                _whole.TrySetResult(IsWhole(head, body) ? head : null);
            });
        }

        public Uri Address => _upstream.Address;

        /// <summary>Waits until some of a body is there.</summary>
        public Task HasBodyAsync() => _hasBody.Task;

        /// <summary>Waits until the connection has ended, and looks at what came over it.</summary>
        public async Task HasNoWholeRequestAsync()
        {
            await Assert.That(await _whole.Task).IsNull();
            await Assert.That(_hasBody.Task.IsCompleted).IsTrue();
        }

        public ValueTask DisposeAsync() => _upstream.DisposeAsync();

        private static bool IsWhole(string head, MemoryStream body)
        {
            var length = head.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase));
            return length is null
                ? Encoding.Latin1.GetString(body.ToArray()).EndsWith("0\r\n\r\n", StringComparison.Ordinal)
                : body.Length >= long.Parse(length[16..], CultureInfo.InvariantCulture);
        }
    }
}
