namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>
/// Where the service and the region come from when the user names neither: the upstream's host name, then, for the region,
/// the AWS configuration.
/// </summary>
/// <param name="FromHost">The service and, where the host has one, the region of an AWS host name; null for other hosts.</param>
/// <param name="RegionFromConfiguration">The region of the AWS configuration, or null. Asked only when it is needed.</param>
internal sealed record SigningScopeSources(
    Func<string, (string Service, string? Region)?> FromHost, Func<string?> RegionFromConfiguration)
{
    /// <summary>Fills in the service and the region where the options have none.</summary>
    /// <exception cref="UsageException">One of them cannot be told.</exception>
    public ProxyOptions Complete(ProxyOptions options)
    {
        if (options.Service.Length > 0 && options.Region.Length > 0)
            return options;

        var host = options.ForwardTo.Host;
        var fromHost = FromHost(host);
        var service = options.Service.Length > 0 ? options.Service
            : fromHost?.Service
                ?? throw new UsageException($"cannot tell the service from the host {Quote.Value(host)}", "give it with --service");
        var region = options.Region.Length > 0 ? options.Region
            : fromHost?.Region ?? ReadConfiguration()
                ?? throw new UsageException(
                    $"cannot tell the region: neither the host {Quote.Value(host)} nor the AWS configuration names one",
                    "give it with --region, or set AWS_REGION");
        return options with { Service = service, Region = region };
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
