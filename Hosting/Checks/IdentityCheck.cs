using Amazon.Runtime;
using Amazon.SecurityToken.Model;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Credentials;
using AwsSigV4Proxy.Hosting.Forwarding;
using AwsSigV4Proxy.Hosting.Forwarding.Refusals;
using AwsSigV4Proxy.Signing.Endpoints;
using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Hosting.Checks;

/// <summary>
/// Asks STS whose the credentials are (https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html), which
/// takes no permission: at the endpoint that <c>--assume-role</c> would be asked at.
/// </summary>
/// <param name="options">The proxy's options: the region, and whether the target is AWS's at all.</param>
internal sealed class IdentityCheck(ProxyOptions options)
{
    private const string Name = "identity";

    /// <summary>Room for the SDK's second attempt after a slow answer. Arbitrary.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    /// <summary>Asks.</summary>
    public async Task<CheckResult> RunAsync(SigningCredentials credentials)
    {
        var region = CredentialSource.StsRegionOf(options);
        using var limit = new CancellationTokenSource(Limit);
        var place = $"STS in {region}";
        try
        {
            using var client = new SecurityTokenService(() => region).CreateClient(SecurityTokenService.SignerOf(credentials));
            if (client.Config.ServiceURL is { } url)
                place = $"STS at {url}";
            var answer = await client.GetCallerIdentityAsync(new GetCallerIdentityRequest(), limit.Token);
            return CheckResult.Ok(Name, $"{answer.Arn}, told by {place}") with
            {
                Values = new Dictionary<string, string> { ["arn"] = answer.Arn ?? "", ["account"] = answer.Account ?? "" },
            };
        }
        catch (Exception exception)
        {
            return Explain(exception, place, new SecretFilter(credentials));
        }
    }

    /// <summary>
    /// Only the refusal of the credentials themselves is a failure, and only where they are for AWS: a network without a way to STS
    /// may have one to the target, and what imitates AWS has credentials of its own.
    /// </summary>
    private CheckResult Explain(Exception exception, string place, SecretFilter secrets)
    {
        var refusal = exception is AmazonServiceException { ErrorCode: { Length: > 0 } code } answer ? new AwsError(code, answer.Message ?? "") : null;
        if (refusal is null || !IsOfCredentials(refusal))
            return ExplainUntold(exception, refusal, place, secrets);
        var found = $"{place}: {AwsFailure.Describe(exception)}";
        if (options.ForwardTo is { } target && !EndpointResolver.IsOfAws(target.SignedHost))
            return CheckResult.Skipped(Name, $"{found}; as it should be, where the target, which is not AWS's by its name, has credentials of its own");
        return CheckResult.Failed(Name, found, refusal.Code switch
        {
            "ExpiredToken" or "ExpiredTokenException" => "renew them where they come from",
            "SignatureDoesNotMatch" or "InvalidSignatureException" or "IncompleteSignature" => "write the secret access key anew where it comes from",
            _ => "check that the access key is there, is active, and is of the target's partition; else replace it where it comes from",
        });
    }

    private static CheckResult ExplainUntold(Exception exception, AwsError? refusal, string place, SecretFilter secrets)
    {
        // What is said of a refused role is of no use here: this takes no permission.
        var found = refusal?.Code is "AccessDenied" or "AccessDeniedException"
            ? $"{secrets.Clean(refusal.Code)}: \"{secrets.Clean(refusal.Message)}\""
            : AwsFailure.Describe(exception);
        return CheckResult.Warning(Name, $"whose the credentials are is not known: {place}: {found}", refusal switch
        {
            null => "nothing, if there is no way to STS from here: the proxy itself asks STS for roles alone",
            { Code: "AccessDenied" or "AccessDeniedException" } =>
                "nothing, if a policy of the VPC endpoint or of the organization refuses this: the proxy itself asks STS for roles alone",
            { Code: "RegionDisabledException" } =>
                "give another region with --sts-region, or nothing: the proxy itself asks STS for roles alone",
            _ when TimeRefusal.IsOfTime(refusal) => "set this machine's clock (NTP); the proxy itself asks STS for roles alone",
            _ => "try again later, or nothing: the proxy itself asks STS for roles alone",
        });
    }

    /// <summary>Source: https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html.</summary>
    private static bool IsOfCredentials(AwsError error) => !TimeRefusal.IsOfTime(error)
        && (AnswerExplanation.IsOfToken(error.Code)
            || error.Code is "AuthFailure" or "SignatureDoesNotMatch" or "InvalidSignatureException" or "IncompleteSignature" or "MissingAuthenticationToken");
}
