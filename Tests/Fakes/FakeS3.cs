using System.Collections.Concurrent;
using System.Text;
using System.Xml.Linq;
using AwsSigV4Proxy.Hosting.Demo;
using Microsoft.AspNetCore.Http;

namespace AwsSigV4Proxy.Tests.Fakes;

/// <summary>What a client stored: the bytes, and the headers that belong to the object.</summary>
internal sealed record StoredObject(byte[] Body, IReadOnlyDictionary<string, string> Headers);

/// <summary>
/// The part of S3 that SDKs need to put, get, list and delete: buckets that exist, objects in memory. It checks every
/// checksum that comes with a body. Give <see cref="AnswerAsync"/> to a <see cref="FakeAws"/>, which checks the signatures.
/// Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
/// </summary>
internal sealed class FakeS3
{
    private static readonly XNamespace Ns = "http://s3.amazonaws.com/doc/2006-03-01/";

    private readonly ConcurrentDictionary<string, Upload> _uploads = new();

    /// <summary>Objects by key, decoded from the path behind the bucket.</summary>
    public ConcurrentDictionary<string, StoredObject> Objects { get; } = new();

    /// <summary>Answers one verified request.</summary>
    public async Task AnswerAsync(HttpContext context, ReceivedRequest request)
    {
        var isChunked = request.Header("x-amz-content-sha256")?.StartsWith("STREAMING-", StringComparison.Ordinal) == true;
        request = FakeAws.Decoded(request);
        if (!isChunked && request.Header("transfer-encoding") is not null)
            await RefuseAsync(context, "NotImplemented", StatusCodes.Status501NotImplemented); // the length must be known
        else if (request.Method == "PUT" && request.Header("transfer-encoding") is null && request.Header("content-length") is null)
            await RefuseAsync(context, "MissingContentLength", StatusCodes.Status411LengthRequired);
        else if (request.Header("content-encoding")?.Contains("aws-chunked", StringComparison.OrdinalIgnoreCase) == true
            || request.Header("x-amz-decoded-content-length") is not null)
            await RefuseAsync(context, "InvalidRequest"); // the head of chunks, the body of none
        else if (Checksum.WrongOne(request) is { } name)
            await RefuseAsync(context, $"BadDigest {name}");
        else
            await DispatchAsync(context, request);
    }

    private Task DispatchAsync(HttpContext context, ReceivedRequest request)
    {
        var key = KeyOf(request.Path);
        var query = context.Request.Query;
        return request.Method switch
        {
            "PUT" when query.ContainsKey("partNumber") => PutPartAsync(context, request),
            "PUT" => PutAsync(context, key, new StoredObject(request.Body, ObjectHeaders(request))),
            "GET" when key.Length == 0 => ListAsync(context, query["prefix"].ToString()),
            "GET" or "HEAD" => GetAsync(context, key),
            "DELETE" => DeleteAsync(context, key),
            "POST" when query.ContainsKey("uploads") => StartUploadAsync(context, request, key),
            "POST" when query.ContainsKey("uploadId") => CompleteUploadAsync(context, request, key),
            "POST" when query.ContainsKey("delete") => DeleteManyAsync(context, request),
            _ => RefuseAsync(context, "NotImplemented"),
        };
    }

    private Task PutAsync(HttpContext context, string key, StoredObject stored)
    {
        Objects[key] = stored;
        context.Response.Headers.ETag = ETag(stored.Body);
        return Task.CompletedTask;
    }

    private async Task GetAsync(HttpContext context, string key)
    {
        if (!Objects.TryGetValue(key, out var stored))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            if (context.Request.Method != "HEAD")
                await WriteAsync(context, new XElement("Error", new XElement("Code", "NoSuchKey")));
            return;
        }

        var (body, response) = (stored.Body, context.Response);
        var range = context.Request.GetTypedHeaders().Range?.Ranges.Single();
        if (range is not null)
        {
            var (from, to) = (range.From ?? 0, Math.Min(range.To ?? long.MaxValue, body.Length - 1));
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = $"bytes {from}-{to}/{body.Length}";
            body = body[(int)from..(int)(to + 1)];
        }

