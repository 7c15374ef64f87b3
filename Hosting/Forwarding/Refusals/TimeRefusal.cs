using System.Globalization;

namespace AwsSigV4Proxy.Hosting.Forwarding.Refusals;

/// <summary>
/// Tells whether AWS refused a request because of its time, and what its clock shows.
/// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html,
/// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
/// </summary>
internal static class TimeRefusal
{
    /// <summary>
    /// How far AWS's clock must be from the time of a signature that it refused for that. Arbitrary: AWS allows five minutes at
    /// least, and its answer may have been long on its way.
    /// </summary>
    private static readonly TimeSpan MinDifference = TimeSpan.FromMinutes(1);

    /// <summary>What AWS allows, where nothing but the difference tells why it refused.</summary>
    private static readonly TimeSpan Allowance = TimeSpan.FromMinutes(5);

    /// <summary>What AWS's clock shows, when it refused a request because of its time; otherwise null.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="error">What it says; null, or without a message, for an answer without a body, which answers to HEAD are.</param>
    /// <param name="signedAt">The time of the signature.</param>
    public static DateTimeOffset? TimeOf(HttpResponseMessage answer, AwsError? error, DateTimeOffset signedAt)
    {
        // Not by the typed property, which would put the header into other words. An answer with an age comes from a cache.
        if (!answer.Headers.NonValidated.TryGetValues("Date", out var value) || answer.Headers.NonValidated.Contains("Age")
            || !DateTimeOffset.TryParseExact(value.ToString(), "r", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            return null;
        var difference = (date - signedAt).Duration();
        var isOfTime = error is not null && IsOfTime(error)
            ? difference > MinDifference
            : answer.RequestMessage?.Method == HttpMethod.Head && (error is null || MayBeOfTime(error)) && difference > Allowance;
        return isOfTime ? date : null;
    }

    /// <summary>Whether an error is of the time of a signature.</summary>
    public static bool IsOfTime(AwsError error) => error.Code switch
    {
        "RequestTimeTooSkewed" or "RequestExpired" or "RequestInTheFuture" => true,
        // OpenSearch and others name no code.
        "" => Begins(error, "Signature expired: ") || Begins(error, "Signature not yet current: "),
        // Of a signature in the header: "Signature expired: 20150830T123600Z is now earlier than ..." and "Signature not yet
        // current: ..."; of one in the query: "Request has expired" and "Request is not yet valid".
        _ => MayBeOfTime(error) && (Says(error, "expired") || Says(error, "not yet current") || Says(error, "not yet valid")),
    };

    /// <summary>Whether the message tells it, which an answer to HEAD has not.</summary>
    private static bool MayBeOfTime(AwsError error) =>
        error.Code is "SignatureDoesNotMatch" or "InvalidSignatureException" or "AuthFailure" or "AccessDenied" or "AccessDeniedException";

    private static bool Begins(AwsError error, string words) => error.Message.StartsWith(words, StringComparison.Ordinal);

    private static bool Says(AwsError error, string words) => error.Message.Contains(words, StringComparison.OrdinalIgnoreCase);
}
