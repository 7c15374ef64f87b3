namespace AwsSigV4Proxy.Signing.Endpoints;

/// <summary>
/// The shapes of S3 hosts that have no region label of their own. Whatever stands before them is the bucket, which may hold
/// dots and look like a service or a region: <c>sqs.us-east-1.s3.amazonaws.com</c> is a bucket in us-east-1 by its shape.
/// </summary>
internal static class S3Endpoint
{
    private const string SigningName = "s3";

    /// <summary>Reads the labels before the suffix, FIPS marks removed; null when they have none of these shapes.</summary>
    public static EndpointScope? ResolveWithoutRegionLabel(ReadOnlySpan<char> labels, DnsSuffix suffix)
    {
        const string DashedRegion = "s3-";
        const string DashedFipsRegion = "s3-fips-";

        if (suffix.Kind != DnsSuffixKind.Plain)
            return null;
        if (labels.EndsWith("s3-accelerate.dualstack"))
            labels = labels[..labels.LastIndexOf('.')];

        ReadOnlySpan<char> last = labels[(labels.LastIndexOf('.') + 1)..];
        switch (last)
        {
            case "s3-accelerate": // the bucket's region, which only its owner knows
                return new EndpointScope(SigningName, Region: null);
            case "s3" or "s3-external-1" when suffix.Partitions[0] == Partition.Aws:
                return new EndpointScope(SigningName, Partition.Aws.GlobalRegion);
        }

        ReadOnlySpan<char> region =
            last.StartsWith(DashedFipsRegion) ? last[DashedFipsRegion.Length..]
            : last.StartsWith(DashedRegion) ? last[DashedRegion.Length..]
            : default;
        return suffix.PartitionOfRegion(region) is null ? null : new EndpointScope(SigningName, region.ToString());
    }
}
