using System.Net.Sockets;
using System.Text.Json;
using System.Xml;
using Amazon.Runtime;

namespace AwsSigV4Proxy.Hosting.Credentials;

/// <summary>
/// Turns what the SDK and the network throw into half a sentence: what happened and what to do. A message of AWS is quoted
/// only where it cannot echo a secret: that of <c>SignatureDoesNotMatch</c> holds the session token, that of
/// <c>ValidationError</c> the value that it rejects.
/// </summary>
internal static class AwsFailure
{
    /// <summary>Why an answer is of no use that is none of AWS's.</summary>
    internal const string NotDescribed = "its answer is not what AWS describes; check the endpoint and what stands before it";

    private const int MaxQuotedLength = 300;

    /// <summary>Why a provider failed, without a full stop at the end.</summary>
    public static string Describe(Exception exception)
    {
        if (exception is CredentialsUnavailableException)
            return exception.Message;

        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is AmazonServiceException { ErrorCode: { Length: > 0 } code } answer)
                return DescribeAnswer(answer, code);
            if (cause is ViaProxyException)
                return cause.Message;
            if (cause is HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded })
                return "cut its answer short; check the endpoint and what stands before it";
            if (cause is HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded })
                return NotDescribed;
            if (cause is SocketException socket)
                return $"cannot be reached ({socket.SocketErrorCode}); check the network and the endpoint";
            if (cause is OperationCanceledException or TimeoutException)
                return "did not answer in time; check the network and the endpoint";
        }

        return exception switch
        {
            HttpRequestException { StatusCode: { } status } => $"answered {(int)status}",
            HttpRequestException request => $"cannot be reached ({request.HttpRequestError}); check the network and the endpoint",
            UnauthorizedAccessException => "a file cannot be read; check its permissions",
            // An answer without an error code is none of AWS's: its body, which the message holds, may echo the request.
            AmazonServiceException answer => $"answered {(int)answer.StatusCode} with no error of AWS's; check the endpoint and what stands before it",
            // The last three are the SDK's at an answer that lacks what it looks for.
            XmlException or JsonException or FormatException or NullReferenceException or ArgumentNullException => NotDescribed,
            AmazonClientException => Quote(exception.Message),
            _ => $"failed unexpectedly ({exception.GetType().Name})",
        };
    }

    private static string DescribeAnswer(AmazonServiceException answer, string code) => code switch
    {
        "AccessDenied" or "AccessDeniedException" =>
            $"{code}: {Quote(answer.Message)}; check the role's trust policy and the caller's permissions",
        "ExpiredToken" or "ExpiredTokenException" => $"{code}: the credentials or the token it was asked with have expired; renew them",
        "InvalidIdentityToken" or "IDPRejectedClaim" or "IDPCommunicationError" =>
            $"{code}: {Quote(answer.Message)}; check the identity provider and the role's trust policy",
        "InvalidClientTokenId" or "UnrecognizedClientException" => $"{code}: AWS does not know the access key; check it and the partition",
        "SignatureDoesNotMatch" => $"{code}: the secret access key does not belong to the access key, or the clock is wrong",
        "RegionDisabledException" =>
            $"{code}: STS is not switched on in this region for the account; switch it on or choose another region",
        "ValidationError" => $"{code}: AWS rejects the role's ARN, the session's name or its duration: check them. A role that another role assumed lasts an hour at most, any other as long as its maximum session duration says",
        "RequestExpired" or "RequestTimeTooSkewed" => $"{code}: the clock is wrong; set it",
        _ => $"{code}, status {(int)answer.StatusCode}",
    };

    /// <summary>The first line, cut, without the full stop.</summary>
    private static string Quote(string message)
    {
        var line = message.AsSpan().Trim();
        var end = line.IndexOfAny('\r', '\n');
        line = (end < 0 ? line : line[..end]).TrimEnd(". ");
        return line.Length <= MaxQuotedLength ? line.ToString() : $"{line[..MaxQuotedLength]}...";
    }
}
