using System.Text.RegularExpressions;
using AwsSigV4Proxy.Hosting.Forwarding.Refusals;

namespace AwsSigV4Proxy.Hosting.Checks;

/// <summary>
/// What AWS says against the service and the region of a signature: in a sentence, or by the string to sign that it made itself.
/// </summary>
/// <param name="IsOfService">Whether it is the service.</param>
/// <param name="Service">The service that it should be, or null where AWS does not say.</param>
/// <param name="IsOfRegion">Whether it is the region.</param>
/// <param name="Region">The region that it should be, or null.</param>
internal sealed partial record ScopeComplaint(bool IsOfService, string? Service, bool IsOfRegion, string? Region)
{
    /// <summary>Reads it out of an error; null when the error is of something else.</summary>
    /// <param name="error">AWS's error.</param>
    /// <param name="service">The service that was signed for.</param>
    /// <param name="region">The region that was signed for, or null where the scope has none (Signature Version 4A).</param>
    /// <param name="rightRegion">The region that the answer names outside of its sentence, or null.</param>
    public static ScopeComplaint? Find(AwsError error, string service, string? region, string? rightRegion)
    {
        if (ScopeOf(error.StringToSign) is { } scope && (scope.Service != service || (region is not null && scope.Region != region)))
            return new(scope.Service != service, scope.Service, region is not null && scope.Region != region, scope.Region);

        var (ofService, ofRegion) = (ServicePattern().Match(error.Message), RegionPattern().Match(error.Message));
        return ofService.Success || ofRegion.Success
            ? new(
                ofService.Success, NullIfEmpty(ofService.Groups["name"].Value),
                ofRegion.Success, NullIfEmpty(ofRegion.Groups["name"].Value) ?? rightRegion)
            : null;
    }

    /// <summary>The third line, <c>date/region/service/aws4_request</c>.</summary>
    private static (string Region, string Service)? ScopeOf(string? stringToSign) =>
        stringToSign?.Split('\n') is [_, _, var line, ..] && line.Trim().Split('/') is [_, var region, var service, "aws4_request"]
            ? (region, service)
            : null;

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;

    /// <summary>
    /// "Credential should be scoped to correct service: 'es'" of most services; "incorrect service "es". This endpoint belongs to
    /// "s3"" of S3.
    /// </summary>
    [GeneratedRegex("""scoped to (?:the )?correct service(?:: ?['"](?<name>[^'"]*)['"])?|incorrect service[^.]*\.(?: This endpoint belongs to ['"](?<name>[^'"]*)['"])?""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ServicePattern();

    /// <summary>
    /// "Credential should be scoped to a valid region" of most services; "the region 'us-east-1' is wrong; expecting 'eu-west-1'"
    /// of S3.
    /// </summary>
    [GeneratedRegex("""scoped to a valid region|region ['"][^'"]*['"] is wrong(?:; expecting ['"](?<name>[^'"]*)['"])?""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex RegionPattern();
}
