using AwsSigV4Proxy.Hosting.Credentials.Providers;

namespace AwsSigV4Proxy.Hosting.Credentials;

/// <summary>
/// Where the instance metadata service is asked, and whether
/// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-credentials.html). The SDK's <c>EC2InstanceMetadata</c> is not
/// asked: it reads all of that in a static initialiser, which a bad setting makes fail for good.
/// </summary>
internal static class InstanceMetadataEndpoint
{
    private const string Variable = "AWS_EC2_METADATA_SERVICE_ENDPOINT";
    private const string Setting = "ec2_metadata_service_endpoint";

    /// <summary>Whether <c>AWS_EC2_METADATA_DISABLED=true</c> forbids to ask.</summary>
    public static bool IsDisabled => "true".Equals(Environment.GetEnvironmentVariable("AWS_EC2_METADATA_DISABLED"), StringComparison.OrdinalIgnoreCase);

    /// <summary>The service's URL, or why it is not asked, for whoever wants to know where it is looked for.</summary>
    public static string Description
    {
        get
        {
            try
            {
                return IsDisabled ? "off (AWS_EC2_METADATA_DISABLED)" : Find();
            }
            catch (CredentialsUnavailableException exception)
            {
                return exception.Message;
            }
        }
    }

    /// <summary>The service's URL without a slash at its end: that of the environment, of the active profile, or EC2's own.</summary>
    /// <exception cref="CredentialsUnavailableException">A setting is not what it must be; half a sentence names it.</exception>
    public static string Find()
    {
        var (endpoint, place) = Read(Variable, Setting);
        if (endpoint is not null)
        {
            return Uri.TryCreate(endpoint, UriKind.Absolute, out var url) && url is { Scheme: "http" or "https", UserInfo: "" }
                ? endpoint.TrimEnd('/')
                : throw new CredentialsUnavailableException($"{place} is not an http or https URL; correct it");
        }

        (var mode, place) = Read($"{Variable}_MODE", $"{Setting}_mode");
        return mode?.ToUpperInvariant() switch
        {
            null or "IPV4" => "http://169.254.169.254",
            "IPV6" => "http://[fd00:ec2::254]",
            _ => throw new CredentialsUnavailableException($"{place} is neither IPv4 nor IPv6; correct it"),
        };
    }

    private static (string? Value, string Place) Read(string variable, string setting)
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value)
            return (value.Trim(), variable);
        var profile = SharedConfigFiles.ActiveProfile;
        return (SharedConfigFiles.ReadSetting(profile, setting), $"{setting} of '{profile}'");
    }
}
