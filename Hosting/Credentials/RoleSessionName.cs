using System.Buffers;

namespace AwsSigV4Proxy.Hosting.Credentials;

/// <summary>
/// The name that CloudTrail shows for an assumed role's session. STS takes 2 to 64 characters of <c>[\w+=,.@-]</c>
/// (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html).
/// </summary>
internal static class RoleSessionName
{
    private const int MaxLength = 64;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+=,.@-");

    /// <summary>The name that was asked for, made to fit; without one, <c>aws-sigv4-proxy-HOSTNAME</c>.</summary>
    /// <param name="requested">From a profile or <c>AWS_ROLE_SESSION_NAME</c>; null or empty for none.</param>
    public static string Choose(string? requested) =>
        Fit(string.IsNullOrEmpty(requested) ? $"aws-sigv4-proxy-{Environment.MachineName}" : requested);

    /// <summary>Puts <c>-</c> where STS does not allow a character, and cuts to the length it takes.</summary>
    public static string Fit(string name)
    {
        var length = Math.Clamp(name.Length, 2, MaxLength);
        return string.Create(length, name, static (target, name) =>
        {
            for (var i = 0; i < target.Length; i++)
                target[i] = i < name.Length && Allowed.Contains(name[i]) ? name[i] : '-';
        });
    }
}