        foreach (var (name, value) in stored.Headers.Where(h => range is null || !Checksum.IsOne(h.Key)))
            response.Headers[name] = value;
        response.Headers.ETag = ETag(stored.Body);
        response.Headers.LastModified = "Fri, 24 May 2013 00:00:00 GMT";
        response.ContentLength = body.Length;
        if (context.Request.Method != "HEAD")
            await response.Body.WriteAsync(body);
    }

    private Task ListAsync(HttpContext context, string prefix)
    {
        var keys = Objects.Keys.Where(k => k.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToArray();
        return WriteAsync(context, new XElement(Ns + "ListBucketResult",
            new XElement(Ns + "Name", "bucket"), new XElement(Ns + "KeyCount", keys.Length), new XElement(Ns + "IsTruncated", false),
            keys.Select(key => new XElement(Ns + "Contents",
                new XElement(Ns + "Key", key), new XElement(Ns + "Size", Objects[key].Body.Length),
                new XElement(Ns + "LastModified", "2013-05-24T00:00:00.000Z")))));
    }

    private Task DeleteAsync(HttpContext context, string key)
    {
        Objects.TryRemove(key, out _);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private Task DeleteManyAsync(HttpContext context, ReceivedRequest request)
    {
        var keys = XDocument.Parse(Encoding.UTF8.GetString(request.Body)).Descendants().Where(e => e.Name.LocalName == "Key").Select(e => e.Value).ToArray();
        foreach (var key in keys)
            Objects.TryRemove(key, out _);
        return WriteAsync(context, new XElement(Ns + "DeleteResult",
            keys.Select(key => new XElement(Ns + "Deleted", new XElement(Ns + "Key", key)))));
    }

    private Task StartUploadAsync(HttpContext context, ReceivedRequest request, string key)
    {
        var id = $"u+/={Guid.NewGuid():N}";
        _uploads[id] = new Upload(ObjectHeaders(request), new());
        return WriteAsync(context, new XElement(Ns + "InitiateMultipartUploadResult",
            new XElement(Ns + "Bucket", "bucket"), new XElement(Ns + "Key", key), new XElement(Ns + "UploadId", id)));
    }

    private Task PutPartAsync(HttpContext context, ReceivedRequest request)
    {
        var query = context.Request.Query;
        _uploads[query["uploadId"]!].Parts[int.Parse(query["partNumber"]!, null)] = request;
        context.Response.Headers.ETag = ETag(request.Body);
        foreach (var (name, value) in ObjectHeaders(request).Where(h => Checksum.IsOne(h.Key)))
            context.Response.Headers[name] = value;
        return Task.CompletedTask;
    }

    private async Task CompleteUploadAsync(HttpContext context, ReceivedRequest request, string key)
    {
        var upload = _uploads[context.Request.Query["uploadId"]!];
        var parts = XDocument.Parse(Encoding.UTF8.GetString(request.Body)).Descendants()
            .Where(e => e.Name.LocalName == "PartNumber").Select(e => upload.Parts[int.Parse(e.Value, null)]).ToArray();
        var headers = new Dictionary<string, string>(upload.Headers);
        foreach (var name in ObjectHeaders(parts[0]).Keys.Where(Checksum.IsOne))
            headers[name] = Checksum.OfParts(name, [.. parts.Select(part => part.Body)]);
        await PutAsync(context, key, new StoredObject([.. parts.SelectMany(part => part.Body)], headers));
        await WriteAsync(context, new XElement(Ns + "CompleteMultipartUploadResult",
            new XElement(Ns + "Bucket", "bucket"), new XElement(Ns + "Key", key), new XElement(Ns + "ETag", "\"e-2\"")));
    }

    private static Task RefuseAsync(HttpContext context, string code, int status = StatusCodes.Status400BadRequest)
    {
        context.Response.StatusCode = status;
        return WriteAsync(context, new XElement("Error", new XElement("Code", code), new XElement("Message", code)));
    }

    private static async Task WriteAsync(HttpContext context, XElement answer)
    {
        context.Response.ContentType = "application/xml";
        await context.Response.WriteAsync("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + answer);
    }

    /// <summary>The key, decoded from the raw path: what S3 does, which knows no dot segments.</summary>
    private static string KeyOf(string path) => path.Split('/', 3) is [_, _, var key] ? Uri.UnescapeDataString(key) : "";

    /// <summary>The body's MD5, which SDKs compare with what they read.</summary>
    private static string ETag(byte[] body) => $"\"{Convert.ToHexStringLower(Checksum.Of("content-md5", body))}\"";

    private static Dictionary<string, string> ObjectHeaders(ReceivedRequest request) => request.Headers
        .Select(h => (Name: h.Key.ToLowerInvariant(), h.Value))
        .Where(h => h.Name is "content-type" or "content-encoding" or "cache-control"
            || h.Name.StartsWith("x-amz-meta-", StringComparison.Ordinal) || Checksum.IsOne(h.Name))
        .ToDictionary(h => h.Name, h => h.Value);

    /// <summary>An upload in parts: the object's headers, and the parts as they came.</summary>
    private sealed record Upload(IReadOnlyDictionary<string, string> Headers, ConcurrentDictionary<int, ReceivedRequest> Parts);
}
