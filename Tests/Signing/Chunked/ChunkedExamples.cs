namespace AwsSigV4Proxy.Tests.Signing.Chunked;

/// <summary>
/// The examples of https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html and sigv4-streaming-trailers.html,
/// with the documentation's credentials (<see cref="WorkedExamples.S3Credentials"/>).
/// </summary>
public static class ChunkedExamples
{
    private const string Literal = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";

    public static IEnumerable<Func<WorkedExample>> Heads() => All().Select(example => (Func<WorkedExample>)(() => example().Head));

    public static IEnumerable<Func<ChunkedExample>> All() =>
    [
        () => new(
            new("S3 PUT Object in chunks", "s3", "PUT", "/examplebucket/chunkObject.txt", "s3.amazonaws.com", "20130524T000000Z",
                [
                    ("content-encoding", "aws-chunked"), ("content-length", "66824"), ("x-amz-decoded-content-length", "66560"),
                    ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
                ],
                Literal,
                $"""
                PUT
                /examplebucket/chunkObject.txt

                content-encoding:aws-chunked
                content-length:66824
                host:s3.amazonaws.com
                x-amz-content-sha256:{Literal}
                x-amz-date:20130524T000000Z
                x-amz-decoded-content-length:66560
                x-amz-storage-class:REDUCED_REDUNDANCY

                content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class
                {Literal}
                """,
                """
                AWS4-HMAC-SHA256
                20130524T000000Z
                20130524/us-east-1/s3/aws4_request
                cee3fed04b70f867d036f722359b0b1f2f0e5dc0efadbc082b76c4c60e316455
                """,
                "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
                + "SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;"
                + "x-amz-decoded-content-length;x-amz-storage-class, "
                + "Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"),
            [
                "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
                "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
                "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
            ],
            Trailer: null, TrailerSignature: null, BodyBytes: 66_824),

        () => new(
            new("S3 PUT Object in chunks with a trailer", "s3", "PUT", "/examplebucket/chunkObject.txt", "s3.amazonaws.com",
                "20130524T000000Z",
                [
                    ("content-encoding", "aws-chunked"), ("x-amz-decoded-content-length", "66560"),
                    ("x-amz-storage-class", "REDUCED_REDUNDANCY"), ("x-amz-trailer", "x-amz-checksum-crc32c"),
                ],
                Literal + "-TRAILER",
                $"""
                PUT
                /examplebucket/chunkObject.txt

                content-encoding:aws-chunked
                host:s3.amazonaws.com
                x-amz-content-sha256:{Literal}-TRAILER
                x-amz-date:20130524T000000Z
                x-amz-decoded-content-length:66560
                x-amz-storage-class:REDUCED_REDUNDANCY
                x-amz-trailer:x-amz-checksum-crc32c

                content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class;x-amz-trailer
                {Literal}-TRAILER
                """,
                """
                AWS4-HMAC-SHA256
                20130524T000000Z
                20130524/us-east-1/s3/aws4_request
                44d48b8c2f70eae815a0198cc73d7a546a73a93359c070abbaa5e6c7de112559
                """,
                "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
                + "SignedHeaders=content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;"
                + "x-amz-storage-class;x-amz-trailer, "
                + "Signature=106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e"),
            [
                "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
                "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
                "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
            ],
            "x-amz-checksum-crc32c:sOO8/Q==", "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435",
            BodyBytes: 66_946),
    ];
}
