using System.Globalization;
using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Signing.Chunked;
using Microsoft.Net.Http.Headers;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>
/// What the head of a request says of a body that comes in aws-chunked pieces, and which trailers it may have. The caller's
/// signatures are not checked, neither the request's nor the chunks': they were made with a key that the proxy does not know
/// and that is a dummy in most cases. A damaged body is found by its checksum, upstream.
/// Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
/// </summary>
internal static class CallersChunks
{
    /// <summary>Whether a caller's <c>x-amz-content-sha256</c> says that chunks follow which are signed one by one.</summary>
    public static bool AreSigned(string contentSha256) => contentSha256
        is AwsNames.StreamingHmacPayload or AwsNames.StreamingHmacPayloadTrailer
        or AwsNames.StreamingEcdsaPayload or AwsNames.StreamingEcdsaPayloadTrailer;

    /// <summary>How long the data in the chunks is, in bytes, or null when the caller does not say.</summary>
    /// <exception cref="ProxyException">The caller says something else.</exception>
    public static long? DecodedLengthBytes(IHeaderDictionary headers)
    {
        var text = headers[AwsNames.DecodedContentLengthHeader].ToString();
        if (text.Length == 0)
            return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
            ? bytes
            : throw Refused($"{AwsNames.DecodedContentLengthHeader} is not a number of bytes. Let the client send one.");
    }

    /// <summary>The names of the trailers that the head announces, each once.</summary>
    public static string[] AnnouncedTrailers(IHeaderDictionary headers) =>
        [.. headers.GetCommaSeparatedValues(AwsNames.TrailerHeader).Distinct(StringComparer.OrdinalIgnoreCase)];

    /// <summary>
    /// Checks the trailers that came: those that the head announced, so that whoever looked at the head knows what comes, each
    /// once, and none that says something of the message itself.
    /// </summary>
    /// <returns>The same trailers.</returns>
    /// <exception cref="ProxyException">One of them may not be sent on, or one is missing.</exception>
    public static IReadOnlyList<TrailerField> Check(IReadOnlyList<TrailerField> trailers, IHeaderDictionary headers)
    {
        var awaited = AnnouncedTrailers(headers).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in trailers)
        {
            if (!MayBeTrailer(name))
                throw Refused($"The trailer '{name}' cannot be sent on. Let the client send checksums alone as trailers.");
            if (headers.ContainsKey(name))
                throw Refused($"'{name}' is sent both as a header and as a trailer. Let the client send one of them.");
            if (!awaited.Remove(name))
                throw Refused($"The trailer '{name}' is not announced in {AwsNames.TrailerHeader}, or came twice. Let the client announce it once.");
            if (AwsChunkedFraming.ChecksumLength(name) is { } length && value.Length != length)
                throw Refused($"The trailer '{name}' is not a checksum of {length} Base64 characters. Send it again; if that fails too, the client has a bug.");
        }

        return awaited.Count == 0
            ? trailers
            : throw Refused($"A trailer that {AwsNames.TrailerHeader} announces did not come. Send it again; if that fails too, the client has a bug.");
    }

    /// <summary>
    /// What the head says otherwise when the chunks are made anew: several trailers are announced in the order in which
    /// <see cref="AwsChunkedWriter"/> sends them, sorted, and each once.
    /// </summary>
    public static HeaderChanges WithSortedTrailers(IHeaderDictionary headers)
    {
        if (headers.GetCommaSeparatedValues(AwsNames.TrailerHeader).Length < 2)
            return HeaderChanges.None;
        var sorted = AnnouncedTrailers(headers).Select(name => name.ToLowerInvariant()).Order(StringComparer.Ordinal);
        return new HeaderChanges([AwsNames.TrailerHeader], [new(AwsNames.TrailerHeader, string.Join(',', sorted))]);
    }

    /// <summary>What the head says otherwise when the data is sent without chunks.</summary>
    /// <param name="headers">The caller's head.</param>
    /// <param name="trailers">Checked; S3 takes them as headers as well.</param>
    public static HeaderChanges WithoutChunks(IHeaderDictionary headers, IReadOnlyList<TrailerField> trailers)
    {
        List<string> removed = [AwsNames.DecodedContentLengthHeader, AwsNames.TrailerHeader];
        List<KeyValuePair<string, string>> added = [.. trailers.Select(t => KeyValuePair.Create(t.Name, t.Value))];

        var codings = headers.GetCommaSeparatedValues(HeaderNames.ContentEncoding);
        var kept = codings.Where(coding => !IsAwsChunked(coding)).ToArray();
        if (kept.Length < codings.Length)
        {
            removed.Add(HeaderNames.ContentEncoding);
            if (kept.Length > 0)
                added.Add(new(HeaderNames.ContentEncoding, string.Join(", ", kept)));
        }

        return new HeaderChanges(removed, added);
    }

    /// <summary>What the head says otherwise when a plain body is sent in chunks.</summary>
    /// <param name="headers">The caller's head.</param>
    /// <param name="dataBytes">How long the plain body is, in bytes.</param>
    public static HeaderChanges WithChunks(IHeaderDictionary headers, long dataBytes)
    {
        string[] codings = [AwsNames.AwsChunkedCoding, .. headers.GetCommaSeparatedValues(HeaderNames.ContentEncoding).Where(coding => !IsAwsChunked(coding))];
        return new HeaderChanges(
            [HeaderNames.ContentEncoding, AwsNames.DecodedContentLengthHeader],
            [
                new(HeaderNames.ContentEncoding, string.Join(',', codings)),
                new(AwsNames.DecodedContentLengthHeader, dataBytes.ToString(CultureInfo.InvariantCulture)),
            ]);
    }

    private static bool IsAwsChunked(string coding) => coding.Equals(AwsNames.AwsChunkedCoding, StringComparison.OrdinalIgnoreCase);

    private static bool MayBeTrailer(string name) =>
        name.StartsWith(AwsNames.AmzHeaderPrefix, StringComparison.OrdinalIgnoreCase)
        && !SignedHeader.Replaces(name)
        && !name.Equals(AwsNames.DecodedContentLengthHeader, StringComparison.OrdinalIgnoreCase)
        && !name.Equals(AwsNames.TrailerHeader, StringComparison.OrdinalIgnoreCase);

    private static ProxyException Refused(string detail) => new(ProxyError.BadRequest(detail));
}
