namespace AwsSigV4Proxy.Tests.Signing.Endpoints;

/// <summary>The shapes of S3, with and without a region label.</summary>
public sealed class S3EndpointTests
{
    [Test, MethodDataSource(nameof(S3Rows))]
    public Task S3_AnyShape_GivesTheSigningNameAndRegion(EndpointRow row) => row.AssertResolvedAsync();

    public static IEnumerable<Func<EndpointRow>> S3Rows() => EndpointRow.Table("""
        s3.eu-west-1.amazonaws.com                             s3                eu-west-1
        s3.cn-north-1.amazonaws.com.cn                         s3                cn-north-1
        s3.us-gov-west-1.amazonaws.com                         s3                us-gov-west-1
        s3.eusc-de-east-1.amazonaws.eu                         s3                eusc-de-east-1
        s3.us-isob-east-1.sc2s.sgov.gov                        s3                us-isob-east-1
        s3.eu-isoe-west-1.cloud.adc-e.uk                       s3                eu-isoe-west-1
        bucket.s3.us-east-1.amazonaws.com                      s3                us-east-1
        my.dotted.bucket.s3.eu-north-1.amazonaws.com           s3                eu-north-1
        old_bucket.s3.us-east-1.amazonaws.com                  s3                us-east-1
        bucket.s3.cn-northwest-1.amazonaws.com.cn              s3                cn-northwest-1
        s3.dualstack.us-east-1.amazonaws.com                   s3                us-east-1
        bucket.s3.dualstack.ap-south-2.amazonaws.com           s3                ap-south-2
        bucket.s3.dualstack.cn-north-1.amazonaws.com.cn        s3                cn-north-1

        ap-111122223333.s3-accesspoint.us-east-1.amazonaws.com                    s3                us-east-1
        ap-111122223333.s3-accesspoint-fips.dualstack.us-east-1.amazonaws.com     s3                us-east-1
        s3-object-lambda.us-east-1.amazonaws.com                                  s3-object-lambda  us-east-1
        ap-111122223333.s3-object-lambda-fips.us-gov-west-1.amazonaws.com         s3-object-lambda  us-gov-west-1
        s3-outposts.us-east-1.amazonaws.com                                       s3-outposts       us-east-1
        ap-111122223333.op-01234567.s3-outposts.us-west-2.amazonaws.com           s3-outposts       us-west-2
        s3-outposts-fips.us-west-2.api.aws                                        s3-outposts       us-west-2
        s3-control.us-east-1.amazonaws.com                                        s3                us-east-1
        111122223333.s3-control.eu-west-1.amazonaws.com                           s3                eu-west-1
        111122223333.s3-control-fips.dualstack.us-east-1.amazonaws.com            s3                us-east-1

        b--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com              s3express         us-east-1
        b--usw2-lax1-az1--x-s3.s3express-fips-usw2-lax1-az1.us-west-2.amazonaws.com  s3express      us-west-2
        b--use1-az4--xa-s3.s3express-use1-az4.dualstack.us-east-1.amazonaws.com   s3express         us-east-1
        s3express-control.us-east-1.amazonaws.com                                 s3express         us-east-1
        s3express-control-fips.dualstack.us-east-1.amazonaws.com                  s3express         us-east-1
        bucket.s3.dualstack.us-gov-west-1.amazonaws.com                           s3                us-gov-west-1
        s3-fips.dualstack.us-gov-east-1.amazonaws.com                             s3                us-gov-east-1
        my.bucket.s3-fips.us-west-2.amazonaws.com                                 s3                us-west-2
        alias-s3alias.s3.us-west-2.amazonaws.com                                  s3                us-west-2
        ap-111122223333.s3-accesspoint.cn-north-1.amazonaws.com.cn                s3                cn-north-1
        ap-111122223333.s3-accesspoint.dualstack.eu-west-1.amazonaws.com          s3                eu-west-1
        111122223333.s3-control.dualstack.us-gov-west-1.amazonaws.com             s3                us-gov-west-1
        s3-control.eusc-de-east-1.amazonaws.eu                                    s3                eusc-de-east-1
        s3express-control.dualstack.us-west-2.amazonaws.com                       s3express         us-west-2
        b--use1-az4--x-s3.s3express-fips-use1-az4.dualstack.us-east-1.amazonaws.com  s3express      us-east-1
        ap-111122223333.op-01234567.s3-outposts-fips.us-gov-east-1.amazonaws.com  s3-outposts       us-gov-east-1
        bucket.s3.us-iso-east-1.c2s.ic.gov                                        s3                us-iso-east-1
        bucket.s3.us-isof-south-1.csp.hci.ic.gov                                  s3                us-isof-south-1
        s3tables.us-east-1.amazonaws.com                                          s3tables          us-east-1
        s3vectors.us-east-1.api.aws                                               s3vectors         us-east-1
        """);

    [Test, MethodDataSource(nameof(S3WithoutRegionLabelRows))]
    public Task S3_WithoutRegionLabel_GivesTheRegionOfTheShape(EndpointRow row) => row.AssertResolvedAsync();

    public static IEnumerable<Func<EndpointRow>> S3WithoutRegionLabelRows() => EndpointRow.Table("""
        s3.amazonaws.com                                       s3                us-east-1
        bucket.s3.amazonaws.com                                s3                us-east-1
        s3-external-1.amazonaws.com                            s3                us-east-1
        bucket.s3-external-1.amazonaws.com                     s3                us-east-1
        s3-us-west-2.amazonaws.com                             s3                us-west-2
        bucket.s3-eu-west-1.amazonaws.com                      s3                eu-west-1
        my.dotted.bucket.s3-ap-northeast-1.amazonaws.com       s3                ap-northeast-1
        bucket.s3-us-gov-west-1.amazonaws.com                  s3                us-gov-west-1
        bucket.s3-accelerate.amazonaws.com                     s3                -
        bucket.s3-accelerate.dualstack.amazonaws.com           s3                -
        eu-west-1.s3-accelerate.amazonaws.com                  s3                -
        """);

    [Test, MethodDataSource(nameof(BucketRows))]
    public Task Bucket_LooksLikeAServiceOrARegion_DoesNotCount(EndpointRow row) => row.AssertResolvedAsync();

    public static IEnumerable<Func<EndpointRow>> BucketRows() => EndpointRow.Table("""
        sqs.us-east-1.s3.eu-west-1.amazonaws.com               s3                eu-west-1
        us-east-1.s3.eu-west-1.amazonaws.com                   s3                eu-west-1
        sqs.us-east-1.s3.amazonaws.com                         s3                us-east-1
        logs.eu-west-1.s3.amazonaws.com                        s3                us-east-1
        logs.eu-west-1.s3-us-west-2.amazonaws.com              s3                us-west-2
        iam.s3.amazonaws.com                                   s3                us-east-1
        participant.connect.s3.eu-west-1.amazonaws.com         s3                eu-west-1
        x.elb.s3.eu-west-1.amazonaws.com                       s3                eu-west-1
        fips.s3.eu-west-1.amazonaws.com                        s3                eu-west-1
        a-fips.b-fips.s3.eu-west-1.amazonaws.com               s3                eu-west-1
        amazonaws.com.s3.eu-west-1.amazonaws.com               s3                eu-west-1
        x.vpce-1.s3.eu-west-1.amazonaws.com                    s3                eu-west-1
        """);
}
