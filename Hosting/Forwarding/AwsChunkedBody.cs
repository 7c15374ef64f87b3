using System.Globalization;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Signing.Chunked;
using Microsoft.Net.Http.Headers;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>
/// A body that the caller signed chunk by chunk, made a plain one: the chunks' data is read to its end, and what the head
/// says of the chunks goes. Trailers, which are checksums of the data, become headers; S3 takes them in both places.
/// The caller's signatures are not checked, neither the request's nor the chunks': they were made with a key that the
/// proxy does not know and that is a dummy in most cases. A damaged body is found by its checksum, upstream.
/// Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
/// </summary>
/// <param name="Data">The data. Owned by the receiver of this record.</param>
/// <param name="HeaderChanges">What the head must say otherwise.</param>
internal readonly record struct AwsChunkedBody(SpooledBody Data, HeaderChanges HeaderChanges)
{
    /// <summary>Whether a caller's <c>x-amz-content-sha256</c> says that chunks follow which are signed one by one.</summary>
    public static bool IsDeclaredBy(string contentSha256) => contentSha256
        is AwsNames.StreamingHmacPayload or AwsNames.StreamingHmacPayloadTrailer
        or AwsNames.StreamingEcdsaPayload or AwsNames.StreamingEcdsaPayloadTrailer;

    /// <summary>Reads such a body to its end.</summary>
    /// <exception cref="ProxyException">It is too large, wrongly framed, not as long as declared, or has trailers that may not be headers.</exception>
    /// <exception cref="BadHttpRequestException">The caller's HTTP framing is wrong.</exception>
    public static async ValueTask<AwsChunkedBody> ReadAsync(HttpContext context, ProxyOptions options)
    {
        var request = context.Request;
        var declaredBytes = DecodedContentLength(request.Headers);
        if (declaredBytes > options.MaxBodySizeBytes)
            throw new ProxyException(SpooledBody.TooLarge(options.MaxBodySizeBytes));

        await using var reader = new AwsChunkedReader(request.Body);
        SpooledBody data;
        try
        {
            data = await SpooledBody.ReadAsync(
                reader, declaredBytes, options.BufferSizeBytes, options.MaxBodySizeBytes, context.RequestAborted);
        }
        catch (AwsChunkedFormatException e)
        {
            throw Refused($"The aws-chunked body is malformed. {e.Message} Send it again; if that fails too, turn the client's chunked encoding off.");
        }

        try
        {
            if (declaredBytes is { } bytes && bytes != data.LengthBytes)
            {
                throw Refused(string.Create(CultureInfo.InvariantCulture,
                    $"The chunks hold {data.LengthBytes} bytes, but {AwsNames.DecodedContentLengthHeader} says {bytes}. Send it again; if that fails too, the client has a bug."));
            }

            return new AwsChunkedBody(data, ChangesOf(request.Headers, reader.Trailers));
        }
        catch
        {
            await data.DisposeAsync();
            throw;
        }
    }

    private static long? DecodedContentLength(IHeaderDictionary headers)
    {
        var text = headers[AwsNames.DecodedContentLengthHeader].ToString();
        if (text.Length == 0)
            return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
            ? bytes
            : throw Refused($"{AwsNames.DecodedContentLengthHeader} is not a number of bytes. Let the client send one.");
    }

    private static HeaderChanges ChangesOf(IHeaderDictionary headers, IReadOnlyList<TrailerField> trailers)
    {
        List<string> removed = [AwsNames.DecodedContentLengthHeader, AwsNames.TrailerHeader];
        var added = HeadersFrom(trailers, headers);

        var codings = headers.GetCommaSeparatedValues(HeaderNames.ContentEncoding);
        var kept = codings.Where(coding => !coding.Equals(AwsNames.AwsChunkedCoding, StringComparison.OrdinalIgnoreCase)).ToArray();
        if (kept.Length < codings.Length)
        {
            removed.Add(HeaderNames.ContentEncoding);
            if (kept.Length > 0)
                added.Add(new(HeaderNames.ContentEncoding, string.Join(", ", kept)));
        }

        return new HeaderChanges(removed, added);
    }

    /// <summary>
    /// The trailers as headers. Only those that the head announced, so that whoever looked at the head knows what comes, and
    /// none that could replace a header or say something of the message itself.
    /// </summary>
    private static List<KeyValuePair<string, string>> HeadersFrom(IReadOnlyList<TrailerField> trailers, IHeaderDictionary headers)
    {
        var awaited = headers.GetCommaSeparatedValues(AwsNames.TrailerHeader).ToHashSet(StringComparer.OrdinalIgnoreCase);
        List<KeyValuePair<string, string>> added = [];
        foreach (var (name, value) in trailers)
        {
            if (!MayBeHeader(name))
                throw Refused($"The trailer '{name}' cannot be sent as a header. Let the client send checksums alone as trailers.");
            if (headers.ContainsKey(name))
                throw Refused($"'{name}' is sent both as a header and as a trailer. Let the client send one of them.");
            if (!awaited.Remove(name))
                throw Refused($"The trailer '{name}' is not announced in {AwsNames.TrailerHeader}, or came twice. Let the client announce it once.");
            added.Add(new(name, value));
        }

        return awaited.Count == 0
            ? added
            : throw Refused($"A trailer that {AwsNames.TrailerHeader} announces did not come. Send it again; if that fails too, the client has a bug.");
    }

    private static bool MayBeHeader(string name) =>
        name.StartsWith(AwsNames.AmzHeaderPrefix, StringComparison.OrdinalIgnoreCase)
        && !SignedHeader.Replaces(name)
        && !name.Equals(AwsNames.DecodedContentLengthHeader, StringComparison.OrdinalIgnoreCase)
        && !name.Equals(AwsNames.TrailerHeader, StringComparison.OrdinalIgnoreCase);

    private static ProxyException Refused(string detail) => new(ProxyError.BadRequest(detail));
}
