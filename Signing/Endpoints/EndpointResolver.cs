namespace AwsSigV4Proxy.Signing.Endpoints;

/// <summary>
/// Tells the signing service and region from the name of an AWS endpoint. Rules and small tables, not a list of hosts:
/// <list type="number">
/// <item>The host ends with a DNS suffix of a partition, on whole labels; else it is no endpoint of AWS.</item>
/// <item>FIPS marks are taken out: such an endpoint signs like the one without them.</item>
/// <item>S3 has shapes without a region label, where a bucket may look like anything.</item>
/// <item>The rightmost label that is a region of the suffix's partitions is the signing region.</item>
/// <item>The labels before it name the service; those after it do where there are any.</item>
/// <item>Where several services share a host, the path tells which of them is meant.</item>
/// <item>A host without a region belongs to a service that a partition has once, and signs with one fixed region.</item>
/// </list>
/// Where a rule could name a host that a customer, or anyone, can rent for purposes of their own, only known names count.
/// </summary>
internal static class EndpointResolver
{
    /// <summary>The scope of a host's root path. See the overload with a path.</summary>
    public static bool TryResolve(ReadOnlySpan<char> host, out EndpointScope scope) => TryResolve(host, "/", out scope);

    /// <summary>Whether the answer is <see cref="EndpointAnswer.Found"/>.</summary>
    public static bool TryResolve(ReadOnlySpan<char> host, ReadOnlySpan<char> path, out EndpointScope scope) =>
        Resolve(host, path, out scope) == EndpointAnswer.Found;

    /// <summary>Whether a host is AWS's by its name, whatever it takes.</summary>
    public static bool IsOfAws(ReadOnlySpan<char> host) => Resolve(host, "/", out _) != EndpointAnswer.NotAws;

    /// <summary>Tells the scope of a host, or why there is none.</summary>
    /// <param name="host">A host name without port, in any case, perhaps with one trailing dot.</param>
    /// <param name="path">The path that is requested, as it is sent; a query behind it does not matter.</param>
    /// <param name="scope">The signing name and region; <c>default</c> unless the answer is <see cref="EndpointAnswer.Found"/>.</param>
    public static EndpointAnswer Resolve(ReadOnlySpan<char> host, ReadOnlySpan<char> path, out EndpointScope scope)
    {
        scope = default;
        Span<char> name = stackalloc char[HostName.MaxLength];
        if (!HostName.TryNormalize(host, name, out int length))
            return EndpointAnswer.NotAws;

        // 1. The suffix.
        if (DnsSuffix.Of(name[..length]) is not { } suffix)
            return EndpointAnswer.NotAws;
        Span<char> labels = name[..(length - suffix.Name.Length - 1)];

        // 2. FIPS.
        labels = labels[..HostName.RemoveFipsMarks(labels)];

        // 3. to 7.
        EndpointScope? found = S3Endpoint.ResolveWithoutRegionLabel(labels, suffix) ?? ResolveByRegion(labels, suffix, path);
        if (found is null)
            return EndpointAnswer.Unknown;
        if (found.Value.Service == UnsignedHost.Name)
            return EndpointAnswer.NotSigned;
        scope = found.Value;
        return EndpointAnswer.Found;
    }

    private static EndpointScope? ResolveByRegion(ReadOnlySpan<char> labels, DnsSuffix suffix, ReadOnlySpan<char> path)
    {
        // 4. The rightmost region.
        for (int end = labels.Length; end > 0;)
        {
            int start = labels[..end].LastIndexOf('.') + 1;
            ReadOnlySpan<char> label = labels[start..end];
            if (suffix.PartitionOfRegion(label) is { } partition)
            {
                ReadOnlySpan<char> before = labels[..Math.Max(start - 1, 0)];
                ReadOnlySpan<char> after = labels[Math.Min(end + 1, labels.Length)..];
                if (after is "vpce")
                {
                    before = PrivateLink.SkipEndpoint(before);
                    after = [];
                }
                return Name(before, after, suffix) is { } service ? Scope(service, label, partition, before, path) : null;
            }
            end = start - 1;
        }

        // 7. No region.
        return GlobalEndpoint.Resolve(labels, suffix);
    }

    // 5. The service.
    private static string? Name(ReadOnlySpan<char> before, ReadOnlySpan<char> after, DnsSuffix suffix) => suffix.Kind switch
    {
        DnsSuffixKind.CustomerUrl => CustomerHost.BelowCustomerUrl(before, after),
        // {region}.signin.aws.amazon.com, {region}.oauth.signin.aws
        DnsSuffixKind.Console => before.IsEmpty && after is ("signin" or "oauth") ? "signin" : null,
        _ when after.IsEmpty => SigningNames.BeforeRegion(before),
        _ when after is "us-gov" => before is "routes.geo" ? "geo-routes" : null, // no other service has this label here
        _ => CustomerHost.AfterRegion(after),
    };

    private static EndpointScope Scope(
        string service, ReadOnlySpan<char> region, Partition partition, ReadOnlySpan<char> labels, ReadOnlySpan<char> path)
    {
        // 6. The path.
        if (SharedHost.Name(service, labels, path) is { } shared)
            return new EndpointScope(shared, region.ToString()) { DependsOnPath = true };

        // A service for every region at once: version 4A by preference. With version 4 it takes one region alone.
        if (service == "sustainability")
            return new EndpointScope(service, partition.GlobalRegion) { RegionSet = EndpointScope.AllRegions };
        return new EndpointScope(service, region.ToString());
    }
}
