using System.Buffers;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Forwarding;

namespace AwsSigV4Proxy.Hosting.Telemetry;

/// <summary>The beginning of an answer's body, copied as it passes (<c>--log-failed-requests</c>).</summary>
/// <param name="headers">Say how the body is coded and what it is.</param>
/// <param name="secrets">Cleans what it says.</param>
internal sealed partial class FailedAnswer(HttpContentHeaders headers, SecretFilter secrets)
{
    /// <summary>As much as is kept, in bytes: AWS's errors have some hundred, with a canonical request in them one or two thousand.</summary>
    public const int MaxBytes = 4096;

    /// <summary>Bytes that stand in no text (but tab and line ends).</summary>
    private static readonly SearchValues<byte> Controls =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Where(static b => b is not ('\t' or '\r' or '\n')).Select(static b => (byte)b)]);

    private readonly ArrayBufferWriter<byte> _kept = new();
    private readonly string _encoding = Value(headers, "Content-Encoding");
    private readonly string _type = Value(headers, "Content-Type");
    private long _bytes;

    /// <summary>More of the body passes.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        _bytes += bytes.Length;
        var rest = MaxBytes - _kept.WrittenCount;
        if (rest > 0)
            _kept.Write(bytes[..Math.Min(rest, bytes.Length)]);
    }

    /// <summary>What it says, in one line without secrets and control characters; of what is no text, what it is, in brackets.</summary>
    public override string ToString()
    {
        if (_bytes == 0)
            return "(no body)";
        if (_encoding.Length > 0 && !_encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
            return TerminalText.Sanitize($"({_encoding}, {_bytes} B)");
        var isCut = _bytes > _kept.WrittenCount;
        if (!TryDecode(_kept.WrittenSpan, isCut, out var text))
            return TerminalText.Sanitize($"({(_type.Length > 0 ? _type : "no text")}, {_bytes} B)");
        // Secrets are known by their lines, which end here.
        text = LineEndPattern().Replace(secrets.Redact(text, isCut).Trim(), " ");
        return TerminalText.Sanitize(text) + (isCut ? $"... ({_bytes} B)" : "");
    }

    private static bool TryDecode(ReadOnlySpan<byte> bytes, bool isCut, out string text)
    {
        text = "";
        // The last character may be cut, too: it has four bytes at most.
        var end = bytes.Length;
        while (isCut && end > bytes.Length - 4 && !Utf8.IsValid(bytes[..end]))
            end--;
        if (bytes.ContainsAny(Controls) || !Utf8.IsValid(bytes[..end]))
            return false;
        text = Encoding.UTF8.GetString(bytes[..end]);
        return true;
    }

    // Not by the typed property, which refuses some.
    private static string Value(HttpContentHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : "";

    [GeneratedRegex(@"\s*[\r\n]\s*", RegexOptions.CultureInvariant)]
    private static partial Regex LineEndPattern();
}
