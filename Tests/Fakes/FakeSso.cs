using Microsoft.AspNetCore.Http;

namespace AwsSigV4Proxy.Tests.Fakes;

/// <summary>
/// IAM Identity Center: GetRoleCredentials of SSO (<c>GET /federation/credentials</c>) and CreateToken of SSO OIDC
/// (<c>POST /token</c>), which renews the access token. Only <see cref="AccessToken"/> is accepted.
/// </summary>
internal sealed class FakeSso : FakeServer
{
    /// <summary>The access token that it accepts, and gives when it is asked to renew one.</summary>
    public string AccessToken { get; set; } = "sso-access-token";

    /// <summary>The access key id that it gives.</summary>
    public string AccessKeyId { get; set; } = "ASIASSO";

    /// <summary>Starts one.</summary>
    public static async Task<FakeSso> StartAsync()
    {
        var fake = new FakeSso();
        await fake.ListenAsync();
        return fake;
    }

    /// <inheritdoc/>
    protected override Task AnswerAsync(RecordedRequest request, HttpResponse response)
    {
        if (request is { Method: "POST", Target: "/token" })
        {
            return WriteAsync(response, 200, "application/json",
                $$"""{"accessToken":"{{AccessToken}}","tokenType":"Bearer","expiresIn":28800,"refreshToken":"next-refresh-token"}""");
        }

        if (!request.Target.StartsWith("/federation/credentials?", StringComparison.Ordinal))
            return WriteAsync(response, 404, "application/json", "{}");
        if (request.Headers.GetValueOrDefault("x-amz-sso_bearer_token") != AccessToken)
        {
            response.Headers["x-amzn-ErrorType"] = "UnauthorizedException";
            return WriteAsync(response, 401, "application/json", "{\"message\":\"Session token not found or invalid\"}");
        }

        var expiration = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeMilliseconds();
        return WriteAsync(response, 200, "application/json",
            $$"""
            {"roleCredentials":{"accessKeyId":"{{AccessKeyId}}","secretAccessKey":"secret-of-sso",
             "sessionToken":"token-of-{{AccessKeyId}}","expiration":{{expiration}} } }
            """);
    }
}
