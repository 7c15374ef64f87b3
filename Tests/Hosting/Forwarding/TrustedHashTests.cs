using System.Diagnostics.Metrics;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using AwsSigV4Proxy.Hosting.Telemetry;
using AwsSigV4Proxy.Tests.Fakes;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding;

/// <summary>Bodies under a hash that the caller sent in <c>x-amz-content-sha256</c>: it is signed, and they pass as they arrive.</summary>
public class TrustedHashTests
{
    [Test]
    [Arguments("s3", false)]
    [Arguments("es", false)]
    [Arguments("aoss", true)]
    public async Task Hash_OfTheBody_IsSignedAndSent(string service, bool upperCase)
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address, service) with { BufferSizeBytes = 1000 });
        var body = RandomNumberGenerator.GetBytes(100_000);
        var hash = Convert.ToHexStringLower(SHA256.HashData(body));

        using var answer = await SendAsync(proxy, body, upperCase ? hash.ToUpperInvariant() : hash);

        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.OK);
        var received = await aws.NextAsync();
        await Assert.That(received.Header("x-amz-content-sha256")).IsEqualTo(hash);
        await Assert.That(received.Body.AsSpan().SequenceEqual(body)).IsTrue();
    }

    [Test]
    public async Task Body_UnderItsHash_LeavesBeforeItHasArrived()
    {
        // The caller sends the second half only after the upstream has the first: a body that is read first would never leave.
        var firstHalf = new TaskCompletionSource();
        await using var upstream = RawUpstream.Start(async (stream, stop) =>
        {
            await RawUpstream.ReadHeadAsync(stream, stop);
            await stream.ReadExactlyAsync(new byte[50_000], stop);
            firstHalf.SetResult();
            await stream.ReadExactlyAsync(new byte[50_000], stop);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), stop);
        });
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(upstream.Address));
        var body = new byte[100_000];
        await using var caller = await RawConnection.OpenAsync(proxy.Address);

        await caller.WriteAsync(
            $"PUT /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\nx-amz-content-sha256: {Convert.ToHexStringLower(SHA256.HashData(body))}\r\n\r\n");
        await caller.WriteAsync(body.AsMemory(..60_000));
        await firstHalf.Task;
        await caller.WriteAsync(body.AsMemory(60_000..));

        await Assert.That(await caller.ReadHeadAsync()).StartsWith("HTTP/1.1 200 ");
    }

    [Test]
    [NotInParallel(nameof(ProxyMetrics.HashMismatches))]
    public async Task Hash_OfAnotherBody_IsSentAllTheSameAndLoggedAndCounted()
    {
        var counted = 0L;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == ProxyMetrics.MeterName && instrument.Name.EndsWith("hash_mismatches", StringComparison.Ordinal))
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref counted, value));
        listener.Start();
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address, "s3"));

        using var answer = await SendAsync(proxy, "damaged"u8.ToArray(), Convert.ToHexStringLower(SHA256.HashData("sent"u8)));

        // The upstream's own words, not the proxy's.
        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.Forbidden);
        await Assert.That(await answer.Content.ReadAsStringAsync()).StartsWith("XAmzContentSHA256Mismatch");
        await Assert.That(answer.Headers.Contains("x-sigv4-proxy-error")).IsFalse();
        await Assert.That(Interlocked.Read(ref counted)).IsEqualTo(1);
    }

    [Test]
    public async Task Hash_OfAnotherBody_WhereTheBodyIsReadFirst_IsRefused()
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address, "s3"));

        using var answer = await SendAsync(proxy, "damaged"u8.ToArray(), new string('a', 64), chunked: true);

        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.BadRequest);
        await Assert.That(await answer.Content.ReadAsStringAsync()).Contains("not the one that x-amz-content-sha256 names");
        await Assert.That(aws.WasVisited).IsFalse();
    }

    private static async Task<HttpResponseMessage> SendAsync(TestProxy proxy, byte[] body, string hash, bool chunked = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/a") { Content = new ByteArrayContent(body) };
        request.Headers.Add("x-amz-content-sha256", hash);
        if (chunked)
        {
            request.Headers.TransferEncodingChunked = true;
            request.Content.Headers.ContentLength = null;
        }

        return await proxy.Client.SendAsync(request);
    }
}
