namespace AwsSigV4Proxy.Signing.Endpoints;

/// <summary>
/// Hosts without a region label: services that a partition has once, names from the time when there was one region, and
/// endpoints that span regions, which take Signature Version 4A. Only known names count here.
/// </summary>
internal static class GlobalEndpoint
{
    private const string Global = ".global"; // changes nothing
    private const string UsGov = ".us-gov";

    /// <summary>Reads the labels before the suffix, FIPS marks removed; null when they are none of the known names.</summary>
    public static EndpointScope? Resolve(ReadOnlySpan<char> labels, DnsSuffix suffix)
    {
        Partition partition = suffix.Partitions[0];
        bool isShared = suffix.Partitions.Length > 1;
        if (labels.EndsWith(Global))
        {
            labels = labels[..^Global.Length];
        }
        else if (labels.EndsWith(UsGov) && isShared)
        {
            partition = suffix.Partitions[1];
            labels = labels[..^UsGov.Length];
        }
        else if (suffix.Kind == DnsSuffixKind.DualStack && isShared)
        {
            // budgets.api.aws, cloudfront.api.aws: those of the commercial partition have the label global.
            partition = suffix.Partitions[1];
        }

        string? name = suffix.Kind switch
        {
            DnsSuffixKind.Console => labels is "signin" ? "signin" : null,
            DnsSuffixKind.CustomerUrl => null,
            DnsSuffixKind.DualStack => Once(labels),
            _ => Once(labels) ?? FromTheFirstRegion(labels),
        };
        if (name is not null)
            return Scope(name, partition);

        if (ForEveryRegion(labels, suffix) is { } service)
            return new EndpointScope(service, Region: null)
            {
                Algorithm = SigningAlgorithm.SigV4a,
                RegionSet = EndpointScope.AllRegions,
            };
        return UnsignedHost.IsGlobal(labels) ? new EndpointScope(UnsignedHost.Name, Region: null) : null;
    }

    private static EndpointScope Scope(string name, Partition partition) => name switch
    {
        "iam" when partition == Partition.AwsCn => new EndpointScope(name, "cn-north-1"),
        // These take version 4A by preference, and version 4 with the partition's region as well.
        "partnercentral" or "partnercentral-channel" or "sustainability" =>
            new EndpointScope(name, partition.GlobalRegion) { RegionSet = EndpointScope.AllRegions },
        _ => new EndpointScope(name, partition.GlobalRegion),
    };

    private static string? Once(ReadOnlySpan<char> labels) => labels switch
    {
        "budgets" => "budgets",
        "cloudfront" => "cloudfront",
        "global.health" => "health",
        "iam" => "iam",
        "partnercentral-channel" => "partnercentral-channel",
        "partnercentral-prm" => "partnercentral",
        "route53" => "route53",
        "savingsplans" => "savingsplans",
        "sts" => "sts",
        "sustainability" => "sustainability",
        "waf" => "waf",
        _ => null,
    };

    private static string? FromTheFirstRegion(ReadOnlySpan<char> labels) => labels switch
    {
        "autoscaling" => "autoscaling",
        "ec2" => "ec2",
        "elasticmapreduce" => "elasticmapreduce",
        "importexport" => "IngestionService",
        "queue" => "sqs",
        "sdb" => "sdb",
        _ => null,
    };

    // Version 4A alone. Sources: the endpoint rules of S3, CloudFront KeyValueStore, EventBridge and SES, and
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiRegionAccessPointRequests.html
    private static string? ForEveryRegion(ReadOnlySpan<char> labels, DnsSuffix suffix)
    {
        if (suffix.Kind == DnsSuffixKind.Plain && labels.EndsWith(".mrap.accesspoint.s3-global"))
            return "s3";
        if (suffix.Kind == DnsSuffixKind.DualStack && labels.EndsWith(".cloudfront-kvs"))
            return "cloudfront-keyvaluestore";
        if (labels.EndsWith(".endpoint.events"))
            return "events";
        return labels.EndsWith(".endpoints.email") ? "ses" : null;
    }
}
