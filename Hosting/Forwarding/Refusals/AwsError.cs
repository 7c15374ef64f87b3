using System.Text.Json;
using System.Xml;

namespace AwsSigV4Proxy.Hosting.Forwarding.Refusals;

/// <summary>
/// An error that AWS answered with, as far as the proxy has to understand it. The code stands in the header <c>x-amzn-errortype</c>,
/// which wins, or in the body (<see cref="AwsErrorBody"/>).
/// Source: https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
/// </summary>
/// <param name="Code">The error code, without a namespace; empty where the answer has none.</param>
/// <param name="Message">What the service says of it.</param>
/// <param name="CanonicalRequest">The canonical request that AWS made of the request, or null where it does not say.</param>
/// <param name="StringToSign">The string to sign that AWS made, or null.</param>
internal sealed record AwsError(string Code, string Message, string? CanonicalRequest = null, string? StringToSign = null)
{
    private const string CanonicalHeading = "The Canonical String for this request should have been";
    private const string StringToSignHeading = "The String-to-Sign should have been";

    /// <summary>As much of an answer as is read, in bytes. Arbitrary: more than any that repeats a canonical request.</summary>
    private const int MaxPeekedBytes = 64 * 1024;

    /// <summary>
    /// Whether the code is that of <c>x-amzn-errortype</c>, which services of AWS alone write: what stands in a body may be the word of
    /// a program behind one.
    /// </summary>
    public bool IsOfHeader { get; init; }

    /// <summary>The region that S3 says is the right one, or null.</summary>
    public string? Region { get; init; }

    /// <summary>The host that S3 says is the right one, or null.</summary>
    public string? Endpoint { get; init; }

    /// <summary>
    /// Reads the error of an answer, whose content is put back; null when it is none that can be read. No service compresses its
    /// errors: where the body cannot be read, and in answers to HEAD, which have none, the header counts.
    /// </summary>
    public static async ValueTask<AwsError?> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var errorType = answer.Headers.NonValidated.TryGetValues("x-amzn-errortype", out var values) ? values.ToString() : null;
        if (answer.RequestMessage?.Method == HttpMethod.Head || IsEncoded(answer))
            return Read(errorType, default);
        var peeked = await PeekedContent.ReadAsync(answer, MaxPeekedBytes, cancellationToken);
        return Read(errorType, peeked.Beginning);
    }

    /// <summary>Reads an answer's error; null when it is none that can be read.</summary>
    /// <param name="errorType">The value of <c>x-amzn-errortype</c>, where JSON services put the code, or null.</param>
    /// <param name="body">The answer's body.</param>
    public static AwsError? Read(string? errorType, ReadOnlyMemory<byte> body)
    {
        AwsError error;
        try
        {
            error = AwsErrorBody.Read(body).WithTextsOfMessage();
        }
        catch (Exception e) when (e is XmlException or JsonException or InvalidOperationException)
        {
            error = new AwsError("", "");
        }

        if (CodeOf(errorType ?? "") is { Length: > 0 } code)
            return error with { Code = code, IsOfHeader = true };
        return error.Code.Length + error.Message.Length > 0 ? error : null;
    }

    /// <summary><c>com.amazon.coral.service#InvalidSignatureException</c> and <c>InvalidSignatureException:http://...</c> are that.</summary>
    public static string CodeOf(string type)
    {
        var code = type[(type.IndexOf('#', StringComparison.Ordinal) + 1)..];
        var colon = code.IndexOf(':', StringComparison.Ordinal);
        return (colon < 0 ? code : code[..colon]).Trim();
    }

    private static bool IsEncoded(HttpResponseMessage answer) =>
        answer.Content.Headers.NonValidated.TryGetValues("Content-Encoding", out var encoding)
        && !encoding.ToString().Trim().Equals("identity", StringComparison.OrdinalIgnoreCase);

    /// <summary>Services other than S3 put the two texts into the message, each in quotes below its heading.</summary>
    private AwsError WithTextsOfMessage() => this with
    {
        CanonicalRequest = CanonicalRequest ?? Quoted(CanonicalHeading, StringToSignHeading),
        StringToSign = StringToSign ?? Quoted(StringToSignHeading, null),
    };

    private string? Quoted(string heading, string? next)
    {
        var start = Message.IndexOf(heading, StringComparison.Ordinal);
        if (start < 0)
            return null;
        var rest = Message[(start + heading.Length)..];
        var end = next is null ? -1 : rest.IndexOf(next, StringComparison.Ordinal);
        rest = end < 0 ? rest : rest[..end];
        var (open, close) = (rest.IndexOf('\'', StringComparison.Ordinal), rest.LastIndexOf('\''));
        return open < close ? rest[(open + 1)..close] : null;
    }
}
