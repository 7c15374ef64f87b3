namespace AwsSigV4Proxy.Tests.Signing.Endpoints;

/// <summary>Endpoints of PrivateLink and of services that a partition has once.</summary>
public sealed class EndpointResolverTests
{
    [Test, MethodDataSource(nameof(PrivateLinkRows))]
    public Task PrivateLink_AnyEndpoint_SignsLikeTheServicesHost(EndpointRow row) => row.AssertResolvedAsync();

    public static IEnumerable<Func<EndpointRow>> PrivateLinkRows() => EndpointRow.Table("""
        vpce-0a1b-2c3d.sqs.us-east-1.vpce.amazonaws.com                           sqs          us-east-1
        vpce-0a1b-2c3d-us-east-1a.sqs.us-east-1.vpce.amazonaws.com                sqs          us-east-1
        vpce-0a1b-2c3d.execute-api.eu-west-1.vpce.amazonaws.com                   execute-api  eu-west-1
        vpce-0a1b-2c3d.api.ecr.eu-west-1.vpce.amazonaws.com                       ecr          eu-west-1
        vpce-0a1b-2c3d.runtime.sagemaker.eu-west-1.vpce.amazonaws.com             sagemaker    eu-west-1
        vpce-0a1b-2c3d.bedrock-runtime.us-west-2.vpce.amazonaws.com               bedrock      us-west-2
        vpce-0a1b-2c3d.iot.us-west-2.vpce.amazonaws.com                           iot          us-west-2
        vpce-0a1b-2c3d.kms-fips.us-gov-west-1.vpce.amazonaws.com                  kms          us-gov-west-1
        vpce-0a1b-2c3d.sqs.cn-north-1.vpce.amazonaws.com.cn                       sqs          cn-north-1
        vpce-0a1b-2c3d.s3.us-east-1.vpce.amazonaws.com                            s3           us-east-1
        bucket.vpce-0a1b-2c3d.s3.us-east-1.vpce.amazonaws.com                     s3           us-east-1
        b.u.cket.bucket.vpce-0a1b-2c3d-us-east-1a.s3.us-east-1.vpce.amazonaws.com s3           us-east-1
        vpce-x.eu-west-1.bucket.vpce-0a1b-2c3d.s3.us-east-1.vpce.amazonaws.com    s3           us-east-1
        accesspoint.vpce-0a1b-2c3d.s3.us-east-1.vpce.amazonaws.com                s3           us-east-1
        111122223333.control.vpce-0a1b-2c3d.s3.us-east-1.vpce.amazonaws.com       s3           us-east-1
        abc123-vpce-0a1b2c.execute-api.us-east-1.amazonaws.com                    execute-api  us-east-1
        """);

    [Test, MethodDataSource(nameof(GlobalRows))]
    public Task HostWithoutRegion_OfAPartitionWideService_GivesTheGlobalRegion(EndpointRow row) => row.AssertResolvedAsync();

    public static IEnumerable<Func<EndpointRow>> GlobalRows() => EndpointRow.Table("""
        iam.amazonaws.com                                      iam                us-east-1
        iam.global.api.aws                                     iam                us-east-1
        sts.amazonaws.com                                      sts                us-east-1
        route53.amazonaws.com                                  route53            us-east-1
        cloudfront.amazonaws.com                               cloudfront         us-east-1
        cloudfront.global.api.aws                              cloudfront         us-east-1
        waf.amazonaws.com                                      waf                us-east-1
        budgets.amazonaws.com                                  budgets            us-east-1
        savingsplans.amazonaws.com                             savingsplans       us-east-1
        global.health.amazonaws.com                            health             us-east-1
        health.us-east-2.amazonaws.com                         health             us-east-2
        partnercentral-channel.global.api.aws                  partnercentral-channel  us-east-1
        partnercentral-prm.global.api.aws                      partnercentral     us-east-1
        ec2.amazonaws.com                                      ec2                us-east-1
        autoscaling.amazonaws.com                              autoscaling        us-east-1
        elasticmapreduce.amazonaws.com                         elasticmapreduce   us-east-1
        queue.amazonaws.com                                    sqs                us-east-1
        organizations.us-east-1.amazonaws.com                  organizations      us-east-1
        ce.us-east-1.amazonaws.com                             ce                 us-east-1

        iam.us-gov.amazonaws.com                               iam                us-gov-west-1
        route53.us-gov.amazonaws.com                           route53            us-gov-west-1
        iam.us-gov.api.aws                                     iam                us-gov-west-1

        iam.cn-north-1.amazonaws.com.cn                        iam                cn-north-1
        iam.global.api.amazonwebservices.com.cn                iam                cn-north-1
        route53.amazonaws.com.cn                               route53            cn-northwest-1
        budgets.amazonaws.com.cn                               budgets            cn-northwest-1
        global.health.amazonaws.com.cn                         health             cn-northwest-1

        route53.amazonaws.eu                                   route53            eusc-de-east-1
        cloudfront.amazonaws.eu                                cloudfront         eusc-de-east-1
        route53.c2s.ic.gov                                     route53            us-iso-east-1
        budgets.global.sc2s.sgov.gov                           budgets            us-isob-east-1
        budgets.global.cloud.adc-e.uk                          budgets            eu-isoe-west-1
        route53.csp.hci.ic.gov                                 route53            us-isof-south-1
        """);

    [Test, MethodDataSource(nameof(SustainabilityRows))]
    public Task Sustainability_AnyRegion_SignsWithTheGlobalOne(EndpointRow row) => row.AssertResolvedAsync();

    public static IEnumerable<Func<EndpointRow>> SustainabilityRows() => EndpointRow.Table("""
        api.sustainability.eu-west-1.api.aws                   sustainability     us-east-1
        sustainability.us-gov.api.aws                          sustainability     us-gov-west-1
        """);
}
