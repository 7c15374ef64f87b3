using System.Globalization;
using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Tests.Signing;

/// <summary>
/// One request of AWS's documentation with every intermediate value that it prints, so that the first wrong stage fails.
/// </summary>
public sealed record WorkedExample(
    string Name, string Service, string Method, string Target, string Host, string Time, (string Name, string Value)[] Headers,
    string PayloadHash, string CanonicalRequest, string StringToSign, string Authorization)
{
    internal CredentialScope Scope => new("us-east-1", Service);

    internal DateTimeOffset At => DateTimeOffset.ParseExact(
        Time, RequestSigner.DateTimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    internal PayloadHash Hash => PayloadHash switch
    {
        AwsNames.UnsignedPayload => AwsSigV4Proxy.Signing.PayloadHash.Unsigned,
        AwsNames.StreamingHmacPayload => AwsSigV4Proxy.Signing.PayloadHash.StreamingHmac,
        AwsNames.StreamingHmacPayloadTrailer => AwsSigV4Proxy.Signing.PayloadHash.StreamingHmacTrailer,
        _ => AwsSigV4Proxy.Signing.PayloadHash.FromHex(PayloadHash),
    };

    internal RequestTarget RequestTarget => AwsSigV4Proxy.Signing.RequestTarget.FromCaller(Target);

    /// <summary>What the example signs besides host, date and content hash, which signing adds itself.</summary>
    internal SignedHeader[] CallerHeaders => [.. Headers.Select(h => new SignedHeader(h.Name, h.Value))];

    public override string ToString() => Name;
}

/// <summary>
/// The worked examples of https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html (S3) and of
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html (IAM), and get-vanilla of
/// AWS's published test suite, all with the documentation's credentials.
/// </summary>
public static class WorkedExamples
{
    private const string S3Host = "examplebucket.s3.amazonaws.com";
    private const string S3Time = "20130524T000000Z";
    private const string Empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    /// <summary>The credentials of AWS's documentation: public examples, no secret.</summary>
    internal static SigningCredentials S3Credentials { get; } =
        new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");

    internal static SigningCredentials IamCredentials { get; } =
        new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");

    internal static SigningCredentials CredentialsOf(WorkedExample example) =>
        example.Service == "s3" ? S3Credentials : IamCredentials;

    public static IEnumerable<Func<WorkedExample>> All() =>
    [
        () => new("S3 GET Object", "s3", "GET", "/test.txt", S3Host, S3Time, [("range", "bytes=0-9")], Empty,
            $"""
            GET
            /test.txt

            host:examplebucket.s3.amazonaws.com
            range:bytes=0-9
            x-amz-content-sha256:{Empty}
            x-amz-date:20130524T000000Z

            host;range;x-amz-content-sha256;x-amz-date
            {Empty}
            """,
            """
            AWS4-HMAC-SHA256
            20130524T000000Z
            20130524/us-east-1/s3/aws4_request
            7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972
            """,
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
            + "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, "
            + "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),

        () => new("S3 PUT Object", "s3", "PUT", "/test$file.text", S3Host, S3Time,
            [("date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")],
            "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
            """
            PUT
            /test%24file.text

            date:Fri, 24 May 2013 00:00:00 GMT
            host:examplebucket.s3.amazonaws.com
            x-amz-content-sha256:44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072
            x-amz-date:20130524T000000Z
            x-amz-storage-class:REDUCED_REDUNDANCY

            date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class
            44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072
            """,
            """
            AWS4-HMAC-SHA256
            20130524T000000Z
            20130524/us-east-1/s3/aws4_request
            9e0e90d9c76de8fa5b200d8c849cd5b8dc7a3be3951ddb7f6a76b4158342019d
            """,
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
            + "SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class, "
            + "Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"),

        () => new("S3 GET Bucket Lifecycle", "s3", "GET", "/?lifecycle", S3Host, S3Time, [], Empty,
            $"""
            GET
            /
            lifecycle=
            host:examplebucket.s3.amazonaws.com
            x-amz-content-sha256:{Empty}
            x-amz-date:20130524T000000Z

            host;x-amz-content-sha256;x-amz-date
            {Empty}
            """,
            """
            AWS4-HMAC-SHA256
            20130524T000000Z
            20130524/us-east-1/s3/aws4_request
            9766c798316ff2757b517bc739a67f6213b4ab36dd5da2f94eaebf79c77395ca
            """,
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
            + "SignedHeaders=host;x-amz-content-sha256;x-amz-date, "
            + "Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),

        () => new("S3 List Objects", "s3", "GET", "/?max-keys=2&prefix=J", S3Host, S3Time, [], Empty,
            $"""
            GET
            /
            max-keys=2&prefix=J
            host:examplebucket.s3.amazonaws.com
            x-amz-content-sha256:{Empty}
            x-amz-date:20130524T000000Z

            host;x-amz-content-sha256;x-amz-date
            {Empty}
            """,
            """
            AWS4-HMAC-SHA256
            20130524T000000Z
            20130524/us-east-1/s3/aws4_request
            df57d21db20da04d7fa30298dd4488ba3a2b47ca3a489c74750e0f1e7df1b9b7
            """,
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
            + "SignedHeaders=host;x-amz-content-sha256;x-amz-date, "
            + "Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),

        () => new("IAM ListUsers", "iam", "GET", "/?Action=ListUsers&Version=2010-05-08", "iam.amazonaws.com", "20150830T123600Z",
            [("content-type", "application/x-www-form-urlencoded; charset=utf-8")], Empty,
            $"""
            GET
            /
            Action=ListUsers&Version=2010-05-08
            content-type:application/x-www-form-urlencoded; charset=utf-8
            host:iam.amazonaws.com
            x-amz-date:20150830T123600Z

            content-type;host;x-amz-date
            {Empty}
            """,
            """
            AWS4-HMAC-SHA256
            20150830T123600Z
            20150830/us-east-1/iam/aws4_request
            f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59
            """,
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
            + "SignedHeaders=content-type;host;x-amz-date, "
            + "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"),

        () => new("Test suite get-vanilla", "service", "GET", "/", "example.amazonaws.com", "20150830T123600Z", [], Empty,
            $"""
            GET
            /

            host:example.amazonaws.com
            x-amz-date:20150830T123600Z

            host;x-amz-date
            {Empty}
            """,
            """
            AWS4-HMAC-SHA256
            20150830T123600Z
            20150830/us-east-1/service/aws4_request
            bb579772317eb040ac9ed261061d46c1f17a8133879d6129b6e1c25292927e63
            """,
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
            + "SignedHeaders=host;x-amz-date, "
            + "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    ];
}
