using System.Net;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;

namespace AwsSigV4Proxy.Hosting.Credentials.Providers;

/// <summary>Says why there are no credentials by a profile, and what to do about it: half a sentence without a full stop.</summary>
internal static class ProfileFailure
{
    /// <summary>A profile of <c>aws login</c>, which the proxy cannot use itself.</summary>
    public static string DescribeLogin(string profile) =>
        "its kind of login is not supported here; use a profile with "
        + $"`credential_process = aws configure export-credentials --profile {Quote(profile)}`, for which the AWS CLI must be installed";

    /// <summary>What the SDK threw when it was asked for SSO's credentials.</summary>
    public static string DescribeSso(CredentialProfile profile, Exception exception)
    {
        var options = profile.Options;
        var login = $"run `aws sso login --profile {Quote(profile.Name)}`";
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

    /// <summary>A profile's name as a shell takes it for one word.</summary>
    public static string Quote(string name) =>
        name.All(static letter => char.IsLetterOrDigit(letter) || "-_.@+/".Contains(letter, StringComparison.Ordinal))
            ? name
            : $"'{name.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
