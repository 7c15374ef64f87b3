using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AwsSigV4Proxy.Tests.Fakes;

namespace AwsSigV4Proxy.Tests.Native;

/// <summary>One request through the native executable, with credentials from the environment and home folder that a test makes.</summary>
internal static class CredentialRun
{
    /// <summary>The ARN of a role, but for its name.</summary>
    public const string Role = "arn:aws:iam::123456789012:role/";

    /// <summary>Starts a proxy with region us-west-2 (unless the arguments of a test say more), sends one request, and returns what arrived.</summary>
    public static async Task<RecordedRequest> SendOneAsync(
        TestFolder home, Dictionary<string, string> environment, params string[] arguments)
    {
        await using var upstream = await RecordingUpstream.StartAsync();
        await using var proxy = await NativeProxy.StartAsync(upstream, home, environment, ["-r", "us-west-2", .. arguments]);
        using var answer = await proxy.Client.GetAsync("/");
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}\n{proxy.Output}");
        return upstream.Requests[0];
    }

    /// <summary>Sends one request that must get 503, and returns the answer's body with all that the proxy wrote.</summary>
    public static async Task<string> RefuseOneAsync(
        TestFolder home, Dictionary<string, string> environment, params string[] arguments)
    {
        await using var upstream = await RecordingUpstream.StartAsync();
        await using var proxy = await NativeProxy.StartAsync(upstream, home, environment, ["-r", "us-west-2", .. arguments]);
        using var answer = await proxy.Client.GetAsync("/");
        await Assert.That(answer.StatusCode).IsEqualTo(HttpStatusCode.ServiceUnavailable);
        await Assert.That(answer.Headers.RetryAfter?.Delta).IsNotNull();
        await Assert.That(upstream.Requests).IsEmpty();

        var detail = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("detail").GetString();
        return $"{detail}\n{proxy.Output}";
    }

    /// <summary>Starts a proxy that requires credentials, which must end with status 1, and returns what it wrote to standard error.</summary>
    public static async Task<string> FailToStartAsync(
        TestFolder home, Dictionary<string, string> environment, params string[] arguments)
    {
        var (status, output, error) = await Executable.RunAsync(
            ["-f", "https://x.test", "-s", "es", "-r", "us-west-2", "-l", "127.0.0.1:0", "-u", "0", "--require-credentials", .. arguments],
            new Dictionary<string, string>(environment)
            {
                ["HOME"] = environment.GetValueOrDefault("HOME", home.Path),
                ["PATH"] = "/usr/bin:/bin",
                ["AWS_EC2_METADATA_DISABLED"] = environment.GetValueOrDefault("AWS_EC2_METADATA_DISABLED", "true"),
            });

        await Assert.That(status).IsEqualTo(1);
        await Assert.That(output).DoesNotContain("listening on");
        return error;
    }

    /// <summary>The environment of an EC2 instance with this metadata service.</summary>
    public static Dictionary<string, string> Metadata(FakeImds imds) => new()
    {
        ["AWS_EC2_METADATA_DISABLED"] = "false",
        ["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = imds.Url,
    };

    /// <summary>The environment whose profile is of that IAM Identity Center.</summary>
    public static Dictionary<string, string> Sso(FakeSso sso) => new()
    {
        ["AWS_PROFILE"] = "work",
        ["AWS_ENDPOINT_URL_SSO"] = sso.Url,
        ["AWS_ENDPOINT_URL_SSO_OIDC"] = sso.Url,
    };

    /// <summary>A profile of the session form.</summary>
    public static void WriteSsoProfile(TestFolder home) => home.Write(".aws/config",
        "[profile work]\nsso_session = corporation\nsso_account_id = 123456789012\nsso_role_name = developer\n"
        + "[sso-session corporation]\nsso_region = us-east-1\nsso_start_url = https://example.awsapps.com/start\n");

    /// <summary>The same, with the token of a login.</summary>
    public static void WriteSsoSession(TestFolder home, string accessToken, DateTimeOffset expiration)
    {
        WriteSsoProfile(home);
        WriteSsoToken(home, "corporation", accessToken, expiration);
    }

    /// <summary>The file that <c>aws sso login</c> leaves behind; its name is the SHA-1 of the session's name or the start URL.</summary>
    public static void WriteSsoToken(TestFolder home, string key, string accessToken, DateTimeOffset expiration)
    {
#pragma warning disable CA5350 // The AWS CLI names the file so; nothing is protected by it.
        var name = Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(key)));
#pragma warning restore CA5350
        home.Write($".aws/sso/cache/{name}.json",
            $$"""
            {"startUrl":"https://example.awsapps.com/start","region":"us-east-1","accessToken":"{{accessToken}}","expiresAt":"{{expiration.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}}",
             "clientId":"client","clientSecret":"client-secret","registrationExpiresAt":"2999-01-01T00:00:00Z","refreshToken":"refresh-token"}
            """);
    }
}
