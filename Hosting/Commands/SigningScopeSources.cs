using AwsSigV4Proxy.Hosting.Forwarding;
using AwsSigV4Proxy.Signing.Endpoints;

namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>
/// Where the service and the region come from when the user names neither: the upstream's host name, then, for the region,
/// the AWS configuration.
/// </summary>
/// <param name="FromHost">What a host and a path tell.</param>
/// <param name="RegionFromConfiguration">The region of the AWS configuration, or null. Asked only when it is needed.</param>
internal sealed record SigningScopeSources(
    Func<string, string, (EndpointAnswer Answer, EndpointScope Scope)> FromHost, Func<string?> RegionFromConfiguration)
{
    /// <summary>Fills in the scope where the options leave it to the host of <c>--forward-to</c>.</summary>
    /// <exception cref="UsageException">Some of it cannot be told.</exception>
    public ProxyOptions Complete(ProxyOptions options)
    {
        if (!options.Sign || options.ForwardTo is not { } target)
            return options;

        var (answer, told) = FromHost(target.SignedHost, target.PathPrefix + "/");
        EndpointScope? host = answer == EndpointAnswer.Found ? told : null;
        return SigningScope.Find(options, host, ReadConfiguration, out var missing) is { } scope
            ? options with
            {
                Service = scope.Service,
                Region = scope.Algorithm == Signing.SigningAlgorithm.SigV4 ? scope.Region : options.Region,
                Algorithm = scope.Algorithm,
                RegionSet = scope.Algorithm == Signing.SigningAlgorithm.SigV4a ? scope.Region : options.RegionSet,
                ServiceDependsOnPath = options.Service.Length == 0 && told.DependsOnPath,
            }
            : throw Untold(missing, answer, target.SignedHost);
    }

    private static UsageException Untold(MissingScope missing, EndpointAnswer answer, string host)
    {
        var name = Quote.Value(host);
        var why = answer switch
        {
            EndpointAnswer.NotSigned => $"{name} is a name of AWS that takes no signature, or that anyone can rent",
            EndpointAnswer.Unknown => $"{name} is a name of AWS, but of no endpoint that the proxy knows",
            EndpointAnswer.NotAws => $"{name} is no endpoint of AWS",
            _ => null,
        };
        return missing switch
        {
            MissingScope.Service => new UsageException($"cannot tell the service: {why}", "give it with --service"),
            MissingScope.Region when why is null => new UsageException(
                $"cannot tell the region: neither the host {name} nor the AWS configuration names one", "give it with --region, or set AWS_REGION"),
            MissingScope.Region => new UsageException(
                $"cannot tell the region: {why}, and the AWS configuration names none", "give it with --region, or set AWS_REGION"),
            _ => new UsageException($"cannot tell the service and the region: {why}", "give them with --service and --region"),
        };
    }

    private string? ReadConfiguration()
    {
        if (RegionFromConfiguration() is not { Length: > 0 } region)
            return null;
        try
        {
            return SigningName.ParseRegion(region);
        }
        catch (UsageException complaint)
        {
            throw complaint.From("the AWS configuration");
        }
    }
}
