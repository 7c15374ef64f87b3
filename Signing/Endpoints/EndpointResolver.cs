namespace AwsSigV4Proxy.Signing.Endpoints;

/// <summary>
/// Tells the signing service and region from the name of an AWS endpoint. Rules and small tables, not a list of hosts:
/// <list type="number">
/// <item>The host ends with a DNS suffix of a partition, on whole labels; else it is no endpoint of AWS.</item>
/// <item>FIPS marks are taken out: such an endpoint signs like the one without them.</item>
/// <item>S3 has shapes without a region label, where a bucket may look like anything.</item>
/// <item>The rightmost label that is a region of the suffix's partitions is the signing region.</item>
/// <item>The labels before it name the service; those after it do where there are any.</item>
/// <item>A host without a region belongs to a service that a partition has once, and signs with one fixed region.</item>
/// </list>
/// Where a rule could name a host that a customer, or anyone, can rent for purposes of their own, only known names count.
/// </summary>
internal static class EndpointResolver
{
    /// <summary>
    /// Tells the scope of a host. False for look-alikes, IP addresses, hosts outside AWS, and hosts of AWS that take no
    /// Signature Version 4: load balancers, instances, websites.
    /// </summary>
    /// <param name="host">A host name without port, in any case, perhaps with one trailing dot.</param>
    /// <param name="scope">The signing name and region.</param>
    public static bool TryResolve(ReadOnlySpan<char> host, out EndpointScope scope)
    {
        scope = default;
        Span<char> name = stackalloc char[HostName.MaxLength];
        if (!HostName.TryNormalize(host, name, out int length))
            return false;

        // 1. The suffix.
        if (DnsSuffix.Of(name[..length]) is not { } suffix)
            return false;
        Span<char> labels = name[..(length - suffix.Name.Length - 1)];

        // 2. FIPS.
        labels = labels[..HostName.RemoveFipsMarks(labels)];

        // 3. to 6.
        if ((S3Endpoint.ResolveWithoutRegionLabel(labels, suffix) ?? ResolveByRegion(labels, suffix)) is not { } found)
            return false;
        scope = found;
        return true;
    }

    private static EndpointScope? ResolveByRegion(ReadOnlySpan<char> labels, DnsSuffix suffix)
    {
        // 4. The rightmost region.
        for (int end = labels.Length; end > 0;)
        {
            int start = labels[..end].LastIndexOf('.') + 1;
            ReadOnlySpan<char> label = labels[start..end];
            if (suffix.PartitionOfRegion(label) is { } partition)
            {
                // 5. The service.
                ReadOnlySpan<char> before = labels[..Math.Max(start - 1, 0)];
                ReadOnlySpan<char> after = labels[Math.Min(end + 1, labels.Length)..];
                return NameService(before, after, suffix) is not { } service ? null
                    : new EndpointScope(service, SigningRegion(service, label, partition));
            }
            end = start - 1;
        }

        // 6. No region.
        return ResolveGlobal(labels, suffix);
    }

    private static string? NameService(ReadOnlySpan<char> before, ReadOnlySpan<char> after, DnsSuffix suffix)
    {
        if (suffix.Kind == DnsSuffixKind.CustomerUrl)
            return after.IsEmpty ? SigningNames.OnAws(before) : null;

        return after switch
        {
            "" => SigningNames.BeforeRegion(before),
            "vpce" => SigningNames.BeforeRegion(SkipPrivateLinkId(before)),
            "us-gov" => before is "routes.geo" ? "geo-routes" : null, // the one service with this label after the region
            _ => SigningNames.AfterRegion(after),
        };
    }

    /// <summary>
    /// What follows <c>vpce-{id}[-{zone}]</c>, before which S3 may have a bucket. Nothing does where the host belongs to a
    /// customer's own endpoint service (<c>vpce-{id}.vpce-svc-{id}.{region}.vpce</c>), which takes no signature.
    /// </summary>
    private static ReadOnlySpan<char> SkipPrivateLinkId(ReadOnlySpan<char> labels)
    {
        for (int end = labels.Length; end > 0;)
        {
            int start = labels[..end].LastIndexOf('.') + 1;
            if (labels[start..end].StartsWith("vpce-"))
                return labels[Math.Min(end + 1, labels.Length)..];
            end = start - 1;
        }
        return [];
    }

    private static string SigningRegion(string service, ReadOnlySpan<char> label, Partition partition) =>
        // A service for every region at once (Signature Version 4A). With version 4 it takes one region alone.
        service == "sustainability" ? partition.GlobalRegion : label.ToString();

    private static EndpointScope? ResolveGlobal(ReadOnlySpan<char> labels, DnsSuffix suffix)
    {
        const string Global = ".global"; // changes nothing
        const string UsGov = ".us-gov";

        Partition partition = suffix.Partitions[0];
        if (labels.EndsWith(Global))
        {
            labels = labels[..^Global.Length];
        }
        else if (labels.EndsWith(UsGov) && partition == Partition.Aws)
        {
            partition = Partition.AwsUsGov;
            labels = labels[..^UsGov.Length];
        }

        return SigningNames.WithoutRegion(labels) switch
        {
            null => null,
            "iam" when partition == Partition.AwsCn => new EndpointScope("iam", "cn-north-1"),
            { } service => new EndpointScope(service, partition.GlobalRegion),
        };
    }
}
