using AwsSigV4Proxy.Hosting.Forwarding.Refusals;

namespace AwsSigV4Proxy.Hosting.Checks;

/// <summary>
/// Says what the answer to the signed request means: whether the signature was accepted, and if not, why.
/// Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html,
/// https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html,
/// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
/// </summary>
internal static class AnswerExplanation
{
    /// <summary>The name of the check.</summary>
    public const string Name = "request";

    /// <summary>Explains an answer.</summary>
    public static CheckResult Explain(SignedAnswer answer)
    {
        if (RedirectExplanation.IsRedirect(answer))
            return RedirectExplanation.Explain(answer);
        if (answer.Status < 400)
            return Taken(answer, answer.Service is null ? "forwarded unsigned" : "the signature was accepted") with { Cause = "accepted" };
        if (answer.Status == 404)
            return ExplainNothingThere(answer);

        if (answer.Service is null)
            return ExplainOther(answer);
        return (answer.Error is { } error ? ExplainRefusal(answer, error, answer.Service) : null) ?? ExplainOther(answer);
    }

    /// <summary>Some services look for the resource first, and at the signature after that.</summary>
    private static CheckResult ExplainNothingThere(SignedAnswer answer)
    {
        if (answer.Error?.Code == "NoSuchBucket")
            return Untold(answer, "path", ": there is no such bucket; it was not refused for its signature", "check the bucket in --forward-to");
        var signature = answer.Service is null ? "forwarded unsigned" : "it was not refused for its signature";
        return Taken(answer, $"nothing is at this path; {signature}") with { Cause = "path" };
    }

    /// <summary>The reasons for which AWS refuses a signature, the most certain ones first; null when it is none of them.</summary>
    private static CheckResult? ExplainRefusal(SignedAnswer answer, AwsError error, string service)
    {
        if (IsOfToken(error))
        {
            return Failed(
                answer, "token", ": AWS does not accept the access key or its session token",
                "renew the credentials; check that they are of the target's partition and account");
        }

        if (TimeRefusal.IsOfTime(error))
        {
            return Failed(
                answer, "clock", ": AWS refuses the time of the signature",
                "set this machine's clock (NTP); the proxy itself signs for AWS's time once it was refused");
        }

        if (ScopeComplaint.Find(error, service, answer.Region, RedirectExplanation.RightRegion(answer)) is { } complaint)
            return ExplainScope(answer, complaint);
        if (IsOfSignature(error))
            return ExplainSignature(answer, error);
        if (error.Code is "MissingAuthenticationToken" or "MissingAuthenticationTokenException" or "MissingAuthToken")
            return ExplainMissing(answer, service);
        return IsOfPolicy(error) ? ExplainPolicy(answer, error) : null;
    }

    private static CheckResult ExplainScope(SignedAnswer answer, ScopeComplaint complaint)
    {
        var (found, next) = (new List<string>(), new List<string>());
        if (complaint.IsOfService)
        {
            found.Add($"the service should be {Expected(complaint.Service)}, not '{answer.Service}'");
            next.Add(complaint.Service is null ? "--service of the endpoint" : $"--service {answer.Secrets.Clean(complaint.Service)}");
        }

        if (complaint.IsOfRegion)
        {
            found.Add($"the region should be {Expected(complaint.Region)}{(answer.Region is null ? "" : $", not '{answer.Region}'")}");
            next.Add(complaint.Region is null
                ? "--region and --forward-to of the region where it is"
                : $"--region {answer.Secrets.Clean(complaint.Region)}");
        }

        return Failed(
            answer, complaint.IsOfService ? "service" : "region", ": " + string.Join(", and ", found),
            $"give {string.Join(" and ", next)}");

        string Expected(string? name) => name is null ? "another one" : $"'{answer.Secrets.Clean(name)}'";
    }

    private static CheckResult ExplainSignature(SignedAnswer answer, AwsError error)
    {
        if (answer.Signed is { } signed && error.CanonicalRequest is not null)
        {
            var mismatch = SignatureMismatch.Find(signed, error);
            var difference = mismatch.Signed == mismatch.Seen
                ? ""
                : $": first difference: {mismatch.What}; signed '{answer.Secrets.Clean(mismatch.Signed)}', seen '{answer.Secrets.Clean(mismatch.Seen)}'";
            return Failed(answer, "signature", $": the signature does not match{difference}", mismatch.Meaning);
        }

        return Failed(
            answer, "signature", ": the signature does not match",
            $"check that the secret access key belongs to the access key id, and that the endpoint is {answer.Service}'s{(answer.Region is null ? "" : $" in {answer.Region}")}");
    }

