using System.Buffers;

namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>
/// Checks the service and the region, which stand between slashes in every signature's scope. Which names exist is AWS's
/// affair, and that of the services that imitate it: only what cannot be one is refused.
/// </summary>
internal static class SigningName
{
    // Arbitrary; the longest known name has 34 characters.
    private const int MaxLength = 64;

    private static readonly SearchValues<char> Characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>Checks a signing service name and returns it as it is: its case counts (<c>IoTSecuredTunneling</c>).</summary>
    /// <exception cref="UsageException">It cannot be one.</exception>
    public static string ParseService(string text) =>
        IsName(text)
            ? text
            : throw new UsageException(
                $"{Quote.Value(text)} is not a service's signing name", "write a name such as es, s3 or execute-api; not a host or a URL");

    /// <summary>Checks a signing region and returns it as it is.</summary>
    /// <exception cref="UsageException">It cannot be one.</exception>
    public static string ParseRegion(string text) =>
        IsName(text)
            ? text
            : throw new UsageException($"{Quote.Value(text)} is not a region", "write a name such as eu-west-1");

    /// <summary>Checks one region of a region set, in which <c>*</c> stands for any characters, and returns it as it is.</summary>
    /// <exception cref="UsageException">It cannot be one.</exception>
    public static string ParseRegionPattern(string text) =>
        IsName(text.Replace("*", "", StringComparison.Ordinal))
            ? text
            : throw new UsageException($"{Quote.Value(text)} is not a region of a region set", "write a name such as eu-west-1 or us-west-*, or * for all");

    private static bool IsName(string text) => text.Length <= MaxLength && !text.AsSpan().ContainsAnyExcept(Characters);
}
