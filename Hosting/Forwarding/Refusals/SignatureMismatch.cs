using System.Text;
using System.Text.Unicode;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Signing;

namespace AwsSigV4Proxy.Hosting.Forwarding.Refusals;

/// <summary>
/// Where the request that AWS saw differs from the one that was signed, and what that usually means. AWS answers a signature that
/// does not match with the canonical request and the string to sign that it made itself.
/// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
/// </summary>
/// <param name="What">What differs first.</param>
/// <param name="Signed">The line that was signed, fit for the log.</param>
/// <param name="Seen">The line that AWS made, fit for the log.</param>
/// <param name="Meaning">What that usually means, and what to do.</param>
internal sealed record SignatureMismatch(string What, string Signed, string Seen, string Meaning)
{
    /// <summary>As much of a line as is shown, in characters. Arbitrary: a line of a terminal or two.</summary>
    private const int ShownLength = 160;

    /// <summary>Stands for a line that one of the two texts has not.</summary>
    private const string NoLine = "(no such line)";

    private const string AnotherRegionOrService =
        "The endpoint checks signatures for another service or region: set --service and --region to those that AWS names.";

    private const string WrongSecret =
        "Both sides signed the same text, so the keys differ: the secret access key does not belong to the access key id, or has a "
        + "character too many or too few.";

    /// <summary>Whether AWS says that the signature does not match.</summary>
    public static bool IsOf(AwsError error) => error.Code is "SignatureDoesNotMatch" or "InvalidSignatureException" or "InvalidSignature"
        || error.Message.Contains("request signature we calculated does not match", StringComparison.OrdinalIgnoreCase);

    /// <summary>Compares.</summary>
    /// <param name="signed">What was signed.</param>
    /// <param name="error">AWS's answer, with its canonical request.</param>
    public static SignatureMismatch Find(SigningExplanation signed, AwsError error)
    {
        var canonicalRequest = Decode(signed.CanonicalRequest);
        if (FirstDifference(canonicalRequest, error.CanonicalRequest!) is ({ } ours, { } theirs, var index))
        {
            var (what, meaning) = Explain(index, ours, theirs, Lines(canonicalRequest).Length);
            var isQuery = index == 2;
            return new SignatureMismatch(
                $"the canonical request, {what}", isQuery ? ShowParameter(ours, theirs) : Show(ours, theirs),
                isQuery ? ShowParameter(theirs, ours) : Show(theirs, ours), meaning);
        }

        return error.StringToSign is { Length: > 0 } stringToSign
            && FirstDifference(signed.StringToSign, stringToSign) is ({ } our, { } their, var line)
            ? new SignatureMismatch(
                $"the string to sign, {(line == 2 ? "the credential scope" : $"line {line + 1}")}", Show(our, their), Show(their, our),
                line == 2 ? AnotherRegionOrService : "The signature was made at another time or in another way than AWS takes.")
            : new SignatureMismatch("nothing", "the same", "the same", WrongSecret);
    }

    /// <summary>A line without control characters, and not longer than is shown.</summary>
    public static string Fit(string text) => TerminalText.Sanitize(text.Length > ShownLength ? text[..ShownLength] + "..." : text);

    /// <summary>AWS's text was read as UTF-8; ours has a character for each byte.</summary>
    private static string Decode(string canonicalRequest)
    {
        var bytes = Encoding.Latin1.GetBytes(canonicalRequest);
        return Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : canonicalRequest;
    }

    /// <summary>The first line that differs, and its number from 0; null when all are the same.</summary>
    private static (string Ours, string Theirs, int Index)? FirstDifference(string ours, string theirs)
    {
        var (our, their) = (Lines(ours), Lines(theirs));
        for (var i = 0; i < Math.Max(our.Length, their.Length); i++)
        {
            var (one, other) = (our.ElementAtOrDefault(i) ?? NoLine, their.ElementAtOrDefault(i) ?? NoLine);
            if (one != other)
                return (one, other, i);
        }

        return null;
    }

    private static string[] Lines(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal).TrimEnd('\n').Split('\n');

    /// <summary>What a line of a canonical request is (its fields are in the order of <see cref="Signing.Canonical.CanonicalRequest"/>).</summary>
    private static (string What, string Meaning) Explain(int index, string ours, string theirs, int count)
    {
        return index switch
        {
            0 => ("the method", "Something between the proxy and AWS changed the method."),
            1 => ("the path",
                "The endpoint reads paths otherwise than the service that was signed for (S3's family takes them as they are): check "
                + "--service; or something between the proxy and AWS rewrites paths."),
            2 => ("the query", "Something between the proxy and AWS changes the order or the encoding of queries."),
            _ when index == count - 1 => ("the payload hash",
                "AWS got another body than the one that was signed, or takes none that is signed: try --payload unsigned, or let the "
                + "caller not send x-amz-content-sha256 of its own."),
            _ when index == count - 2 => ("the list of signed headers", "A header that was signed did not reach AWS, or another one did."),
            _ => ExplainHeader(ours, theirs),
        };
    }

    private static (string What, string Meaning) ExplainHeader(string ours, string theirs)
    {
        var name = (ours.Length > 0 && ours != NoLine ? ours : theirs).Split(':')[0];
        return name switch
        {
            AwsNames.SecurityTokenHeader => ($"the header {name}",
                "The session token did not reach AWS as it was signed: something between the proxy and AWS changes or drops it."),
            AwsNames.HostHeader => ("the header host",
                "The request reached AWS under another host name, through a tunnel, a load balancer or a VPC endpoint: give the name that "
                + "AWS sees with --sign-host."),
            _ => ($"the header {Fit(name)}",
                "Something between the proxy and AWS changed or dropped the header: take it out with --strip-header, or find out what does."),
        };
    }

    /// <summary>
    /// The first parameter that is not the same. Of others nothing is shown, and of one whose name differs no value: a query may
    /// hold secrets of the caller's.
    /// </summary>
    private static string ShowParameter(string query, string other)
    {
        var (ours, theirs) = (query.Split('&'), other.Split('&'));
        var i = 0;
        while (i < ours.Length && i < theirs.Length && ours[i] == theirs[i])
            i++;
        var (our, their) = (ours.ElementAtOrDefault(i) ?? "(no such parameter)", theirs.ElementAtOrDefault(i) ?? "");
        var name = our.Split('=')[0];
        return name == their.Split('=')[0] ? Show(our, their) : Fit(our.Contains('=', StringComparison.Ordinal) ? name + "=..." : our);
    }

    /// <summary>A line without secrets and control characters; of a long one the part around where it begins to differ.</summary>
    private static string Show(string line, string other)
    {
        var (one, two) = (SigningExplanation.Redact(line), SigningExplanation.Redact(other));
        // Lines that differ in what is not shown would look the same.
        if (one == two)
            return Fit(one);
        var start = Math.Max(0, one.AsSpan().CommonPrefixLength(two) - (ShownLength / 2));
        return (start > 0 ? "..." : "") + Fit(one[start..]);
    }
}
