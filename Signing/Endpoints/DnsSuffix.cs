namespace AwsSigV4Proxy.Signing.Endpoints;

/// <summary>A DNS suffix below which AWS alone hands out names, and the partitions whose endpoints stand below it.</summary>
/// <param name="Name">The suffix in lower case, without a leading dot.</param>
/// <param name="Kind">Which names stand below it.</param>
/// <param name="Partitions">The partitions, the one that counts for a host without a region first.</param>
internal sealed record DnsSuffix(string Name, DnsSuffixKind Kind, params Partition[] Partitions)
{
    // The first two partitions share their suffixes: the region's name tells which of them a host belongs to.
    private static readonly DnsSuffix[] All =
    [
        new("amazonaws.com", DnsSuffixKind.Plain, Partition.Aws, Partition.AwsUsGov),
        new("api.aws", DnsSuffixKind.DualStack, Partition.Aws, Partition.AwsUsGov),
        new("on.aws", DnsSuffixKind.CustomerUrl, Partition.Aws, Partition.AwsUsGov),
        new("app.aws", DnsSuffixKind.CustomerUrl, Partition.Aws, Partition.AwsUsGov),
        new("sagemaker.aws", DnsSuffixKind.CustomerUrl, Partition.Aws, Partition.AwsUsGov),
        new("signin.aws", DnsSuffixKind.Console, Partition.Aws),
        new("aws.amazon.com", DnsSuffixKind.Console, Partition.Aws),
        new("amazonaws-us-gov.com", DnsSuffixKind.Console, Partition.AwsUsGov),
        new("amazonaws.com.cn", DnsSuffixKind.Plain, Partition.AwsCn),
        new("api.amazonwebservices.com.cn", DnsSuffixKind.DualStack, Partition.AwsCn),
        new("on.amazonwebservices.com.cn", DnsSuffixKind.CustomerUrl, Partition.AwsCn),
        new("amazonaws.cn", DnsSuffixKind.Console, Partition.AwsCn),
        new("amazonaws.eu", DnsSuffixKind.Plain, Partition.AwsEusc),
        new("api.amazonwebservices.eu", DnsSuffixKind.DualStack, Partition.AwsEusc),
        new("on.amazonwebservices.eu", DnsSuffixKind.CustomerUrl, Partition.AwsEusc),
        new("amazonaws-eusc.eu", DnsSuffixKind.Console, Partition.AwsEusc),
        new("c2s.ic.gov", DnsSuffixKind.Plain, Partition.AwsIso),
        new("api.aws.ic.gov", DnsSuffixKind.DualStack, Partition.AwsIso),
        new("on.aws.ic.gov", DnsSuffixKind.CustomerUrl, Partition.AwsIso),
        new("c2shome.ic.gov", DnsSuffixKind.Console, Partition.AwsIso),
        new("sc2s.sgov.gov", DnsSuffixKind.Plain, Partition.AwsIsoB),
        new("api.aws.scloud", DnsSuffixKind.DualStack, Partition.AwsIsoB),
        new("on.aws.scloud", DnsSuffixKind.CustomerUrl, Partition.AwsIsoB),
        new("sc2shome.sgov.gov", DnsSuffixKind.Console, Partition.AwsIsoB),
        new("cloud.adc-e.uk", DnsSuffixKind.Plain, Partition.AwsIsoE),
        new("api.cloud-aws.adc-e.uk", DnsSuffixKind.DualStack, Partition.AwsIsoE),
        new("on.cloud-aws.adc-e.uk", DnsSuffixKind.CustomerUrl, Partition.AwsIsoE),
        new("csphome.adc-e.uk", DnsSuffixKind.Console, Partition.AwsIsoE),
        new("csp.hci.ic.gov", DnsSuffixKind.Plain, Partition.AwsIsoF),
        new("api.aws.hci.ic.gov", DnsSuffixKind.DualStack, Partition.AwsIsoF),
        new("on.aws.hci.ic.gov", DnsSuffixKind.CustomerUrl, Partition.AwsIsoF),
        new("csphome.hci.ic.gov", DnsSuffixKind.Console, Partition.AwsIsoF),
    ];

    /// <summary>
    /// The suffix that a host name in lower case ends with, or null when it is no name of AWS. Whole labels count:
    /// <c>evilamazonaws.com</c> does not end with <c>amazonaws.com</c>, and a suffix alone is no host.
    /// </summary>
    public static DnsSuffix? Of(ReadOnlySpan<char> host)
    {
        foreach (DnsSuffix suffix in All)
        {
            int dot = host.Length - suffix.Name.Length - 1;
            if (dot > 0 && host[dot] == '.' && host.EndsWith(suffix.Name))
                return suffix;
        }
        return null;
    }

    /// <summary>The partition, among those of this suffix, that a label names a region of; null when it names none.</summary>
    public Partition? PartitionOfRegion(ReadOnlySpan<char> label)
    {
        foreach (Partition partition in Partitions)
        {
            if (partition.HasRegion(label))
                return partition;
        }
        return null;
    }
}

/// <summary>Which names stand below a <see cref="DnsSuffix"/>.</summary>
internal enum DnsSuffixKind
{
    /// <summary>Endpoints of the services, at first for IPv4 alone.</summary>
    Plain,

    /// <summary>Endpoints of the services for IPv4 and IPv6.</summary>
    DualStack,

    /// <summary>Names that the services hand out to customers, such as the URL of one Lambda function.</summary>
    CustomerUrl,

    /// <summary>The sites of the AWS Management Console, of which the sign-in service has an API.</summary>
    Console,
}
