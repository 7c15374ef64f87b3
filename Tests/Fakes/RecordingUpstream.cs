using Microsoft.AspNetCore.Http;

namespace AwsSigV4Proxy.Tests.Fakes;

/// <summary>An upstream that answers 200 to everything; what it recorded tells which credentials signed.</summary>
internal sealed class RecordingUpstream : FakeServer
{
    /// <summary>Starts one.</summary>
    public static async Task<RecordingUpstream> StartAsync()
    {
        var fake = new RecordingUpstream();
        await fake.ListenAsync();
        return fake;
    }

    /// <inheritdoc/>
    protected override Task AnswerAsync(RecordedRequest request, HttpResponse response) =>
        WriteAsync(response, 200, "text/plain", "upstream");
}
