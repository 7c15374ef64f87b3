using System.Text;
using AwsSigV4Proxy.Hosting.Forwarding;
using AwsSigV4Proxy.Signing;
using Microsoft.Net.Http.Headers;

namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>
/// Reads the header names and fields of <c>--strip-header</c>, <c>--duplicate-header</c> and <c>--set-header</c>. Messages never
/// repeat a field's value: it may be a secret.
/// </summary>
internal static class HeaderOption
{
    /// <summary>Fields that say how a message is framed, or that concern one hop: the proxy writes them itself (RFC 9110, 7.6.1).</summary>
    private static readonly string[] Framing =
    [
        HeaderNames.Connection, HeaderNames.ContentLength, HeaderNames.Expect, "HTTP2-Settings", HeaderNames.KeepAlive,
        HeaderNames.ProxyAuthenticate, HeaderNames.ProxyAuthorization, HeaderNames.ProxyConnection, HeaderNames.TE, HeaderNames.Trailer,
        HeaderNames.TransferEncoding, HeaderNames.Upgrade,
    ];

    /// <summary>Parses the name of a header that is to be left out.</summary>
    /// <exception cref="UsageException">It is none, or one that a request needs.</exception>
    public static string ParseStripped(string text) => RefuseHost(RefuseFraming(ParseName(text)));

    /// <summary>Parses the name of a header that is to be kept under another name as well.</summary>
    /// <exception cref="UsageException">It is none, or one that concerns the proxy alone.</exception>
    public static string ParseDuplicated(string text) => RefuseFraming(ParseName(text));

    /// <summary>Parses <c>Name: value</c>.</summary>
    /// <exception cref="UsageException">It is no field, or one that the proxy writes itself.</exception>
    public static KeyValuePair<string, string> ParseSet(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
            throw new UsageException("there is no ':' between a name and a value", "write 'Name: value', in quotes");

        // Not quoted: a value that was given in the field's place may be a secret.
        if (!ForwardableRequest.IsFieldName(text[..colon].Trim()))
            throw new UsageException("what stands before the ':' is not the name of a header", "write 'Name: value', in quotes");
        var name = RefuseHost(RefuseFraming(text[..colon].Trim()));
        if (SignedHeader.Replaces(name) && !name.Equals(HeaderNames.Authorization, StringComparison.OrdinalIgnoreCase))
            throw new UsageException($"{Quote.Text(name)} is part of the signature", HintForSignature(name));

        // Bytes of UTF-8, one character each: the form that headers have in here.
        var value = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text[(colon + 1)..].Trim()));
        return value.Any(static c => c is '\r' or '\n' or '\0' or (< ' ' and not '\t') or '\x7f')
            ? throw new UsageException($"the value of {Quote.Text(name)} has a control character", "leave it out (RFC 9110, 5.5)")
            : new KeyValuePair<string, string>(name, value);
    }

    /// <summary>Takes a repetition for one field, since values hold commas; in an environment variable each line is one.</summary>
    public static string[] SplitFields(string repetition) => [repetition];

    private static string ParseName(string text)
    {
        var name = text.Trim();
        return ForwardableRequest.IsFieldName(name)
            ? name
            : throw new UsageException($"{Quote.Text(name)} is not the name of a header", "write letters, digits and hyphens, as in X-Team");
    }

    private static string RefuseFraming(string name) =>
        Framing.Contains(name, StringComparer.OrdinalIgnoreCase)
            ? throw new UsageException($"{Quote.Text(name)} frames the message or is for one hop alone", "leave it out: the proxy writes it itself")
            : name;

    private static string RefuseHost(string name) =>
        name.Equals(HeaderNames.Host, StringComparison.OrdinalIgnoreCase)
            ? throw new UsageException("'Host' names the upstream and is always signed", "give it with --sign-host")
            : name;

    private static string HintForSignature(string name) => name.Equals(AwsNames.ContentSha256Header, StringComparison.OrdinalIgnoreCase)
        ? "choose with --payload what is signed of bodies"
        : "leave it out: the proxy writes it itself";
}
