using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using AwsSigV4Proxy.Hosting.Demo;
using AwsSigV4Proxy.Tests.Fakes;
using Microsoft.AspNetCore.Http;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding;

/// <summary>.NET's HttpClient with its default settings as the caller: a program that knows nothing of AWS.</summary>
public class HttpClientCallerTests
{
    [Test]
    public async Task Get_GivesTheAnswer()
    {
        await using var run = await Run.StartAsync((context, _) => context.Response.WriteAsync("hello"));

        await Assert.That(await run.Client.GetStringAsync("/a b/caf\u00E9?q=x y&z")).IsEqualTo("hello");

        await Assert.That((await run.Aws.NextAsync()).RawTarget).IsEqualTo("/a%20b/caf%C3%A9?q=x%20y&z");
    }

    [Test]
    public async Task Post_Json_ArrivesWithItsType()
    {
        await using var run = await Run.StartAsync();

        using var answer = await run.Client.PostAsJsonAsync("/_search", new { Query = "caf\u00E9" });

        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.OK);
        var request = await run.Aws.NextAsync();
        await Assert.That(Encoding.UTF8.GetString(request.Body)).IsEqualTo("{\"query\":\"caf\\u00E9\"}");
        await Assert.That(request.Header("content-type")).IsEqualTo("application/json; charset=utf-8");
    }

    [Test]
    public async Task Put_OfUnknownLength_ArrivesWithALength()
    {
        await using var run = await Run.StartAsync();
        var body = new byte[500_000];
        new Random(1).NextBytes(body);
        using var request = new HttpRequestMessage(HttpMethod.Put, "/a") { Content = new StreamContent(new MemoryStream(body)) };
        request.Headers.TransferEncodingChunked = true;

        using var answer = await run.Client.SendAsync(request);

        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.OK);
        var received = await run.Aws.NextAsync();
        await Assert.That(received.Body.AsSpan().SequenceEqual(body)).IsTrue();
        await Assert.That(received.Header("content-length")).IsEqualTo("500000");
    }

    [Test]
    public async Task Head_GivesTheHeadersAndNoBody()
    {
        await using var run = await Run.StartAsync((context, _) =>
        {
            context.Response.ContentLength = 12_345;
            context.Response.Headers.ETag = "\"x\"";
            return Task.CompletedTask;
        });

        using var answer = await run.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/a"));

        await Assert.That(answer.Content.Headers.ContentLength).IsEqualTo(12_345);
        await Assert.That(answer.Headers.ETag!.Tag).IsEqualTo("\"x\"");
        await Assert.That((await answer.Content.ReadAsByteArrayAsync()).Length).IsEqualTo(0);
    }

    [Test]
    public async Task Get_GzipAnswer_IsUnpackedByTheCallerAlone()
    {
        await using var run = await Run.StartAsync(async (context, request) =>
        {
            await Assert.That(request.Header("accept-encoding")).Contains("gzip");
            context.Response.Headers.ContentEncoding = "gzip";
            await using var gzip = new GZipStream(context.Response.Body, CompressionLevel.Fastest);
            await gzip.WriteAsync("hello"u8.ToArray());
        });

        await Assert.That(await run.Client.GetStringAsync("/")).IsEqualTo("hello");
    }

    [Test]
    public async Task Caller_UpstreamKnowsAnotherSecret_GetsItsRefusal()
    {
        // Guards the tests of this file: signatures are really checked.
        await using var run = await Run.StartAsync(wrongSecret: true);

        using var answer = await run.Client.GetAsync("/");

        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.Forbidden);
    }

    /// <summary>A client, the proxy it talks to, and the upstream behind that.</summary>
    private sealed class Run : IAsyncDisposable
    {
        private readonly TestProxy _proxy;

        private Run(FakeAws aws, TestProxy proxy) => (Aws, _proxy, Client.BaseAddress) = (aws, proxy, proxy.Address);

        public FakeAws Aws { get; }

        public HttpClient Client { get; } = new(new HttpClientHandler { AutomaticDecompression = DecompressionMethods.All });

        public static async Task<Run> StartAsync(
            Func<HttpContext, ReceivedRequest, Task>? answer = null, bool wrongSecret = false)
        {
            var aws = await FakeAws.StartAsync(answer);
            return new Run(aws, await TestProxy.StartAsync(
                TestProxy.OptionsFor(aws.Address),
                _ => ValueTask.FromResult(wrongSecret ? TestProxy.WrongCredentials : TestProxy.Credentials)));
        }

        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            await _proxy.DisposeAsync();
            await Aws.DisposeAsync();
        }
    }
}
