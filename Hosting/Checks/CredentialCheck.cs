using System.Globalization;
using AwsSigV4Proxy.Hosting.Credentials;
using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Hosting.Checks;

/// <summary>Fetches credentials as the proxy does, and tells which provider gave them and when they expire.</summary>
/// <param name="source">Where the proxy's credentials come from.</param>
/// <param name="profile">The profile of <c>--profile</c>, or null.</param>
/// <param name="environment">Reads one environment variable.</param>
/// <param name="time">The clock.</param>
internal sealed class CredentialCheck(ICredentialSource source, string? profile, Func<string, string?> environment, TimeProvider time)
{
    private const string Name = "credentials";

    /// <summary>
    /// What the ids of temporary credentials begin with
    /// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html).
    /// </summary>
    private const string TemporaryId = "ASIA";

    /// <summary>The result, and the credentials if they can be used.</summary>
    public async Task<(CheckResult Result, SigningCredentials? Credentials)> RunAsync()
    {
        var places = CredentialPlaces.Describe(environment, profile);
        using var limit = new CancellationTokenSource(CredentialFetch.Limit);
        try
        {
            var credentials = await source.FetchAsync(limit.Token);
            var result = Judge(credentials) with { Details = places };
            return (result, result.LetsGoOn ? credentials : null);
        }
        catch (CredentialsUnavailableException exception)
        {
            // Which says of each provider what to do.
            return (Failed(exception.Message.TrimEnd('.'), null), null);
        }
        catch (OperationCanceledException)
        {
            return (
                Failed($"no provider answered within {CredentialFetch.Limit.TotalSeconds:0} s", "check the network to the places that are listed here"), null);
        }

        CheckResult Failed(string found, string? next) => CheckResult.Failed(Name, found, next) with { Details = places };
    }

    private CheckResult Judge(SigningCredentials credentials)
    {
        if (!credentials.IsWellFormed)
        {
            return CheckResult.Failed(
                Name, $"from {source.Origin}: they hold spaces, line ends or other characters that no credentials of AWS have",
                "write them anew, without line ends and quotes");
        }

        var doubt = credentials.HasPlausibleId ? "" : ", which does not look like an access key id: is it the secret?";
        var found = $"{credentials.DisplayId}{doubt}, from {source.Origin}";
        var result = credentials.SessionToken is null && credentials.AccessKeyId.StartsWith(TemporaryId, StringComparison.Ordinal)
            ? CheckResult.Failed(Name, $"{found}: temporary, and its session token is missing", "set AWS_SESSION_TOKEN, or aws_session_token in the profile")
            : credentials.Expiration is { } expiration ? JudgeExpiry(found, expiration)
            : credentials.SessionToken is not null ? CheckResult.Ok(Name, $"{found}; temporary, and nobody says when they expire")
            : CheckResult.Ok(Name, $"{found}; they do not expire");
        var values = new Dictionary<string, string> { ["provider"] = source.Origin, ["accessKeyId"] = credentials.DisplayId };
        if (credentials.Expiration is { } expires)
            values["expires"] = expires.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
        return result with { Values = values };
    }

    private CheckResult JudgeExpiry(string found, DateTimeOffset expiration)
    {
        var at = expiration.UtcDateTime.ToString("u", CultureInfo.InvariantCulture);
        var remaining = expiration - time.GetUtcNow();
        return remaining > TimeSpan.Zero
            ? CheckResult.Ok(Name, $"{found}; they expire at {at}, in {Duration(remaining)}")
            : CheckResult.Failed(Name, $"{found}; they expired at {at}", "renew them; if they are new, set this machine's clock (NTP)");
    }

    private static string Duration(TimeSpan time) => time switch
    {
        { TotalDays: >= 2 } => $"{time.TotalDays:0} days",
        { TotalHours: >= 2 } => $"{time.TotalHours:0} hours",
        { TotalMinutes: >= 2 } => $"{time.TotalMinutes:0} minutes",
        _ => $"{time.TotalSeconds:0} s",
    };
}
