using Amazon.Runtime;
using Amazon.SecurityToken.Model;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Credentials;
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
            return Explain(exception, place);
        }
    }

    /// <summary>
    /// Only the refusal of credentials that are for AWS is a failure: a network without a way to STS may have one to the target,
    /// and what imitates AWS has credentials of its own.
    /// </summary>
    private CheckResult Explain(Exception exception, string place)
    {
        var found = $"{place}: {AwsFailure.Describe(exception)}";
        if (exception is not AmazonServiceException { ErrorCode.Length: > 0 })
            return CheckResult.Warning(
                Name, $"whose the credentials are is not known: {found}", "nothing, if there is no way to STS from here: the proxy asks it for roles alone");
        if (options.ForwardTo is { } target && !EndpointResolver.IsOfAws(target.SignedHost))
            return CheckResult.Skipped(Name, $"{found}; as it should be, where the target, which is not AWS's by its name, has credentials of its own");
        return CheckResult.Failed(Name, found, "check which provider gave the credentials, and renew or replace them");
    }
}
