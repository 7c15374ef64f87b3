using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using System.Xml;

namespace AwsSigV4Proxy.Hosting.Forwarding.Refusals;

/// <summary>
/// Reads the error that the body of an answer holds. Services write it in XML (S3, and those of the query protocol), in JSON of
/// several shapes, and VPC Lattice in a line of text.
/// Sources: https://smithy.io/2.0/aws/protocols/index.html, https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html,
/// https://docs.opensearch.org/latest/security/access-control/permissions/,
/// https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html,
/// https://docs.aws.amazon.com/vpc-lattice/latest/ug/sigv4-authenticated-requests.html
/// </summary>
internal static partial class AwsErrorBody
{
    /// <summary>The members that name the code, the surest first. A program may have a <c>code</c> of its own, no <c>__type</c>.</summary>
    private static readonly string[] Codes =
        ["__type", "code", "Code", "Error/Code", "errors//errorType", "errors//code", "error/type", "error/root_cause//type"];

    /// <summary>The members that say what is wrong.</summary>
    private static readonly string[] Messages =
        ["message", "Message", "Error/Message", "errors//message", "error/reason", "error/root_cause//reason"];

    /// <summary>No member of those two lists lies deeper.</summary>
    private const int MaxDepth = 4;

    /// <summary>Reads it; code and message are empty where there is none.</summary>
    /// <exception cref="XmlException">It is XML, and malformed.</exception>
    /// <exception cref="JsonException">It is JSON, and malformed.</exception>
    /// <exception cref="InvalidOperationException">It holds what is no text where a text should be.</exception>
    public static AwsError Read(ReadOnlyMemory<byte> body)
    {
        if (body.Span.StartsWith(Encoding.UTF8.Preamble))
            body = body[Encoding.UTF8.Preamble.Length..];
        return body.Span.TrimStart(" \t\r\n"u8) switch
        {
            [(byte)'<', ..] => ReadXml(body),
            [(byte)'{', ..] => ReadJson(body.Span),
            [] => new AwsError("", ""),
            _ => ReadText(body.Span),
        };
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
            error = reader.NodeType != XmlNodeType.Element ? Skip(error) : reader.LocalName switch
            {
                "Code" => error with { Code = reader.ReadElementContentAsString() },
                "Message" => error with { Message = reader.ReadElementContentAsString() },
                "CanonicalRequest" => error with { CanonicalRequest = reader.ReadElementContentAsString() },
                "StringToSign" => error with { StringToSign = reader.ReadElementContentAsString() },
                "Region" => error with { Region = reader.ReadElementContentAsString() },
                "Endpoint" => error with { Endpoint = reader.ReadElementContentAsString() },
                _ => Skip(error),
            };
        }

        return error;

        AwsError Skip(AwsError unchanged)
        {
            reader.Read();
            return unchanged;
        }
    }

    /// <summary>As far as it goes: the rest of a long one was not read.</summary>
    private static AwsError ReadJson(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body, isFinalBlock: false, state: default);
        var found = new Dictionary<string, string>();
        var names = new string[MaxDepth + 1];
        while (reader.Read())
        {
            var depth = reader.CurrentDepth;
            if (depth > MaxDepth)
                continue;
            if (reader.TokenType == JsonTokenType.PropertyName)
                names[depth] = reader.GetString()!;
            else if (reader.TokenType == JsonTokenType.StartArray && depth < MaxDepth)
                names[depth + 1] = ""; // what its elements are called
            else if (reader.TokenType == JsonTokenType.String && depth > 0)
                found.TryAdd(string.Join('/', names[1..(depth + 1)]), reader.GetString()!);
        }

        return new AwsError(AwsError.CodeOf(FirstOf(Codes)), FirstOf(Messages));

        string FirstOf(string[] members) => members.Select(found.GetValueOrDefault).FirstOrDefault(static value => value is not null) ?? "";
    }

    private static AwsError ReadText(ReadOnlySpan<byte> body)
    {
        if (!Utf8.IsValid(body))
            return new AwsError("", "");
        var match = TextPattern().Match(Encoding.UTF8.GetString(body));
        return new AwsError(match.Groups["code"].Value, match.Groups["message"].Value.Trim());
    }

    [GeneratedRegex(@"^\s*(?<code>[A-Z][A-Za-z]*Exception):(?<message>.*)$", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex TextPattern();
}
