namespace AwsSigV4Proxy.Hosting.Telemetry;

/// <summary>
/// The id that AWS gave a request, which its support asks for: <c>x-amzn-RequestId</c> of most services, <c>x-amz-request-id</c> of
/// S3, <c>apigw-requestid</c> of HTTP APIs of API Gateway.
/// </summary>
internal static class AwsRequestId
{
    private static readonly string[] Names = ["x-amzn-RequestId", "x-amz-request-id", "apigw-requestid"];

    /// <summary>The id; null where the answer has none that can be one.</summary>
    public static string? Find(HttpResponseMessage answer)
    {
        foreach (var name in Names)
        {
            if (answer.Headers.NonValidated.TryGetValues(name, out var values) && values.ToString() is var id && RequestId.IsOne(id))
                return id;
        }

        return null;
    }
}
