using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Hosting.Forwarding.Refusals;

/// <summary>
/// Tells whether AWS refused a request because the credentials that signed it are no longer good: expired before their time,
/// revoked, deleted, replaced.
/// Source: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html,
/// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html,
/// https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
/// </summary>
internal static class CredentialRefusal
{
    /// <summary>Whether the credentials were refused.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="error">What it says.</param>
    /// <param name="signedWith">What the request was signed with.</param>
    public static bool IsOf(HttpResponseMessage answer, AwsError error, SigningCredentials signedWith) => error.Code switch
    {
        // JSON protocols and API Gateway; the query protocol and S3.
        "ExpiredTokenException" or "UnrecognizedClientException" => true,
        "InvalidClientTokenId" or "InvalidAccessKeyId" or "TokenRefreshRequired" => true,
        // Programs behind an endpoint of AWS say these too, in JSON, of tokens of their own; S3, EC2 and the query protocol
        // speak XML, and the header is AWS's alone. EC2 says RequestExpired of credentials too; where it means the time, that was corrected before.
        "ExpiredToken" or "InvalidToken" or "RequestExpired" => IsOfAws(answer, error) && signedWith.SessionToken is not null,
        "AuthFailure" => IsOfAws(answer, error),
        // OpenSearch and others name no code.
        "" => error.Message.StartsWith("The security token included in the request is ", StringComparison.Ordinal),
        _ => false,
    };

    private static bool IsOfAws(HttpResponseMessage answer, AwsError error) =>
        error.IsOfHeader
        || (answer.Content.Headers.NonValidated.TryGetValues("Content-Type", out var type)
            && type.ToString().Contains("xml", StringComparison.OrdinalIgnoreCase));
}
