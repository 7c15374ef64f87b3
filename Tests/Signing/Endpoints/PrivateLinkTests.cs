namespace AwsSigV4Proxy.Tests.Signing.Endpoints;

/// <summary>Interface endpoints of PrivateLink.</summary>
public sealed class PrivateLinkTests
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
        vpce-0a1b-2c3d.bedrock-agent-runtime.us-west-2.vpce.amazonaws.com         bedrock      us-west-2
        vpce-0a1b-2c3d.aps-workspaces.eu-central-1.vpce.amazonaws.com             aps          eu-central-1
        vpce-0a1b-2c3d.s3-outposts.us-west-2.vpce.amazonaws.com                   s3-outposts  us-west-2
        vpce-0a1b-2c3d.s3express-control.us-west-2.vpce.amazonaws.com             s3express    us-west-2
        vpce-0a1b-2c3d.monitoring.us-gov-east-1.vpce.amazonaws.com                monitoring   us-gov-east-1
        vpce-0a1b-2c3d.email.eu-west-1.vpce.amazonaws.com                         ses          eu-west-1
        vpce-0a1b-2c3d.elasticfilesystem.eusc-de-east-1.vpce.amazonaws.eu         elasticfilesystem  eusc-de-east-1
        vpce-0a1b-2c3d.sns.us-iso-east-1.vpce.c2s.ic.gov                          sns          us-iso-east-1
        vpce-svc-abc.s3.us-east-1.amazonaws.com                                   s3           us-east-1
        abc123-vpce-0a1b2c.execute-api.us-east-1.amazonaws.com                    execute-api  us-east-1
        """);
}
