using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.S3.Transfer;
using AwsSigV4Proxy.Tests.Fakes;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding;

/// <summary>
/// AWS's own S3 client as the caller, with credentials that nothing knows and the proxy's replace. Over http:// it signs
/// uploads chunk by chunk unless told otherwise.
/// </summary>
public class SdkCallerTests
{
    private const string Bucket = "bucket";

    [Test]
    [Arguments(0)]
    [Arguments(1)]
    [Arguments(81_920)]
    [Arguments(200_000)]
    [Arguments(3_000_001)]
    public async Task PutObject_DefaultSettings_ArrivesAndComesBack(int bytes)
    {
        await using var run = await Run.StartAsync();
        var body = RandomBytes(bytes);

        await run.Client.PutObjectAsync(Put("a/key", body));

        await run.HoldsAsync("a/key", body);
        await Assert.That(run.S3.Objects["a/key"].Headers.ContainsKey("content-encoding")).IsFalse();
        await Assert.That(run.S3.Objects["a/key"].Headers.ContainsKey("x-amz-checksum-crc32")).IsTrue();
        await Assert.That((await run.Client.GetObjectMetadataAsync(Bucket, "a/key")).ContentLength).IsEqualTo(bytes);
    }

    [Test]
    public async Task PutObject_WithoutChunks_ArrivesAndComesBack()
    {
        await using var run = await Run.StartAsync();
        var put = Put("key", RandomBytes(200_000));
        put.UseChunkEncoding = false;

        await run.Client.PutObjectAsync(put);

        await run.HoldsAsync("key", RandomBytes(200_000));
    }

    [Test]
    [Arguments(false)]
    [Arguments(true)]
    public async Task PutObject_OverTlsThatEndsInFrontOfTheProxy_ArrivesAndComesBack(bool disablePayloadSigning)
    {
        await using var run = await Run.StartAsync(tlsEndsInFront: true);
        var put = Put("key", RandomBytes(200_000));
        put.DisablePayloadSigning = disablePayloadSigning;

        await run.Client.PutObjectAsync(put);

        await run.HoldsAsync("key", RandomBytes(200_000));
    }

    [Test]
    [Arguments("CRC32")]
    [Arguments("CRC32C")]
    [Arguments("CRC64NVME")]
    [Arguments("SHA1")]
    [Arguments("SHA256")]
    public async Task PutObject_EachChecksum_ReachesS3AndIsTheBodys(string algorithm)
    {
        await using var run = await Run.StartAsync();
        var put = Put("key", RandomBytes(100_000));
        put.ChecksumAlgorithm = ChecksumAlgorithm.FindValue(algorithm);

        await run.Client.PutObjectAsync(put);

        await run.HoldsAsync("key", RandomBytes(100_000));
        await Assert.That(run.S3.Objects["key"].Headers.Keys).Contains($"x-amz-checksum-{algorithm.ToLowerInvariant()}");
    }

    [Test]
    [Arguments("plain", "plain")]
    [Arguments("two  spaces", "two  spaces")]
    [Arguments("a,b;c=\"d\"", "a,b;c=\"d\"")]
    [Arguments("tab\there", "tab\there")]
    [Arguments("100% /?#[]@!$&'()*+", "100% /?#[]@!$&'()*+")]
    [Arguments("", "")]
    public async Task PutObject_Metadata_Arrives(string value, string arrived)
    {
        await using var run = await Run.StartAsync();
        var put = Put("key", [1, 2, 3]);
        put.Metadata["x-amz-meta-odd"] = value;
        put.Headers.ContentEncoding = "gzip";
        put.Headers.CacheControl = "no-cache";

        await run.Client.PutObjectAsync(put);

        await Assert.That(run.S3.Objects["key"].Headers["x-amz-meta-odd"]).IsEqualTo(arrived);
        await Assert.That(run.S3.Objects["key"].Headers["content-encoding"]).IsEqualTo("gzip");
        await Assert.That(run.S3.Objects["key"].Headers["cache-control"]).IsEqualTo("no-cache");
    }

