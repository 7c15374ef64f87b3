using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;

namespace AwsSigV4Proxy.Hosting.Demo;

/// <summary>One request that the demo's upstream received, and why it refused it; null when it did not.</summary>
internal sealed record DemoVisit(ReceivedRequest Request, string? Refusal);

/// <summary>
/// Stands in for AWS on loopback: checks each signature by <see cref="SignatureVerifier"/> and answers 200 or 403 with what
/// it thought of it.
/// </summary>
internal sealed class DemoUpstream : IAsyncDisposable
{
    private readonly WebApplication _app;

    private DemoUpstream(WebApplication app) => _app = app;

    /// <summary>Where it listens.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Starts it on a free port.</summary>
    /// <param name="verifier">Checks the signatures.</param>
    /// <param name="visited">Told of each request before it is answered.</param>
    public static async Task<DemoUpstream> StartAsync(SignatureVerifier verifier, Action<DemoVisit> visited)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.RequestHeaderEncodingSelector = static _ => System.Text.Encoding.Latin1;
        });
        var app = builder.Build();
        app.Run(async context =>
        {
            var request = await ReceivedRequest.ReadAsync(context);
            var refusal = verifier.Refusal(request);
            visited(new DemoVisit(request, refusal));
            context.Response.StatusCode = refusal is null ? StatusCodes.Status200OK : StatusCodes.Status403Forbidden;
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync($"{refusal ?? "signature verified"}\n", context.RequestAborted);
        });
        await app.StartAsync();
        return new DemoUpstream(app)
        {
            Address = new Uri(app.Services.GetRequiredService<IServer>()
                .Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First()),
        };
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
