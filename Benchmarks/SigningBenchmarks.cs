using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using Amazon.S3;
using Amazon.S3.Model;
using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Signing.Canonical;
using AwsSigV4Proxy.Signing.Keys;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;

namespace AwsSigV4Proxy.Benchmarks;

/// <summary>
/// What one signature costs, from a parsed request to the headers that are added; beside it what the signer of the AWS SDK
/// takes for the same requests, over which its users' credentials, key cache and payload are handled alike.
/// </summary>
[MemoryDiagnoser(displayGenColumns: false)]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
public class SigningBenchmarks
{
    private const string Host = "search-logs-abc123.eu-west-1.es.amazonaws.com";
    private const string BucketHost = "my-bucket.s3.eu-west-1.amazonaws.com";

    private static readonly DateTimeOffset Time = DateTimeOffset.UtcNow;
    private static readonly SigningCredentials Credentials =
        new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", new string('t', 500));

    private static readonly byte[] Body = new byte[16 * 1024];
    private static readonly RequestTarget Small = RequestTarget.FromCaller("/_cat/indices");
    private static readonly RequestTarget Ten = RequestTarget.FromCaller(
        "/logs-*/_search?" + string.Join('&', Enumerable.Range(0, 10).Select(i => $"name{9 - i}=some%20value%20{i}")));
    private static readonly RequestTarget Key = RequestTarget.FromCaller("/reports/2026/Q3%20final.pdf");
    private static readonly SignedHeader[] PutHeaders =
        [new("content-type", "application/pdf"), new("x-amz-meta-author", "someone"), new("x-amz-storage-class", "STANDARD_IA")];

    private readonly SigV4Signer _search = new(new CredentialScope("eu-west-1", "es"));
    private readonly SigV4Signer _s3 = new(new CredentialScope("eu-west-1", "s3"));

    private readonly SigV4aSigner _multiRegion = new("es", "eu-west-1");

    private readonly AWS4Signer _sdk = new();
    private readonly AWS4aSigner _sdkMultiRegion = new();
    private readonly SessionAWSCredentials _sdkCredentials =
        new(Credentials.AccessKeyId, Credentials.SecretAccessKey, Credentials.SessionToken);
    private readonly AmazonS3Config _sdkSearch = new() { AuthenticationRegion = "eu-west-1", AuthenticationServiceName = "es" };
    private readonly AmazonS3Config _sdkS3 = new() { AuthenticationRegion = "eu-west-1", AuthenticationServiceName = "s3" };

    [Benchmark(Description = "aws-sigv4-proxy"), BenchmarkCategory("small GET")]
    public int SmallGet() => Sign(_search, "GET", Small, Host, [], PayloadHash.Empty);

    [Benchmark(Description = "AWSSDK.Core", Baseline = true), BenchmarkCategory("small GET")]
    public int SmallGetBySdk() => SignBySdk(_sdkSearch, "es", "GET", Host, "_cat/indices", []);

    [Benchmark(Description = "canonical request alone"), BenchmarkCategory("small GET")]
    public int SmallGetCanonicalRequest()
    {
        var writer = new ByteWriter(stackalloc byte[1024]);
        CanonicalRequest.Write(ref writer, "GET", Small, CanonicalHeadersOf, PayloadHash.Empty, _search.Options);
        var length = writer.Length;
        writer.Dispose();
        return length;
    }

    [Benchmark(Description = "aws-sigv4-proxy"), BenchmarkCategory("GET, 10 parameters")]
    public int TenParameters() => Sign(_search, "GET", Ten, Host, [], PayloadHash.Empty);

    [Benchmark(Description = "AWSSDK.Core", Baseline = true), BenchmarkCategory("GET, 10 parameters")]
    public int TenParametersBySdk() => SignBySdk(_sdkSearch, "es", "GET", Host, "logs-*/_search", [], parameters: 10);

    [Benchmark(Description = "aws-sigv4-proxy"), BenchmarkCategory("S3 PUT, 16 KiB")]
    public int S3Put() => Sign(_s3, "PUT", Key, BucketHost, PutHeaders, PayloadHash.Of(Body));

    [Benchmark(Description = "AWSSDK.Core", Baseline = true), BenchmarkCategory("S3 PUT, 16 KiB")]
    public int S3PutBySdk() => SignBySdk(_sdkS3, "s3", "PUT", BucketHost, "reports/2026/Q3 final.pdf", Body, PutHeaders);

    [Benchmark(Description = "aws-sigv4-proxy"), BenchmarkCategory("small GET, SigV4A")]
    public int SmallGetForManyRegions() => Sign(_multiRegion, "GET", Small, Host, [], PayloadHash.Empty);

    [Benchmark(Description = "AWSSDK.Core", Baseline = true), BenchmarkCategory("small GET, SigV4A")]
    public int SmallGetForManyRegionsBySdk() => SignBySdk(_sdkSearch, "es", "GET", Host, "_cat/indices", [], signer: _sdkMultiRegion);

    private static readonly SignedHeader[] CanonicalHeadersOf =
        [new("host", Host), new("x-amz-date", "20260801T120000Z"), new("x-amz-security-token", Credentials.SessionToken!)];

    private static int Sign(
        RequestSigner signer, string method, RequestTarget target, string host, SignedHeader[] headers, PayloadHash hash) =>
        signer.Sign(method, target, host, headers, hash, sendContentSha256: false, Credentials, Time).Authorization!.Length;

    /// <summary>The SDK signs a request object of its own, which its clients make anew for each call.</summary>
    private int SignBySdk(
        AmazonS3Config config, string service, string method, string host, string path, byte[] body, SignedHeader[]? headers = null,
        int parameters = 0, AbstractAWSSigner? signer = null)
    {
        var request = new DefaultRequest(new PutObjectRequest(), service)
        {
            HttpMethod = method,
            Endpoint = new Uri($"https://{host}"),
            ResourcePath = "/{Key+}",
            UseQueryString = true,
            UseDoubleEncoding = service != "s3",
            Content = body,
        };
        request.AddPathResource("{Key+}", path);
        for (var i = 0; i < parameters; i++)
            request.Parameters[$"name{i}"] = $"some value {i}";
        foreach (var header in headers ?? [])
            request.Headers[header.Name] = header.Value;
        (signer ?? _sdk).Sign(request, config, null, _sdkCredentials);
        return request.Headers["Authorization"].Length;
    }
}
