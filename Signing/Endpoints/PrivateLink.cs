namespace AwsSigV4Proxy.Signing.Endpoints;

/// <summary>
/// Interface endpoints of AWS PrivateLink: <c>vpce-{id}[-{zone}].{labels of the service}.{region}.vpce.{suffix}</c>. They sign
/// like the service's own host. Source: https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
/// </summary>
internal static class PrivateLink
{
    // What a customer offers as an endpoint service of his own: vpce-{id}.vpce-svc-{id}. No service of AWS answers there.
    private const string CustomersService = "vpce-svc-";

    /// <summary>
    /// The labels of the service: what follows the endpoint's label, before which S3 may have a bucket. Nothing without that
    /// label; the label itself where it is a customer's own service, which <see cref="UnsignedHost"/> knows.
    /// </summary>
    public static ReadOnlySpan<char> SkipEndpoint(ReadOnlySpan<char> labels)
    {
        for (int end = labels.Length; end > 0;)
        {
            int start = labels[..end].LastIndexOf('.') + 1;
            if (labels[start..end].StartsWith("vpce-"))
                return IsCustomersService(labels[start..end]) ? labels[start..end] : labels[Math.Min(end + 1, labels.Length)..];
            end = start - 1;
        }
        return [];
    }

    /// <summary>Whether a label names an endpoint service of a customer.</summary>
    public static bool IsCustomersService(ReadOnlySpan<char> label) =>
        label.StartsWith(CustomersService) && !label.Contains('.'); // more labels: a bucket may be called like one
}
