namespace AwsSigV4Proxy.Signing.Endpoints;

/// <summary>
/// Hosts below the suffixes of AWS that no signed endpoint has: customers rent them for servers of their own, or they speak
/// another protocol, or they want a token, a password or a certificate. A signature must not be sent to the first, and means
/// nothing to the others. Sources: the public suffix list (https://publicsuffix.org/list/) and the user guides.
/// </summary>
internal static class UnsignedHost
{
    /// <summary>Stands for a signing name in the tables, where there is none.</summary>
    public const string Name = "";

    /// <summary>
    /// Whether labels before the region are such a name. One that begins with a dot asks for at least one more label before
    /// it: <c>mq</c> is the API of Amazon MQ, <c>{id}.mq</c> one customer's broker.
    /// </summary>
    public static bool IsBeforeRegion(ReadOnlySpan<char> labels) => labels switch
    {
        // Servers of customers.
        "elb" => true,
        ".analytics-gateway" or ".emrappui-prod" or ".emrnotebooks-prod" or ".emrstudio-prod" or ".grafana-workspace" => true,
        ".vfs.cloud9" or ".webview-assets.cloud9" or ".webview-assets.aws-cloud9" => true,
        "s3-website" => true,

        // Other protocols: databases, brokers, file systems, mail.
        "dax-clusters" or ".efs" or ".fsx" or ".kafka" or "kafka-serverless" or ".memorydb" or ".mq" or ".rds" => true,
        "email-smtp" or "inbound-smtp" or ".server.transfer" => true,

        // Tokens, passwords and certificates instead of signatures.
        "eks-cluster" or "oidc-eks" or "oidc.eks" => true,
        ".dkr.ecr" or ".d.codeartifact" or "git-codecommit" or "scim" => true,
        ".credentials.iot" or ".cups.lorawan" or ".lns.lorawan" => true,
        _ => PrivateLink.IsCustomersService(labels),
    };

    /// <summary>Whether labels between the region and the suffix are such a name.</summary>
    public static bool IsAfterRegion(ReadOnlySpan<char> labels) => labels switch
    {
        "airflow" or "compute" or "docdb" or "docdb-elastic" or "eb" or "eks" or "elb" or "rds" or "redshift"
            or "redshift-serverless" => true,
        _ => IsWebsite(labels),
    };

    /// <summary>Whether the last label before the region is such a name below a suffix for customers' hosts.</summary>
    public static bool IsBelowCustomerUrl(ReadOnlySpan<char> label) => label is
        "airflow" or "dkr-ecr" or "dsql" or "labeling" or "mq" or "notebook" or "portal" or "studio" or "timestream-influxdb"
        or "transfer-webapp";

    /// <summary>Whether a whole name without region is such a one.</summary>
    public static bool IsGlobal(ReadOnlySpan<char> labels)
    {
        ReadOnlySpan<char> last = labels[(labels.LastIndexOf('.') + 1)..];
        return last is "compute" or "compute-1" or "elb" or "cache" || labels is "codecatalyst" || IsWebsite(last);
    }

    // s3-website-{region}: the older form, without a label for the region.
    private static bool IsWebsite(ReadOnlySpan<char> labels) => labels.StartsWith("s3-website-");
}
