using AwsSigV4Proxy.Signing.Endpoints;

namespace AwsSigV4Proxy.Hosting.Checks;

/// <summary>
/// Says what a redirect means. The proxy follows none, and hands it to its callers; S3 sends who asks at another region's endpoint to
/// that of the bucket.
/// Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/Redirects.html
/// </summary>
internal static class RedirectExplanation
{
    /// <summary>Whether an answer is one. 304 answers a condition, and S3 gives its code with other statuses, too.</summary>
    public static bool IsRedirect(SignedAnswer answer) => answer.Status is >= 300 and < 400 and not 304 || IsPermanentOfS3(answer);

    /// <summary>Explains it.</summary>
    public static CheckResult Explain(SignedAnswer answer)
    {
        if (answer.Service is not null && (IsPermanentOfS3(answer) || (answer.Status == 301 && RightRegion(answer) is not null)))
            return ExplainRegion(answer) with { Mark = CheckMark.Failed, Cause = "region" };
        if (answer.Service is not null && RightRegion(answer) is not null)
            return ExplainRegion(answer) with { Cause = "redirect" };
        return CheckResult.Warning(
            AnswerExplanation.Name,
            $"{answer.Request} answered {answer.Name}, a redirect{To(answer)}: the proxy follows none{(answer.Service is null ? "" : ", and whether the signature is good cannot be told")}",
            IsToTls(answer)
                ? "write https:// in --forward-to: it leads to the same host"
                : "if it leads to the endpoint, write that in --forward-to; if to a page to log in at, something stands before AWS") with
        {
            Cause = "redirect",
        };
    }

    /// <summary>The region where the target says that the resource is, if that is another one; or null.</summary>
    public static string? RightRegion(SignedAnswer answer)
    {
        var region = NullIfEmpty(answer.BucketRegion) ?? NullIfEmpty(answer.Error?.Region)
            ?? (answer.Error?.Endpoint is { Length: > 0 } host && EndpointResolver.TryResolve(host, out var scope) ? scope.Region : null);
        return region == answer.Region ? null : region;
    }

    private static CheckResult ExplainRegion(SignedAnswer answer)
    {
        var signed = answer.Region is null ? "" : $", not '{answer.Region}'";
        var (found, next) = RightRegion(answer) is { } region
            ? ($"should be '{answer.Secrets.Clean(region)}'{signed}", $"give --region {answer.Secrets.Clean(region)}, and --forward-to of that region")
            : ($"should be another one{signed}", "give --region and --forward-to of the region where it is");
        if (answer.Error?.Endpoint is { Length: > 0 } endpoint)
            next += $" ({answer.Secrets.Clean(endpoint)})";
        return CheckResult.Warning(AnswerExplanation.Name, $"{answer.Request} answered {answer.Name}{To(answer)}: the region {found}", next);
    }

    private static bool IsPermanentOfS3(SignedAnswer answer) => answer.Error?.Code == "PermanentRedirect";

    private static string To(SignedAnswer answer) => answer.Location is { } location ? $" to \"{answer.Secrets.Clean(location)}\"" : "";

    private static bool IsToTls(SignedAnswer answer) =>
        Uri.TryCreate(answer.Location, UriKind.Absolute, out var location) && location.Scheme == Uri.UriSchemeHttps
        && location.Host.Equals(answer.PlainHost, StringComparison.OrdinalIgnoreCase);

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
