using System.Text.Json;
using System.Xml;

namespace AwsSigV4Proxy.Hosting.Forwarding.Refusals;

/// <summary>
/// An error that AWS answered with, as far as the proxy has to understand it. Services write it in XML (S3, and those of the query
/// protocol) or in JSON.
/// Source: https://smithy.io/2.0/aws/protocols/index.html, https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
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

    /// <summary>Reads the error of an answer, whose content is put back; null when it is none that can be read.</summary>
    public static async ValueTask<AwsError?> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var errorType = answer.Headers.NonValidated.TryGetValues("x-amzn-errortype", out var values) ? values.ToString() : null;
        var peeked = await PeekedContent.ReadAsync(answer, MaxPeekedBytes, cancellationToken);
        return Read(errorType, peeked.Beginning);
    }

    /// <summary>Reads an answer's error; null when it is none that can be read.</summary>
    /// <param name="errorType">The value of <c>x-amzn-errortype</c>, where JSON services put the code, or null.</param>
    /// <param name="body">The answer's body.</param>
    public static AwsError? Read(string? errorType, ReadOnlyMemory<byte> body)
    {
        try
        {
            var error = body.Span.TrimStart(" \t\r\n"u8) switch
            {
                [(byte)'<', ..] => ReadXml(body),
                [(byte)'{', ..] => ReadJson(body),
                _ => new AwsError("", ""),
            };
            error = error.Code.Length > 0 ? error : error with { Code = CodeOf(errorType ?? "") };
            return error.Code.Length + error.Message.Length > 0 ? error.WithTextsOfMessage() : null;
        }
        catch (Exception e) when (e is XmlException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static AwsError ReadXml(ReadOnlyMemory<byte> body)
    {
        using var reader = XmlReader.Create(new MemoryStream(body.ToArray()), new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
        });
        var error = new AwsError("", "");
        while (!reader.EOF)
        {
            // Reading an element's content goes on to what follows it.
            if (reader.NodeType != XmlNodeType.Element || reader.LocalName is not ("Code" or "Message" or "CanonicalRequest" or "StringToSign"))
            {
                reader.Read();
                continue;
            }

            error = reader.LocalName switch
            {
                "Code" => error with { Code = reader.ReadElementContentAsString() },
                "Message" => error with { Message = reader.ReadElementContentAsString() },
                "CanonicalRequest" => error with { CanonicalRequest = reader.ReadElementContentAsString() },
                _ => error with { StringToSign = reader.ReadElementContentAsString() },
            };
        }

        return error;
    }

    private static AwsError ReadJson(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        var (code, message) = ("", "");
        foreach (var property in document.RootElement.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.String)
                continue;
            if (property.Name is "__type" or "code" or "Code")
                code = CodeOf(property.Value.GetString()!);
            else if (property.Name is "message" or "Message")
                message = property.Value.GetString()!;
        }

        return new AwsError(code, message);
    }

    /// <summary><c>com.amazon.coral.service#InvalidSignatureException</c> and <c>InvalidSignatureException:http://...</c> are that.</summary>
    private static string CodeOf(string type)
    {
        var code = type[(type.IndexOf('#', StringComparison.Ordinal) + 1)..];
        var colon = code.IndexOf(':', StringComparison.Ordinal);
        return (colon < 0 ? code : code[..colon]).Trim();
    }

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
