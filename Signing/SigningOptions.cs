namespace AwsSigV4Proxy.Signing;

/// <summary>How often the path is percent-encoded in the canonical request.</summary>
internal enum PathEncoding
{
    /// <summary>The path is decoded and then encoded once: the S3 family, whose keys may hold any character.</summary>
    Once,

    /// <summary>Each segment of the path, as it is sent, is encoded once more: every other service.</summary>
    Twice,
}

/// <summary>Whether the path is normalised in the canonical request (RFC 3986, 6.2.2.3).</summary>
internal enum PathNormalization
{
    /// <summary>The path stays: <c>//</c>, <c>/./</c> and <c>/../</c> are parts of an S3 key.</summary>
    None,

    /// <summary>Dot segments are removed and runs of slashes become one: every other service.</summary>
    RemoveDotSegments,
}

/// <summary>What a literal <c>+</c> in a path stands for.</summary>
internal enum PlusInPath
{
    /// <summary>Itself (RFC 3986, 3.3).</summary>
    Plus,

    /// <summary>
    /// A space: so Amazon S3 reads it, as the canonical request in its <c>SignatureDoesNotMatch</c> shows. Servers that imitate
    /// S3 do not.
    /// </summary>
    Space,
}

/// <summary>Whether <c>x-amz-content-sha256</c> is sent.</summary>
internal enum ContentSha256Header
{
    /// <summary>Only when the content hash is a literal, which the service could not know otherwise.</summary>
    WhenLiteral,

    /// <summary>Always: the service demands it.</summary>
    Always,
}

/// <summary>Whether the payload is part of the signature.</summary>
internal enum PayloadSigning
{
    /// <summary>The hash of the payload is signed.</summary>
    Signed,

    /// <summary>The literal <c>UNSIGNED-PAYLOAD</c> is signed: the service rejects anything else.</summary>
    Unsigned,
}

/// <summary>How a signature in the query treats the session token of temporary credentials.</summary>
internal enum QuerySessionToken
{
    /// <summary>It is one of the parameters that are signed.</summary>
    Signed,

    /// <summary>It is put behind the signature, which does not cover it.</summary>
    AddedAfterSigning,
}

/// <summary>
/// What differs between services in Signature Version 4. Everything that depends on the service name stands here, so that
/// the rest of <c>Signing</c> never asks for it.
/// </summary>
internal sealed record SigningOptions(
    PathEncoding PathEncoding,
    PathNormalization PathNormalization,
    ContentSha256Header ContentSha256Header,
    PayloadSigning PayloadSigning = PayloadSigning.Signed,
    QuerySessionToken QuerySessionToken = QuerySessionToken.Signed,
    PlusInPath PlusInPath = PlusInPath.Plus)
{
    private static readonly SigningOptions General =
        new(PathEncoding.Twice, PathNormalization.RemoveDotSegments, ContentSha256Header.WhenLiteral);

    /// <summary>Amazon S3: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html</summary>
    private static readonly SigningOptions S3 =
        new(PathEncoding.Once, PathNormalization.None, ContentSha256Header.Always);

    /// <summary>
    /// OpenSearch Serverless demands the header:
    /// https://docs.aws.amazon.com/opensearch-service/latest/developerguide/serverless-clients.html#serverless-signing
    /// </summary>
    private static readonly SigningOptions OpenSearchServerless =
        General with { ContentSha256Header = ContentSha256Header.Always };

    /// <summary>
    /// VPC Lattice does not support payload signing:
    /// https://docs.aws.amazon.com/vpc-lattice/latest/ug/sigv4-authenticated-requests.html
    /// </summary>
    private static readonly SigningOptions VpcLattice =
        General with { ContentSha256Header = ContentSha256Header.Always, PayloadSigning = PayloadSigning.Unsigned };

    /// <summary>
    /// AWS IoT's MQTT over WebSocket:
    /// https://docs.aws.amazon.com/iot/latest/developerguide/protocols.html#mqtt-ws
    /// </summary>
    private static readonly SigningOptions IotDeviceGateway =
        General with { QuerySessionToken = QuerySessionToken.AddedAfterSigning };

    /// <summary>Whether the service takes part in S3's dialect: literal payload hashes and aws-chunked bodies.</summary>
    public bool IsS3Family => PathEncoding == PathEncoding.Once;

    /// <summary>The options of a service at an endpoint of AWS itself, which differs from what imitates it.</summary>
    /// <param name="service">The signing name; its case counts.</param>
    public static SigningOptions ForAws(string service) =>
        For(service) is { IsS3Family: true } s3 ? s3 with { PlusInPath = PlusInPath.Space } : For(service);

    /// <summary>The options of a service, by its signing name (case counts).</summary>
    public static SigningOptions For(string service) => service switch
    {
        "s3" or "s3-object-lambda" or "s3-outposts" or "s3express" => S3,
        "aoss" => OpenSearchServerless,
        "vpc-lattice-svcs" => VpcLattice,
        "iotdevicegateway" => IotDeviceGateway,
        _ => General,
    };
}
