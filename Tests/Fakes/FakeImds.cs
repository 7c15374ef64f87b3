using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace AwsSigV4Proxy.Tests.Fakes;

/// <summary>
/// The EC2 instance metadata service, version 2: gives a token to a PUT, answers nothing without it (401, as an instance does
/// that has version 1 switched off).
/// </summary>
internal sealed class FakeImds : FakeServer
{
    private const string Token = "imds-token";

    /// <summary>The instance's role, or null for none (404).</summary>
    public string? Role { get; set; } = "instance-role";

    /// <summary>The access key id that it gives.</summary>
    public string AccessKeyId { get; set; } = "ASIAINSTANCE";

    /// <summary>The instance's region.</summary>
    public string Region { get; set; } = "ap-southeast-2";

    /// <summary>The status of the answer to the PUT; 403 stands for metadata that is switched off.</summary>
    public int TokenStatus { get; set; } = 200;

    /// <summary>Starts one.</summary>
    public static async Task<FakeImds> StartAsync()
    {
        var fake = new FakeImds();
        await fake.ListenAsync();
        return fake;
    }

    /// <inheritdoc/>
    protected override Task AnswerAsync(RecordedRequest request, HttpResponse response)
    {
        if (request is { Method: "PUT", Target: "/latest/api/token" })
        {
            return request.Headers.ContainsKey("x-aws-ec2-metadata-token-ttl-seconds")
                ? WriteAsync(response, TokenStatus, "text/plain", TokenStatus == 200 ? Token : "")
                : WriteAsync(response, 400, "text/plain", "");
        }

        if (request.Headers.GetValueOrDefault("x-aws-ec2-metadata-token") != Token)
            return WriteAsync(response, 401, "text/plain", "");

        const string Folder = "/latest/meta-data/iam/security-credentials/";
        return request.Target switch
        {
            Folder when Role is not null => WriteAsync(response, 200, "text/plain", Role),
            "/latest/meta-data/placement/region" => WriteAsync(response, 200, "text/plain", Region),
            var target when Role is not null && target == Folder + Role => WriteAsync(response, 200, "text/plain", Credentials()),
            _ => WriteAsync(response, 404, "text/plain", ""),
        };
    }

    private string Credentials()
    {
        var expiration = DateTimeOffset.UtcNow.AddHours(6).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        return $$"""
            {"Code":"Success","LastUpdated":"2025-01-01T00:00:00Z","Type":"AWS-HMAC","AccessKeyId":"{{AccessKeyId}}",
             "SecretAccessKey":"secret-of-instance","Token":"token-of-{{AccessKeyId}}","Expiration":"{{expiration}}"}
            """;
    }
}
