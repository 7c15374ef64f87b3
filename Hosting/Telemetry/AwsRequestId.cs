using AwsSigV4Proxy.Hosting.Commands;

namespace AwsSigV4Proxy.Hosting.Telemetry;

/// <summary>
/// The id that AWS gave a request, which its support asks for: <c>x-amzn-RequestId</c> of most services, <c>x-amz-request-id</c> of
/// S3, <c>apigw-requestid</c> of HTTP APIs of API Gateway.
/// </summary>
internal static class AwsRequestId
{
    private static readonly string[] Names = ["x-amzn-RequestId", "x-amz-request-id", "apigw-requestid"];

    // Arbitrary; AWS's own have at most 36.
    private const int MaxLength = 128;

    /// <summary>The id, fit for a log; null where the answer has none.</summary>
    public static string? Find(HttpResponseMessage answer)
    {
        foreach (var name in Names)
        {
            if (answer.Headers.NonValidated.TryGetValues(name, out var values) && values.ToString() is { Length: > 0 and <= MaxLength } id)
                return TerminalText.Sanitize(id);
        }

        return null;
    }
}