    [Test]
    [Arguments("a b")]
    [Arguments("a+b")]
    [Arguments("a%2Fb%")]
    [Arguments("100%")]
    [Arguments("caf\u00E9/\u65E5\u672C/\U0001F600")]
    [Arguments("a//b")]
    [Arguments("a/")]
    [Arguments("../a")]
    [Arguments("a/../b")]
    [Arguments("a/./b")]
    [Arguments("a?b#c&d=e")]
    [Arguments("!'()*~-._,:@$;[]{}|^`\"<>\\")]
    public async Task Key_Odd_IsStoredListedReadAndDeletedUnderItsName(string key)
    {
        await using var run = await Run.StartAsync();
        var body = RandomBytes(10_000);

        await run.Client.PutObjectAsync(Put(key, body));
        await run.HoldsAsync(key, body);
        var listed = await run.Client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Bucket, Prefix = key });
        await run.Client.DeleteObjectsAsync(new DeleteObjectsRequest { BucketName = Bucket, Objects = [new KeyVersion { Key = key }] });

        await Assert.That(listed.S3Objects.Select(o => o.Key)).IsEquivalentTo([key]);
        await Assert.That(run.S3.Objects).IsEmpty();
    }

    [Test]
    public async Task TransferUtility_PartsOfFiveMebibytes_ArriveAsOneObject()
    {
        await using var run = await Run.StartAsync();
        var body = RandomBytes(12_000_000);
        using var transfer = new TransferUtility(run.Client);

        await transfer.UploadAsync(new TransferUtilityUploadRequest
        {
            BucketName = Bucket,
            Key = "large",
            InputStream = new MemoryStream(body),
            PartSize = 5 << 20,
        });

        await run.HoldsAsync("large", body);
    }

    [Test]
    public async Task DeleteObject_RemovesIt()
    {
        await using var run = await Run.StartAsync();
        await run.Client.PutObjectAsync(Put("key", [1]));

        await run.Client.DeleteObjectAsync(Bucket, "key");

        await Assert.That(run.S3.Objects).IsEmpty();
    }

    [Test]
    public async Task GetObject_ThatIsNotThere_GivesS3sOwnAnswer()
    {
        await using var run = await Run.StartAsync();

        await Assert.That(async () => await run.Client.GetObjectAsync(Bucket, "none")).Throws<NoSuchKeyException>();
    }

    [Test]
    public async Task PutObject_UpstreamKnowsAnotherSecret_IsRefused()
    {
        // Guards the tests of this file: without a good signature nothing of the above would have arrived.
        await using var run = await Run.StartAsync(wrongSecret: true);

        var refusal = await Assert.That(async () => await run.Client.PutObjectAsync(Put("key", [1]))).Throws<AmazonS3Exception>();

        await Assert.That(refusal!.StatusCode).IsEqualTo(HttpStatusCode.Forbidden);
        await Assert.That(run.S3.Objects).IsEmpty();
    }

    private static PutObjectRequest Put(string key, byte[] body) =>
        new() { BucketName = Bucket, Key = key, InputStream = new MemoryStream(body) };

    private static byte[] RandomBytes(int count)
    {
        var bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    /// <summary>A client, the proxy it talks to, and the S3 behind that.</summary>
    private sealed class Run : IAsyncDisposable
    {
        private readonly FakeAws _aws;
        private readonly TestProxy _proxy;

        private Run(FakeS3 s3, FakeAws aws, TestProxy proxy, AmazonS3Client client) => (S3, _aws, _proxy, Client) = (s3, aws, proxy, client);

        public FakeS3 S3 { get; }

        public AmazonS3Client Client { get; }

        public static async Task<Run> StartAsync(bool tlsEndsInFront = false, bool wrongSecret = false)
        {
            var s3 = new FakeS3();
            var aws = await FakeAws.StartAsync(s3.AnswerAsync);
            var proxy = await TestProxy.StartAsync(
                TestProxy.OptionsFor(aws.Address, "s3") with { BufferSizeBytes = 65_536 },
                _ => ValueTask.FromResult(wrongSecret ? TestProxy.WrongCredentials : TestProxy.Credentials));
            var config = new AmazonS3Config { ServiceURL = proxy.Address.ToString(), ForcePathStyle = true, MaxErrorRetry = 0 };
            if (tlsEndsInFront)
            {
                config.ServiceURL = $"https://{proxy.Address.Authority}";
                config.HttpClientFactory = new TlsEnd();
            }

            return new Run(s3, aws, proxy, new AmazonS3Client(new BasicAWSCredentials("AKIDDUMMY", "dummy"), config));
        }

        /// <summary>The object is there, and the client gets it back.</summary>
        public async Task HoldsAsync(string key, byte[] body)
        {
            await Assert.That(S3.Objects.Keys).IsEquivalentTo([key]);
            await Assert.That(S3.Objects[key].Body.AsSpan().SequenceEqual(body)).IsTrue();

            using var answer = await Client.GetObjectAsync(Bucket, key);
            var back = new MemoryStream();
            await answer.ResponseStream.CopyToAsync(back);
            await Assert.That(back.ToArray().AsSpan().SequenceEqual(body)).IsTrue();
        }

        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            await _proxy.DisposeAsync();
            await _aws.DisposeAsync();
        }
    }

    /// <summary>Plays a load balancer that ends TLS: the client takes its connection for a safe one and signs less.</summary>
    private sealed class TlsEnd : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(new Handler());

        private sealed class Handler() : DelegatingHandler(new SocketsHttpHandler())
        {
            protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            {
                request.RequestUri = new Uri("http" + request.RequestUri!.OriginalString["https".Length..]);
                return base.SendAsync(request, cancellationToken);
            }
        }
    }
}
