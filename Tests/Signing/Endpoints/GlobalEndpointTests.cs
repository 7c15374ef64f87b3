namespace AwsSigV4Proxy.Tests.Signing.Endpoints;

/// <summary>Endpoints of services that a partition has once, and endpoints that span regions.</summary>
public sealed class GlobalEndpointTests
{
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
        partnercentral-channel.global.api.aws                  partnercentral-channel  us-east-1,*
        partnercentral-prm.global.api.aws                      partnercentral     us-east-1,*
        ec2.amazonaws.com                                      ec2                us-east-1
        autoscaling.amazonaws.com                              autoscaling        us-east-1
        elasticmapreduce.amazonaws.com                         elasticmapreduce   us-east-1
        queue.amazonaws.com                                    sqs                us-east-1
        organizations.us-east-1.amazonaws.com                  organizations      us-east-1
        ce.us-east-1.amazonaws.com                             ce                 us-east-1

        iam.us-east-1.amazonaws.com                            iam                us-east-1
        sdb.amazonaws.com                                      sdb                us-east-1
        importexport.amazonaws.com                             IngestionService   us-east-1
        cloudfront-fips.global.api.aws                         cloudfront         us-east-1
        route53.global.api.aws                                 route53            us-east-1
        budgets.global.api.aws                                 budgets            us-east-1
        savingsplans.global.api.aws                            savingsplans       us-east-1
        account.us-east-1.amazonaws.com                        account            us-east-1
        billing.us-east-1.api.aws                              billing            us-east-1
        shield.us-east-1.amazonaws.com                         shield             us-east-1
        globalaccelerator.us-west-2.amazonaws.com              globalaccelerator  us-west-2

        iam.us-gov.amazonaws.com                               iam                us-gov-west-1
        route53.us-gov.amazonaws.com                           route53            us-gov-west-1
        iam.us-gov.api.aws                                     iam                us-gov-west-1
        budgets.api.aws                                        budgets            us-gov-west-1
        cloudfront.api.aws                                     cloudfront         us-gov-west-1
        cloudfront-fips.api.aws                                cloudfront         us-gov-west-1
        organizations.us-gov-west-1.amazonaws.com              organizations      us-gov-west-1
        partnercentral-prm.us-gov.api.aws                      partnercentral     us-gov-west-1,*

        iam.cn-north-1.amazonaws.com.cn                        iam                cn-north-1
        iam.global.api.amazonwebservices.com.cn                iam                cn-north-1
        route53.amazonaws.com.cn                               route53            cn-northwest-1
        budgets.amazonaws.com.cn                               budgets            cn-northwest-1
        cloudfront.cn-northwest-1.amazonaws.com.cn             cloudfront         cn-northwest-1
        organizations.cn-northwest-1.amazonaws.com.cn          organizations      cn-northwest-1
        partnercentral-channel.global.api.amazonwebservices.com.cn  partnercentral-channel  cn-northwest-1,*
        global.health.amazonaws.com.cn                         health             cn-northwest-1

        route53.amazonaws.eu                                   route53            eusc-de-east-1
        cloudfront.amazonaws.eu                                cloudfront         eusc-de-east-1
        route53.c2s.ic.gov                                     route53            us-iso-east-1
        budgets.global.sc2s.sgov.gov                           budgets            us-isob-east-1
        budgets.global.cloud.adc-e.uk                          budgets            eu-isoe-west-1
        iam.api.aws.ic.gov                                     iam                us-iso-east-1
        budgets.api.aws.scloud                                 budgets            us-isob-east-1
        cloudfront.api.cloud-aws.adc-e.uk                      cloudfront         eu-isoe-west-1
        route53.api.aws.hci.ic.gov                             route53            us-isof-south-1
        iam.api.amazonwebservices.eu                           iam                eusc-de-east-1
        route53.csp.hci.ic.gov                                 route53            us-isof-south-1
        """);

    [Test, MethodDataSource(nameof(EveryRegionRows))]
    public Task HostWithoutRegion_ThatSpansRegions_TakesVersion4AAlone(EndpointRow row) => row.AssertResolvedAsync();

    public static IEnumerable<Func<EndpointRow>> EveryRegionRows() => EndpointRow.Table("""
        mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com              s3                        *
        mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com.cn           s3                        *
        111122223333.cloudfront-kvs.global.api.aws                          cloudfront-keyvaluestore  *
        abc123.456def.endpoint.events.amazonaws.com                         events                    *
        abc123.456def.endpoint.events.api.aws                               events                    *
        abc123.456def.endpoint.events.amazonaws.com.cn                      events                    *
        abc123.456def.endpoints.email.amazonaws.com                         ses                       *
        abc123.456def.endpoints.email.amazonaws.com.cn                      ses                       *
        abc123.456def.endpoints.email.us-gov.amazonaws.com                  ses                       *
        abc123.456def.endpoints.email.global.api.aws                        ses                       *
        abc123.456def.endpoints.email.us-gov.api.aws                        ses                       *
        abc123.456def.endpoints.email.global.api.amazonwebservices.com.cn   ses                       *
        """);

    [Test, MethodDataSource(nameof(SignInRows))]
    public Task Console_SignIn_SignsAsSignin(EndpointRow row) => row.AssertResolvedAsync();

    public static IEnumerable<Func<EndpointRow>> SignInRows() => EndpointRow.Table("""
        us-east-1.signin.aws.amazon.com                        signin             us-east-1
        eu-west-1.oauth.signin.aws                             signin             eu-west-1
        us-gov-east-1.signin-fips.amazonaws-us-gov.com         signin             us-gov-east-1
        signin.amazonaws-us-gov.com                            signin             us-gov-west-1
        cn-north-1.signin.amazonaws.cn                         signin             cn-north-1
        eusc-de-east-1.signin.amazonaws-eusc.eu                signin             eusc-de-east-1
        us-iso-east-1.signin.c2shome.ic.gov                    signin             us-iso-east-1
        us-isob-east-1.signin.sc2shome.sgov.gov                signin             us-isob-east-1
        eu-isoe-west-1.signin.csphome.adc-e.uk                 signin             eu-isoe-west-1
        us-isof-south-1.signin.csphome.hci.ic.gov              signin             us-isof-south-1
        """);
}
