using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace AwsSigV4Proxy.Tests.Fakes;

/// <summary>
/// AWS STS: answers GetCallerIdentity, AssumeRole and AssumeRoleWithWebIdentity in its XML. The access key id it gives is <c>ASIA</c> + the
/// role's name + the number of the request, the session token <c>token-of-</c> + that id.
/// </summary>
internal sealed class FakeSts : FakeServer
{
    private int _count;
    private int _asked;
    private int _atOnce;

    /// <summary>How long the sessions live that it gives.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>An error code to answer with instead, with status 403.</summary>
    public string? Error { get; set; }

    /// <summary>The message of that error.</summary>
    public string ErrorMessage { get; set; } = "refused";

    /// <summary>Whether it refuses every second request, the second one first.</summary>
    public bool FailsHalfOfTheTime { get; set; }

    /// <summary>How many requests it had at most at the same time.</summary>
    public int MostAtOnce { get; private set; }

    /// <summary>When each access key id that it gave expires.</summary>
    public ConcurrentDictionary<string, DateTimeOffset> Expirations { get; } = new();

    /// <summary>Starts one.</summary>
    public static async Task<FakeSts> StartAsync()
    {
        var fake = new FakeSts();
        await fake.ListenAsync();
        return fake;
    }

    /// <summary>A parameter of a request to STS.</summary>
    public static string? Parameter(RecordedRequest request, string name) =>
        QueryHelpers.ParseQuery(request.Body).TryGetValue(name, out var value) ? value.ToString() : null;

    /// <inheritdoc/>
    protected override async Task AnswerAsync(RecordedRequest request, HttpResponse response)
    {
        MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref _atOnce));
        try
        {
            // As a real one: longer than it takes to ask a second time.
            if (FailsHalfOfTheTime)
                await Task.Delay(TimeSpan.FromMilliseconds(200));
            var isRefused = FailsHalfOfTheTime && Interlocked.Increment(ref _asked) % 2 == 0;
            await AnswerAsync(request, response, isRefused ? "AccessDenied" : Error);
        }
        finally
        {
            Interlocked.Decrement(ref _atOnce);
        }
    }

    private Task AnswerAsync(RecordedRequest request, HttpResponse response, string? error)
    {
        var action = Parameter(request, "Action");
        if (error is { } code)
        {
            return WriteAsync(response, 403, "text/xml",
                $"<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type><Code>{code}</Code><Message>{ErrorMessage}</Message></Error><RequestId>r</RequestId></ErrorResponse>");
        }

        if (action == "GetCallerIdentity")
        {
            return WriteAsync(response, 200, "text/xml",
                $"<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/{request.AccessKeyId}</Arn><UserId>AIDA</UserId><Account>123456789012</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></GetCallerIdentityResponse>");
        }

        var arn = Parameter(request, "RoleArn") ?? "";
        var id = $"ASIA{arn.Split('/')[^1].ToUpperInvariant()}{Interlocked.Increment(ref _count)}";
        var expiresAt = DateTimeOffset.FromUnixTimeSeconds((DateTimeOffset.UtcNow + Lifetime).ToUnixTimeSeconds());
        Expirations[id] = expiresAt;
        var expiration = expiresAt.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        return WriteAsync(response, 200, "text/xml",
            $"""
             <{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
               <{action}Result>
                 <AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/x/s</Arn><AssumedRoleId>AROA:s</AssumedRoleId></AssumedRoleUser>
                 <Credentials>
                   <AccessKeyId>{id}</AccessKeyId><SecretAccessKey>secret-of-{id}</SecretAccessKey>
                   <SessionToken>token-of-{id}</SessionToken><Expiration>{expiration}</Expiration>
                 </Credentials>
               </{action}Result>
               <ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>
             </{action}Response>
             """);
    }
}
