using System.Net;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.RuntimeDependencies;

namespace AwsSigV4Proxy.Hosting.Credentials.Providers;

/// <summary>Says why the SDK could not get credentials by a profile, and what to do about it.</summary>
internal static class ProfileFailure
{
    /// <summary>Half a sentence without a full stop.</summary>
    public static string Describe(CredentialProfile profile, Exception exception)
    {
        var options = profile.Options;
        if (options.SsoAccountId is { Length: > 0 } || options.SsoRoleName is { Length: > 0 })
            return DescribeSso(profile.Name, options, exception);
        if (exception is MissingRuntimeDependencyException || options.LoginSession is { Length: > 0 })
        {
            return "its kind of login is not supported here; use a profile with "
                + $"`credential_process = aws configure export-credentials --profile {profile.Name}`";
        }

        return AwsFailure.Describe(exception);
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