    private static CheckResult ExplainMissing(SignedAnswer answer, string service) => service == "execute-api"
        ? Untold(
            answer, "path", ": API Gateway says so of a path that it has no method for, whatever the signature",
            "put a stage and a resource that has a GET behind --forward-to, to try the signature")
        : Failed(
            answer, "signature", ": no signature reached AWS",
            "something between the proxy and AWS drops headers: find out what, or try --sign-location query");

    private static CheckResult ExplainPolicy(SignedAnswer answer, AwsError error) =>
        error.Message.Contains("anonymous", StringComparison.OrdinalIgnoreCase)
            ? Failed(
                answer, "signature", $": no signature was seen{answer.Quote}",
                "something between the proxy and AWS drops headers, or the endpoint takes no signatures")
            : Failed(
                answer, "policy", $": the signature was accepted, but the identity may not do this{answer.Quote}",
                IsOfOpenSearch(error)
                    ? "fine-grained access control: map an OpenSearch role that may do this to the identity, by its ARN as a backend role"
                    : "give the identity the permission, in its own policies and in the resource's; or put a path that it may GET behind "
                    + "--forward-to, to try that");

    private static CheckResult ExplainOther(SignedAnswer answer) => answer.Status switch
    {
        401 or 403 when answer.Service is null =>
            Failed(answer, "refused", $"{answer.QuoteOfAny}: the target refuses unsigned requests", "leave out --no-sign"),
        401 or 403 => Failed(
            answer, "refused", $"{answer.QuoteOfAny}: refused, for a reason that it does not name",
            "check --forward-to, the resource's policy, a web application firewall in front of it"),
        >= 500 => Failed(answer, "server", $"{answer.QuoteOfAny}: the target failed", "try again; see the service's health"),
        _ => Untold(
            answer, "other", $"{answer.QuoteOfAny}: it was not carried out, and not for its signature's sake, as far as can be told",
            "try a real request through the proxy, or put a path that it may GET behind --forward-to"),
    };

    private static CheckResult Taken(SignedAnswer answer, string meaning) =>
        CheckResult.Ok(Name, $"{answer.Request} answered {answer.Name}: {meaning}");

    private static CheckResult Failed(SignedAnswer answer, string cause, string meaning, string next) =>
        CheckResult.Failed(Name, $"{answer.Request} answered {answer.Name}{meaning}", next) with { Cause = cause };

    private static CheckResult Untold(SignedAnswer answer, string cause, string meaning, string next) =>
        CheckResult.Warning(Name, $"{answer.Request} answered {answer.Name}{meaning}", next) with { Cause = cause };

    /// <summary>Whether a code refuses the access key or its session token.</summary>
    internal static bool IsOfToken(string code) => code is "InvalidClientTokenId" or "UnrecognizedClientException"
        or "ExpiredToken" or "ExpiredTokenException" or "InvalidToken" or "InvalidAccessKeyId" or "TokenRefreshRequired" or "InvalidSecurityToken";

    private static bool IsOfToken(AwsError error) => IsOfToken(error.Code)
        || error.Message.Contains("security token included in the request is", StringComparison.OrdinalIgnoreCase);

    private static bool IsOfSignature(AwsError error) => SignatureMismatch.IsOf(error)
        || error.Code is "IncompleteSignature" or "IncompleteSignatureException" or "AuthorizationHeaderMalformed" or "AuthorizationQueryParametersError";

    private static bool IsOfPolicy(AwsError error) =>
        error.Code is "AccessDenied" or "AccessDeniedException" or "UnauthorizedOperation" or "AuthorizationError" or "AuthorizationErrorException"
            or "NotAuthorized" or "UnauthorizedException"
        || error.Message.Contains("not authorized", StringComparison.OrdinalIgnoreCase)
        || IsOfOpenSearch(error);

    /// <summary>
    /// Fine-grained access control, which judges after IAM
    /// (https://docs.aws.amazon.com/opensearch-service/latest/developerguide/fgac.html).
    /// </summary>
    private static bool IsOfOpenSearch(AwsError error) =>
        error.Code == "security_exception" || error.Message.Contains("no permissions for", StringComparison.OrdinalIgnoreCase);
}
