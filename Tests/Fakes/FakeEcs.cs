using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace AwsSigV4Proxy.Tests.Fakes;

/// <summary>
/// The credentials endpoint of a container (ECS, EKS Pod Identity). Demands an <c>Authorization</c> header when
/// <see cref="AuthorizationToken"/> is set.
/// </summary>
internal sealed class FakeEcs : FakeServer
{
    /// <summary>What the <c>Authorization</c> header must say, or null for no such demand.</summary>
    public string? AuthorizationToken { get; set; }

    /// <summary>The access key id that it gives.</summary>
    public string AccessKeyId { get; set; } = "ASIACONTAINER";

    /// <summary>Starts one.</summary>
    public static async Task<FakeEcs> StartAsync()
    {
        var fake = new FakeEcs();
        await fake.ListenAsync();
        return fake;
    }

    /// <inheritdoc/>
    protected override Task AnswerAsync(RecordedRequest request, HttpResponse response)
    {
        if (AuthorizationToken is { } token && request.Headers.GetValueOrDefault("Authorization") != token)
            return WriteAsync(response, 401, "application/json", "{\"message\":\"unauthorized\"}");

        var expiration = DateTimeOffset.UtcNow.AddHours(1).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        return WriteAsync(response, 200, "application/json",
            $$"""
            {"AccessKeyId":"{{AccessKeyId}}","SecretAccessKey":"secret-of-container","Token":"token-of-{{AccessKeyId}}",
             "Expiration":"{{expiration}}","RoleArn":"arn:aws:iam::123456789012:role/task"}
            """);
    }
}
