using System.Text;
using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Tests.Signing;

/// <summary>What AWS publishes of one signature: its two texts, and a signature over them, one of many that are good.</summary>
public sealed record SigV4aTexts(string CanonicalRequest, string StringToSign, string Signature);

/// <summary>One request of AWS's published test suite for Signature Version 4A, signed in the header and in the query.</summary>
public sealed record SigV4aExample(
    string Name, string Method, string Target, (string Name, string Value)[] Headers, string Body, string? SessionToken,
    SigV4aTexts InHeader, SigV4aTexts InQuery)
{
    internal static DateTimeOffset Time { get; } = new(2015, 8, 30, 12, 36, 0, TimeSpan.Zero);

    /// <summary>The test suite's credentials: public examples, no secret.</summary>
    internal SigningCredentials Credentials => new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", SessionToken);

    internal SigV4aTexts In(SignatureLocation location) => location == SignatureLocation.Header ? InHeader : InQuery;

    internal static SigV4aSigner NewSigner(SignatureLocation location) => new("service", "us-east-1", location, TimeSpan.FromHours(1));

    internal SigningInstructions Sign(SignatureLocation location) => NewSigner(location).Sign(
        Method, RequestTarget.FromCaller(Target), "example.amazonaws.com", CallerHeaders, Hash, SendsHash(location), Credentials, Time);

    internal SigningExplanation Explain(SignatureLocation location) => NewSigner(location).Explain(
        Method, RequestTarget.FromCaller(Target), "example.amazonaws.com", CallerHeaders, Hash, SendsHash(location), Credentials, Time);

    private SignedHeader[] CallerHeaders => [.. Headers.Select(h => new SignedHeader(h.Name, h.Value))];

    private PayloadHash Hash => PayloadHash.Of(Encoding.ASCII.GetBytes(Body));

    /// <summary>The suite sends the hash of a body in the header, where the signature stands there too.</summary>
    private bool SendsHash(SignatureLocation location) => Body.Length > 0 && location == SignatureLocation.Header;

    public override string ToString() => Name;
}

