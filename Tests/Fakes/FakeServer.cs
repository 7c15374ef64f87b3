using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace AwsSigV4Proxy.Tests.Fakes;

/// <summary>A request as a fake got it.</summary>
/// <param name="Method">The method.</param>
/// <param name="Target">The raw target: path and query as they were sent.</param>
/// <param name="Headers">Header lines by name in any case; several lines of one name are joined by a comma.</param>
/// <param name="Body">The body as text.</param>
internal sealed record RecordedRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, string Body)
{
    /// <summary>The access key id in the <c>Authorization</c> header's credential scope, or null when it is not signed.</summary>
    public string? AccessKeyId => Between("Credential=", "/");

    /// <summary>The region in the credential scope.</summary>
    public string? SigningRegion => Headers.TryGetValue("Authorization", out var value) && value.Contains("Credential=", StringComparison.Ordinal)
        ? value.Split("Credential=")[1].Split('/')[2]
        : null;

    /// <summary>The session token that came along, or null.</summary>
    public string? SecurityToken => Headers.GetValueOrDefault("x-amz-security-token");

    private string? Between(string start, string end)
    {
        if (!Headers.TryGetValue("Authorization", out var value) || value.IndexOf(start, StringComparison.Ordinal) is var at && at < 0)
            return null;
        var rest = value[(at + start.Length)..];
        return rest[..rest.IndexOf(end, StringComparison.Ordinal)];
    }
}

/// <summary>A real HTTP server on a free loopback port that records what it is asked. The base of every fake of AWS.</summary>
internal abstract class FakeServer : IAsyncDisposable
{
    private readonly ConcurrentQueue<RecordedRequest> _requests = new();
    private WebApplication? _app;

    /// <summary>What was asked so far, oldest first.</summary>
    public IReadOnlyList<RecordedRequest> Requests => [.. _requests];

    /// <summary>Tells what a request is answered with instead: a status and a text, or status 0 for no answer at all; null for as ever.</summary>
    public Func<RecordedRequest, (int Status, string Text)?>? Fault { get; set; }

    /// <summary>Where it listens: <c>http://127.0.0.1:PORT</c>.</summary>
    public string Url { get; private set; } = "";

    /// <summary>Starts to listen.</summary>
    protected async Task ListenAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var headers = context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
            var request = new RecordedRequest(context.Request.Method, target, headers, await reader.ReadToEndAsync());
            _requests.Enqueue(request);
            await (Fault?.Invoke(request) is { } fault ? FailAsync(context, fault.Status, fault.Text) : AnswerAsync(request, context.Response));
        });
        await _app.StartAsync();
        Url = _app.Urls.First();
    }

    /// <summary>Answers one request, which is recorded already.</summary>
    protected abstract Task AnswerAsync(RecordedRequest request, HttpResponse response);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
            await _app.DisposeAsync();
    }

    private static async Task FailAsync(HttpContext context, int status, string text)
    {
        if (status == 0)
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
        else
            await WriteAsync(context.Response, status, "application/json", text);
    }

    /// <summary>Writes a text as the answer.</summary>
    protected static Task WriteAsync(HttpResponse response, int status, string contentType, string text)
    {
        response.StatusCode = status;
        response.ContentType = contentType;
        return response.WriteAsync(text);
    }
}
