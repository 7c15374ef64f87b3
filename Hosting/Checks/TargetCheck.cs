using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Credentials;
using AwsSigV4Proxy.Hosting.Credentials.Providers;
using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Signing.Endpoints;

namespace AwsSigV4Proxy.Hosting.Checks;

/// <summary>
/// Tells where requests go, what they are signed for, and who said so: an option, its environment variable, the host name or the
/// AWS configuration. What cannot be told was refused before, with the options.
/// </summary>
/// <param name="options">The proxy's options.</param>
/// <param name="origins">What each option that was given is called: <c>--name</c>, or the environment variable.</param>
internal sealed class TargetCheck(ProxyOptions options, IReadOnlyDictionary<string, string> origins)
{
    private const string ByHost = "each request's Host header tells (--forward-by-host)";

    /// <summary>Where requests go.</summary>
    public CheckResult Target()
    {
        if (options.ForwardTo is not { } target)
            return CheckResult.Skipped("target", $"{ByHost}: there is no one target to try");
        var signedAs = target.SignHost is null ? "" : $", signed as {target.Authority} ({OriginOf("sign-host")})";
        return CheckResult.Ok("target", $"{target}, from {OriginOf("forward-to")}{signedAs}") with
        {
            Values = new Dictionary<string, string> { ["url"] = target.ToString(), ["signedHost"] = target.Authority },
        };
    }

    /// <summary>The service that they are signed for.</summary>
    public CheckResult Service()
    {
        if (!options.Sign)
            return CheckResult.Skipped("service", "requests are forwarded unsigned (--no-sign)");
        if (options.ForwardTo is null)
            return SkippedByHost("service", options.Service);
        var origin = origins.ContainsKey("service") ? OriginOf("service") : "the host name";
        var path = options.ServiceDependsOnPath ? "; other paths of this host are signed for other services" : "";
        return CheckResult.Ok("service", $"{options.Service}, from {origin}{path}") with
        {
            Values = new Dictionary<string, string> { ["service"] = options.Service, ["origin"] = origin },
        };
    }

    /// <summary>The region, or the set of them.</summary>
    public CheckResult Region()
    {
        if (!options.Sign)
            return CheckResult.Skipped("region", "requests are forwarded unsigned (--no-sign)");
        if (options.ForwardTo is not { } target)
            return SkippedByHost("region", options.Region);
        var told = EndpointResolver.Resolve(target.SignedHost, target.PathPrefix, out var scope) == EndpointAnswer.Found ? scope : default;
        if (options.Algorithm == SigningAlgorithm.SigV4a)
        {
            var setOrigin = origins.ContainsKey("region-set") ? OriginOf("region-set")
                : told.RegionSet is not null ? "the host name"
                : RegionOrigin(told.Region);
            return Found(options.RegionSet!, setOrigin, $"{options.RegionSet} (Signature Version 4A, good for all of them), from {setOrigin}");
        }

        var origin = RegionOrigin(told.Region);
        return Found(options.Region, origin, $"{options.Region}, from {origin}");

        static CheckResult Found(string region, string origin, string sentence) => CheckResult.Ok("region", sentence) with
        {
            Values = new Dictionary<string, string> { ["region"] = region, ["origin"] = origin },
        };
    }

    /// <summary>Where each request's host tells, an option stands in for what it does not tell.</summary>
    private CheckResult SkippedByHost(string option, string value) =>
        CheckResult.Skipped(option, value.Length == 0 ? ByHost : $"{ByHost}, else {value}, from {OriginOf(option)}");

    private string RegionOrigin(string? toldByHost) =>
        origins.ContainsKey("region") ? OriginOf("region") : !string.IsNullOrEmpty(toldByHost) ? "the host name" : ConfigurationOrigin();

    /// <summary>Which part of the AWS configuration names the region: the order is that of <see cref="RegionSource"/>.</summary>
    private static string ConfigurationOrigin()
    {
        foreach (var variable in (string[])["AWS_REGION", "AWS_DEFAULT_REGION"])
        {
            if (!string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(variable)))
                return variable;
        }

        return new RegionSource().TryFindConfigured() is not null
            ? $"profile '{SharedConfigFiles.ActiveProfile}' in {SharedConfigFiles.ConfigPath} or {SharedConfigFiles.CredentialsPath}"
            : $"the EC2 instance ({InstanceMetadataEndpoint.Description})";
    }

    private string OriginOf(string option) => origins.GetValueOrDefault(option, "--" + option);
}
