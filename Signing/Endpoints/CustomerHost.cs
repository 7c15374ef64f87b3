namespace AwsSigV4Proxy.Signing.Endpoints;

/// <summary>
/// Hosts that services hand out to their customers below labels or suffixes of their own. Only known ones: most of them take
/// no signature, and below other names anyone can rent a host. Sources: the user guides of the services, and the public
/// suffix list, in which AWS enters the names that its customers rent (https://publicsuffix.org/list/).
/// </summary>
internal static class CustomerHost
{
    /// <summary>
    /// The signing name for the labels that stand between the region and the suffix, as in
    /// <c>search-logs-abc.eu-west-1.es.amazonaws.com</c>; null for unknown ones.
    /// </summary>
    public static string? AfterRegion(ReadOnlySpan<char> labels) => labels switch
    {
        "aoss" => "aoss",
        "cloudsearch" => "cloudsearch",
        "elasticmapreduce" => "elasticmapreduce",
        "es" => "es",
        "neptune" => "neptune-db",
        "neptune-graph" => "neptune-graph",
        "opensearch" => "opensearch", // OpenSearch UI: application-{name}-{id}
        "osis" => "osis",
        "queue" => "sqs",
        _ => UnsignedHost.IsAfterRegion(labels) ? UnsignedHost.Name : null,
    };

    /// <summary>The signing name below a suffix that holds customers' names alone; null for unknown ones.</summary>
    /// <param name="before">The labels before the region, the last of which names the service.</param>
    /// <param name="after">The labels between the region and the suffix.</param>
    public static string? BelowCustomerUrl(ReadOnlySpan<char> before, ReadOnlySpan<char> after)
    {
        // {region}.experiments.sagemaker.aws and {id}.{region}.experiments.sagemaker.aws: tracking servers of MLflow.
        if (!after.IsEmpty)
            return after is "experiments" ? "sagemaker-mlflow" : null;

        ReadOnlySpan<char> last = before[(before.LastIndexOf('.') + 1)..];
        return last switch
        {
            "aos" => "es",
            "aoss" => "aoss",
            "lambda-url" => "lambda",
            "neptune-graph" => "neptune-graph",
            "sagemaker" => before is "mlflow.sagemaker" || before.EndsWith(".mlflow.sagemaker") ? "sagemaker-mlflow" : null,
            "vpc-lattice-svcs" => "vpc-lattice-svcs",
            _ => UnsignedHost.IsBelowCustomerUrl(last) ? UnsignedHost.Name : null,
        };
    }
}
