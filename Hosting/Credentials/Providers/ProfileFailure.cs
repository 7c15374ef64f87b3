using System.Net;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.RuntimeDependencies;

namespace AwsSigV4Proxy.Hosting.Credentials.Providers;

/// <summary>Says why the SDK could not get credentials by a profile, and what to do about it.</summary>
internal static class ProfileFailure
{
    /// <summary>Half a sentence without a full stop. What a credential process printed is left out: it may be a secret.</summary>
    public static string Describe(CredentialProfile profile, Exception exception)
    {
        var options = profile.Options;
        if (options.CredentialProcess is { Length: > 0 })
            return DescribeProcess(exception);
        if (options.SsoAccountId is { Length: > 0 } || options.SsoRoleName is { Length: > 0 })
            return DescribeSso(profile.Name, options, exception);
        if (exception is MissingRuntimeDependencyException || options.LoginSession is { Length: > 0 })
        {
            return "its kind of login is not supported here; use a profile with "
                + $"`credential_process = aws configure export-credentials --profile {profile.Name}`";
        }

        return AwsFailure.Describe(exception);
    }

    private static string DescribeProcess(Exception exception)
    {
        const string Marker = "non-zero exit value ";
        var message = exception.Message;
        // AWSSDK.Core's text, RefreshingAWSCredentials.
        if (message.Contains("already expired", StringComparison.Ordinal))
            return "its credential_process gave credentials that have expired; log in with it again, and check the clock";
        var at = message.IndexOf(Marker, StringComparison.Ordinal);
        var cause = at < 0
            ? "did not print the JSON that AWS describes"
            : $"ended with status {message[(at + Marker.Length)..].Split(' ')[0]}";
        return $"its credential_process {cause}; run it by hand to see what it prints";
    }

    private static string DescribeSso(string profile, CredentialProfileOptions options, Exception exception)
    {
        var login = $"run `aws sso login --profile {profile}`";
        if (string.IsNullOrEmpty(options.SsoRegion) || string.IsNullOrEmpty(options.SsoStartUrl))
            return "its SSO settings lack sso_region or sso_start_url; add them";

        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case AmazonServiceException { StatusCode: HttpStatusCode.Unauthorized }:
                case AmazonServiceException { ErrorCode: "InvalidGrantException" or "ExpiredTokenException" }:
                    return $"its SSO session has ended; {login}";
                case AmazonServiceException { StatusCode: HttpStatusCode.Forbidden }:
                    return $"SSO does not let you use role {options.SsoRoleName} in account {options.SsoAccountId}; check both";
            }
        }

        // The two texts are AWSSDK.Core's, SSOTokenManager.
        if (exception.Message.Contains("No valid SSO Token", StringComparison.Ordinal))
            return $"there is no SSO session; {login}";
        if (exception.Message.Contains("SSO Token has expired", StringComparison.Ordinal))
            return $"its SSO session has ended; {login}";
        return $"SSO: {AwsFailure.Describe(exception)}";
    }
}