/// <summary>
/// A choice from https://github.com/awslabs/aws-c-auth, tests/aws-signing-test-suite/v4a; the canonical forms themselves are
/// those of Signature Version 4, which has examples of its own (<see cref="WorkedExamples"/>).
/// </summary>
public static class SigV4aExamples
{
    public static IEnumerable<Func<SigV4aExample>> All() =>
    [
        () => new("get-vanilla", "GET", "/",
            [], "", null,
            new(
                """
                GET
                /

                host:example.amazonaws.com
                x-amz-date:20150830T123600Z
                x-amz-region-set:us-east-1

                host;x-amz-date;x-amz-region-set
                e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
                """,
                """
                AWS4-ECDSA-P256-SHA256
                20150830T123600Z
                20150830/service/aws4_request
                cf59db423e841c8b7e3444158185aa261b724a5c27cbe762676f3eed19f4dc02
                """,
                "3045022018b4e277d0281864beb51d3600e23f88510ea5031d68ddfbb68614b82a5eb7d2022100effb9c5f22ed9ef3ae0ab243d21f06bce82365bbb79529a07b6888c343ae5f8c"),
            new(
                """
                GET
                /
                X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fservice%2Faws4_request&X-Amz-Date=20150830T123600Z&X-Amz-Expires=3600&X-Amz-Region-Set=us-east-1&X-Amz-SignedHeaders=host
                host:example.amazonaws.com

                host
                e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
                """,
                """
                AWS4-ECDSA-P256-SHA256
                20150830T123600Z
                20150830/service/aws4_request
                890c4ed28c1a1ac10b5862719b537afbe392e987dc1aab1efa16fe7de41d3c81
                """,
                "3045022100b3246f8e1442dd58e73292ae1294720c3256ee58f6cea50f3a3f83b4a4b0331a0220329693f7745c9008a5887c0529ceccb0fae4e16d707b712ea66acdbaf963769a")),

        () => new("get-vanilla-with-session-token", "GET", "/",
            [], "", "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267",
            new(
                """
                GET
                /

                host:example.amazonaws.com
                x-amz-date:20150830T123600Z
                x-amz-region-set:us-east-1
                x-amz-security-token:6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267

                host;x-amz-date;x-amz-region-set;x-amz-security-token
                e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
                """,
                """
                AWS4-ECDSA-P256-SHA256
                20150830T123600Z
                20150830/service/aws4_request
                79893373104239a0547df489af395ec3c1b8873a8601f07f11ffd3f1ac557e7d
                """,
                "3044022035c6bc9a8cab8a434bd8bd1cc3b6f1401842f530f1537722ad10d72a1577f8c80220101352fe0720715efbab80f82edb133175f0b61cad85daf943ad615852f9ae10"),
            new(
                """
                GET
                /
                X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fservice%2Faws4_request&X-Amz-Date=20150830T123600Z&X-Amz-Expires=3600&X-Amz-Region-Set=us-east-1&X-Amz-Security-Token=6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267&X-Amz-SignedHeaders=host
                host:example.amazonaws.com

                host
                e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
                """,
                """
                AWS4-ECDSA-P256-SHA256
                20150830T123600Z
                20150830/service/aws4_request
                496062b4c2ed2175fe08ad084158783fa8d013c694542af721d49b25d1ebd390
                """,
                "3046022100d51f7ae1ac1b6b3db6c40f69aafb4306f81cdd2d87a85f69b2c4cb8fd057cf21022100cdb787a698c3f53d961f5b6279a0ff246097f50c874bcbf7a249bf4c0f118fb3")),

        () => new("get-vanilla-query-order-encoded", "GET", "/?Param-3=Value3&Param=Value2&%E1%88%B4=Value1",
            [], "", null,
            new(
                """
                GET
                /
                %E1%88%B4=Value1&Param=Value2&Param-3=Value3
                host:example.amazonaws.com
                x-amz-date:20150830T123600Z
                x-amz-region-set:us-east-1

                host;x-amz-date;x-amz-region-set
                e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
                """,
                """
                AWS4-ECDSA-P256-SHA256
                20150830T123600Z
                20150830/service/aws4_request
                55568a29040b287c72015a5ab482d9aaceeb1e9881f3bc946378bc3d6079f6a5
                """,
                "304402201c9d8aa856d87542e2fc29ccb3841bf604d7582a8ab2ca8e6c9e21c98693f35502207052f84ecd1dc8b6468a536e9d1bdc990cf14bae8142c1cc945f15bcf0e87613"),
            new(
                """
                GET
                /
                %E1%88%B4=Value1&Param=Value2&Param-3=Value3&X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fservice%2Faws4_request&X-Amz-Date=20150830T123600Z&X-Amz-Expires=3600&X-Amz-Region-Set=us-east-1&X-Amz-SignedHeaders=host
                host:example.amazonaws.com

                host
                e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
                """,
                """
                AWS4-ECDSA-P256-SHA256
                20150830T123600Z
                20150830/service/aws4_request
                56d9ab07692614338f2aa44f1018ad4102b19305fba8b83383d2d7c6ca816614
                """,
                "3046022100dcc853d7fbd59ceebd1ac57d404b979a7252cf88c79dcc6d58167902750235fd022100ffa98128e35b03aa434287165980f78533e9e6dfc80373cea82b047f4f0554ee")),

        () => new("get-header-value-trim", "GET", "/",
            [("my-header1", " value1"), ("my-header2", " \"a   b   c\"")], "", null,
            new(
                """
                GET
                /

                host:example.amazonaws.com
                my-header1:value1
                my-header2:"a b c"
                x-amz-date:20150830T123600Z
                x-amz-region-set:us-east-1

                host;my-header1;my-header2;x-amz-date;x-amz-region-set
                e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
                """,
                """
                AWS4-ECDSA-P256-SHA256
                20150830T123600Z
                20150830/service/aws4_request
                18b43001be9b531ebdd8202144dbd7630ea8a35bc328a7d0e561dda03a876095
                """,
                "3046022100f05cfb8a9a49ee4540c49ed27e612ddd1a2d168512bad65a96cdf8378254a4bd022100a3eb663e6734125d467fc00d5a41dc6bf476ec167d5c20657ff3135c8b4f7815"),
            new(
                """
                GET
                /
                X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fservice%2Faws4_request&X-Amz-Date=20150830T123600Z&X-Amz-Expires=3600&X-Amz-Region-Set=us-east-1&X-Amz-SignedHeaders=host%3Bmy-header1%3Bmy-header2
                host:example.amazonaws.com
                my-header1:value1
                my-header2:"a b c"

                host;my-header1;my-header2
                e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
                """,
                """
                AWS4-ECDSA-P256-SHA256
                20150830T123600Z
                20150830/service/aws4_request
                4f92ebcf5f0844588e443a2243fafdb64319c6d1ad913c07686129b9991326a3
                """,
                "3045022100a765fa4e0a2c5d56292cc9aa654332858bcbb2af27b8c488157113f2c084776b02206145afa6dbb99993e499863fa36e592b94ddaeefbd778a473348204f26c15547")),

        () => new("post-x-www-form-urlencoded-parameters", "POST", "/",
            [("content-length", "13"), ("content-type", "application/x-www-form-urlencoded; charset=utf-8")], "Param1=value1", null,
            new(
                """
                POST
                /

                content-length:13
                content-type:application/x-www-form-urlencoded; charset=utf-8
                host:example.amazonaws.com
                x-amz-content-sha256:9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e
                x-amz-date:20150830T123600Z
                x-amz-region-set:us-east-1

                content-length;content-type;host;x-amz-content-sha256;x-amz-date;x-amz-region-set
                9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e
                """,
                """
                AWS4-ECDSA-P256-SHA256
                20150830T123600Z
                20150830/service/aws4_request
                bcdb9ab3050c0bb18c5e9eb60e6eb1aaaf00907920065569a99b0c51278639b5
                """,
                "3045022100eaa8151b5a6e60d9c52dfa60d186a304d0226984aa9ed21f2913267cdfd365c902203bfd4e6dfea58e68d3cb892939f3a00ac91e80c8df69828aefa1e48245928678"),
            new(
                """
                POST
                /
                X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fservice%2Faws4_request&X-Amz-Date=20150830T123600Z&X-Amz-Expires=3600&X-Amz-Region-Set=us-east-1&X-Amz-SignedHeaders=content-length%3Bcontent-type%3Bhost
                content-length:13
                content-type:application/x-www-form-urlencoded; charset=utf-8
                host:example.amazonaws.com

                content-length;content-type;host
                9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e
                """,
                """
                AWS4-ECDSA-P256-SHA256
                20150830T123600Z
                20150830/service/aws4_request
                d4dab970413a0459d2a3bb644b278e96e85f2f6ac8fa09a74bbd6a269ec3dd82
                """,
                "3046022100dcfa462c480d85707221a690323639df78fb10eb2f4913abcfc4eec215c39fb8022100bad863cf9d951963fc2d8068a2887742d553283e5086f644e3ca9ff8b262e13c")),

    ];
}
