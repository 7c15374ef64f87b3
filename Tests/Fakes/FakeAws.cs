using System.Net;
using System.Threading.Channels;
using AwsSigV4Proxy.Hosting.Demo;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace AwsSigV4Proxy.Tests.Fakes;

/// <summary>
/// An upstream that checks every signature with <see cref="SignatureVerifier"/> and <see cref="ChunkVerifier"/>, which share
/// no code with Signing, answers 403 to a bad one, and otherwise what the test says. It keeps what it received.
/// </summary>
internal sealed class FakeAws : IAsyncDisposable
{
    private static readonly ChunkVerifier Chunks = new(TestProxy.Credentials.SecretAccessKey);

    private readonly WebApplication _app;
    private readonly Channel<ReceivedRequest> _received = Channel.CreateUnbounded<ReceivedRequest>();

    private FakeAws(WebApplication app) => _app = app;

    public Uri Address { get; private set; } = null!;

    /// <summary>Starts an upstream.</summary>
    /// <param name="answer">
    /// Answers a verified request, which is given as it was received; 200 without content when left out.
    /// </param>
    /// <param name="listen">Changes its listener (TLS, HTTP/2).</param>
    /// <param name="refuse">Answers a request that was not verified, for the reason given; 403 with the reason when left out.</param>
    /// <param name="time">Its clock, which signatures are checked by and its answers are dated with.</param>
    public static async Task<FakeAws> StartAsync(
        Func<HttpContext, ReceivedRequest, Task>? answer = null, Action<ListenOptions>? listen = null,
        Func<HttpContext, string, Task>? refuse = null, TimeProvider? time = null)
    {
        var clock = time ?? TimeProvider.System;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MaxRequestLineSize = 64 * 1024;
            kestrel.Limits.MaxRequestHeadersTotalSize = 128 * 1024;
            kestrel.RequestHeaderEncodingSelector = static _ => System.Text.Encoding.Latin1;
            kestrel.ResponseHeaderEncodingSelector = static _ => System.Text.Encoding.Latin1;
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, 0, listen ?? (_ => { }));
        });
        var aws = new FakeAws(builder.Build());
        var credentials = TestProxy.Credentials;
        var verifier = new SignatureVerifier(
            credentials.AccessKeyId, credentials.SecretAccessKey, credentials.SessionToken, clock);
        aws._app.Run(async context =>
        {
            var request = await ReceivedRequest.ReadAsync(context);
            aws._received.Writer.TryWrite(request);
            if (time is not null)
                context.Response.Headers.Date = clock.GetUtcNow().ToString("R");
            if ((verifier.Refusal(request) ?? Chunks.Decode(request).Refusal) is { } refusal)
            {
                context.Response.StatusCode = StatusCodes.Status403Forbidden;
                await (refuse?.Invoke(context, refusal) ?? context.Response.WriteAsync(refusal));
            }
            else if (answer is not null)
                await answer(context, request);
        });
        await aws._app.StartAsync();
        aws.Address = new Uri(aws._app.Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return aws;
    }

    /// <summary>The next request it received, waiting for it if need be.</summary>
    public async Task<ReceivedRequest> NextAsync() => await _received.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));

    /// <summary>The plain request that one it verified stands for, when that was sent in chunks; else the same.</summary>
    public static ReceivedRequest Decoded(ReceivedRequest verified) => Chunks.Decode(verified) is { Request: { } plain }
        ? plain
        : throw new ArgumentException("The request was not accepted.", nameof(verified));

    /// <summary>Whether it received anything that was not taken yet.</summary>
    public bool WasVisited => _received.Reader.TryPeek(out _);

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
