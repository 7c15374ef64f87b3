using AwsSigV4Proxy.Hosting.Forwarding;
using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Signing.Endpoints;

namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>
/// Where the service and the region come from when the user names neither: the upstream's host name, then, for the region,
/// the AWS configuration.
/// </summary>
/// <param name="FromHost">Tells the scope of a host and a path: <see cref="EndpointResolver"/>.</param>
/// <param name="RegionFromConfiguration">
/// The region of the AWS configuration, or null. Asked only when it is needed, with the profile of <c>--profile</c> or null.
/// </param>
internal sealed record SigningScopeSources(ScopeFromHost FromHost, Func<string?, string?> RegionFromConfiguration)
{
    /// <summary>Fills in the scope where the options leave it to the host of <c>--forward-to</c>.</summary>
    /// <exception cref="UsageException">Some of it cannot be told; the message names all of that.</exception>
    public ProxyOptions Complete(ProxyOptions options)
    {
        if (!options.Sign || options.ForwardTo is not { } target)
            return options;

        var host = target.SignedHost;
        var answer = FromHost(host, target.PathPrefix, out var told);
        if (options.Service.Length == 0 && answer != EndpointAnswer.Found)
            throw RefuseHost(host, answer, needsRegion: options is { Region: "", RegionSet: null });

        var scope = SigningScope.Find(options, host, answer == EndpointAnswer.Found ? told : null, hostWins: false, () => ReadConfiguration(options), out _)
            ?? throw (options is { RegionSet: not null, Algorithm: null }
            ? new UsageException("--region-set is for Signature Version 4A", "add --algorithm sigv4a, or give one region with --region")
            : new UsageException(
                $"cannot tell the region: neither the host {Quote.Value(host)} nor the AWS configuration names one",
                "give it with --region, or set AWS_REGION"));
        var isOneRegion = scope.Algorithm == SigningAlgorithm.SigV4;
        return options with
        {
            Service = scope.Service,
            Region = isOneRegion ? scope.Region : options.Region,
            Algorithm = scope.Algorithm,
            RegionSet = isOneRegion ? options.RegionSet : scope.Region,
            ServiceDependsOnPath = options.Service.Length == 0 && told.DependsOnPath,
        };
    }

    // Does not ask the AWS configuration for the region: off EC2 that may take seconds, and the service is missing anyway.
    private static UsageException RefuseHost(string host, EndpointAnswer answer, bool needsRegion)
    {
        var message = $"cannot tell the {(needsRegion ? "service and the region" : "service")} from the host {Quote.Value(host)}";
        var options = needsRegion ? "--service, and --region where the AWS configuration names none" : "--service";
        return answer switch
        {
            EndpointAnswer.NotSigned => new UsageException(
                $"{message}: anyone can rent such a name of AWS, or it takes no signature",
                $"check --forward-to; if an endpoint of yours takes signatures there, give {options}"),
            EndpointAnswer.Unknown => new UsageException(
                $"{message}: it is a name of AWS, but of no known service and region", $"check --forward-to, or give {options}"),
            _ => new UsageException($"{message}: it is no AWS endpoint", $"give {options}"),
        };
    }

    private string? ReadConfiguration(ProxyOptions options) =>
        RegionFromConfiguration(options.Profile) is { Length: > 0 } region ? ParseConfigured(region) : null;

    /// <summary>Checks a region of the AWS configuration, which anyone may have written, and returns it as it is.</summary>
    /// <exception cref="UsageException">It cannot be one.</exception>
    public static string ParseConfigured(string region)
    {
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

/// <summary>Tells the scope of a host and a path, or why there is none. <see cref="EndpointResolver"/> has one.</summary>
/// <param name="host">The host without port.</param>
/// <param name="path">The path below which requests go; may be empty.</param>
/// <param name="scope">The signing name and region where there are any.</param>
internal delegate EndpointAnswer ScopeFromHost(string host, string path, out EndpointScope scope);
