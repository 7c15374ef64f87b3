using Amazon.Runtime.CredentialManagement;
using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Hosting.Credentials.Providers;

/// <summary>
/// A profile of IAM Identity Center, which the SDK is asked for, with the token that <c>aws sso login</c> left in the home folder
/// (https://docs.aws.amazon.com/sdkref/latest/guide/understanding-sso.html).
/// </summary>
internal static class SsoProfile
{
    /// <summary>Asks for the credentials of its role.</summary>
    /// <exception cref="CredentialsUnavailableException">There are none; half a sentence says why.</exception>
    public static async Task<SigningCredentials> FetchAsync(CredentialProfile profile, CancellationToken cancellationToken)
    {
        var settings = profile.Options;
        if (FindMissing(settings) is { } missing)
            throw new CredentialsUnavailableException($"'{profile.Name}': its SSO settings lack {missing}; add it to the profile or its sso-session");
        if (!Directory.Exists(SharedConfigFiles.Home))
        {
            // The SDK would look for the token in the working folder, where anyone may have left one.
            throw new CredentialsUnavailableException(
                $"'{profile.Name}': SSO keeps its tokens in the home folder, and {SharedConfigFiles.Home} does not exist; set HOME to one that does");
        }

        SharedConfigFiles.Verify();
        SdkRuntimeDependencies.Register();
        // These settings alone: with others beside them, such as old keys, the SDK sees no kind that it knows.
        var sso = new CredentialProfile(profile.Name, new CredentialProfileOptions
        {
            SsoAccountId = settings.SsoAccountId,
            SsoRegion = settings.SsoRegion,
            SsoRegistrationScopes = settings.SsoRegistrationScopes,
            SsoRoleName = settings.SsoRoleName,
            SsoSession = settings.SsoSession,
            SsoStartUrl = settings.SsoStartUrl,
        });
        try
        {
            return await SdkCredentials.FetchAsync(() => sso.GetAWSCredentials(profile.CredentialProfileStore), cancellationToken);
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or CredentialsUnavailableException))
        {
            throw new CredentialsUnavailableException($"'{profile.Name}': {ProfileFailure.DescribeSso(profile, exception)}", exception);
        }
    }

    private static string? FindMissing(CredentialProfileOptions settings) =>
        string.IsNullOrEmpty(settings.SsoRegion) ? "sso_region"
        : string.IsNullOrEmpty(settings.SsoStartUrl) ? "sso_start_url"
        : string.IsNullOrEmpty(settings.SsoAccountId) ? "sso_account_id"
        : string.IsNullOrEmpty(settings.SsoRoleName) ? "sso_role_name"
        : null;
}
