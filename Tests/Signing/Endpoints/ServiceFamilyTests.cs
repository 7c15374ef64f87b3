namespace AwsSigV4Proxy.Tests.Signing.Endpoints;

/// <summary>Families of services whose hosts are easily mistaken for one another's, or for hosts that take no signature.</summary>
public sealed class ServiceFamilyTests
{
    /// <summary>Each part of CloudWatch signs with its own name. Source:
    /// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-OTLPEndpoint.html (OTLP)</summary>
    [Test, MethodDataSource(nameof(CloudWatchRows))]
    public Task CloudWatch_AnyPart_GivesItsSigningName(EndpointRow row) => row.AssertResolvedAsync();

    public static IEnumerable<Func<EndpointRow>> CloudWatchRows() => EndpointRow.Table("""
        monitoring.us-east-1.amazonaws.com                                     monitoring                   us-east-1
        monitoring.us-east-1.amazonaws.com/v1/metrics                          monitoring                   us-east-1
        monitoring.eu-west-1.api.aws                                           monitoring                   eu-west-1
        monitoring.cn-north-1.amazonaws.com.cn                                 monitoring                   cn-north-1
        monitoring-fips.us-gov-west-1.api.aws                                  monitoring                   us-gov-west-1
        monitoring.us-iso-east-1.c2s.ic.gov                                    monitoring                   us-iso-east-1
        logs.us-east-1.amazonaws.com                                           logs                         us-east-1
        logs.us-west-2.amazonaws.com/v1/logs                                   logs                         us-west-2
        logs.eusc-de-east-1.amazonaws.eu                                       logs                         eusc-de-east-1
        stream-logs.eu-west-1.api.aws                                          logs                         eu-west-1
        xray.us-east-1.amazonaws.com                                           xray                         us-east-1
        xray.us-west-2.amazonaws.com/v1/traces                                 xray                         us-west-2
        events.us-east-1.amazonaws.com                                         events                       us-east-1
        schemas.us-east-1.amazonaws.com                                        schemas                      us-east-1
        pipes.us-east-1.api.aws                                                pipes                        us-east-1
        scheduler.us-east-1.amazonaws.com                                      scheduler                    us-east-1
        application-signals.us-east-1.api.aws                                  application-signals          us-east-1
        internetmonitor.us-east-1.api.aws                                      internetmonitor              us-east-1
        networkflowmonitor.us-east-1.api.aws                                   networkflowmonitor           us-east-1
        networkmonitor.us-east-1.amazonaws.com                                 networkmonitor               us-east-1
        oam.us-east-1.amazonaws.com                                            oam                          us-east-1
        observabilityadmin.us-east-1.amazonaws.com                             observabilityadmin           us-east-1
        rum.us-east-1.amazonaws.com                                            rum                          us-east-1
        synthetics.us-east-1.amazonaws.com                                     synthetics                   us-east-1
        evidently.us-east-1.amazonaws.com                                      evidently                    us-east-1
        aiops.us-east-1.amazonaws.com                                          aiops                        us-east-1
        """);

    [Test, MethodDataSource(nameof(BedrockRows))]
    public Task Bedrock_AnyFamily_GivesItsSigningName(EndpointRow row) => row.AssertResolvedAsync();

    public static IEnumerable<Func<EndpointRow>> BedrockRows() => EndpointRow.Table("""
        bedrock.eu-central-1.api.aws                                           bedrock                      eu-central-1
        bedrock-fips.us-gov-west-1.amazonaws.com                               bedrock                      us-gov-west-1
        bedrock-runtime.us-west-2.api.aws                                      bedrock                      us-west-2
        bedrock-runtime-fips.us-gov-east-1.amazonaws.com                       bedrock                      us-gov-east-1
        bedrock-runtime.us-east-1.amazonaws.com/model/amazon.nova-lite-v1%3A0/converse-stream bedrock                      us-east-1
        bedrock-agent-runtime-fips.us-gov-west-1.amazonaws.com                 bedrock                      us-gov-west-1
        bedrock-data-automation-fips.us-gov-west-1.amazonaws.com               bedrock                      us-gov-west-1
        bedrock-agentcore.us-west-2.amazonaws.com                              bedrock-agentcore            us-west-2
        bedrock-agentcore-control.eu-central-1.api.aws                         bedrock-agentcore            eu-central-1
        bedrock-mantle.us-east-1.api.aws                                       bedrock-mantle               us-east-1
        bedrock-mantle.us-gov-west-1.api.aws                                   bedrock-mantle               us-gov-west-1
        """);

    [Test, MethodDataSource(nameof(SageMakerRows))]
    public Task SageMaker_AnyPlane_GivesItsSigningName(EndpointRow row) => row.AssertResolvedAsync();

    public static IEnumerable<Func<EndpointRow>> SageMakerRows() => EndpointRow.Table("""
        api.sagemaker.us-gov-west-1.amazonaws.com                              sagemaker                    us-gov-west-1
        api.sagemaker.cn-north-1.amazonaws.com.cn                              sagemaker                    cn-north-1
        runtime.sagemaker.eu-west-1.api.aws                                    sagemaker                    eu-west-1
        runtime-fips.sagemaker.us-west-2.amazonaws.com                         sagemaker                    us-west-2
        sagemaker-geospatial.us-west-2.amazonaws.com                           sagemaker-geospatial         us-west-2
        """);

    [Test, MethodDataSource(nameof(DataStoreRows))]
    public Task DataStore_ControlPlaneAndWorkspaces_GivesItsSigningName(EndpointRow row) => row.AssertResolvedAsync();

    public static IEnumerable<Func<EndpointRow>> DataStoreRows() => EndpointRow.Table("""
        aps.us-east-1.amazonaws.com                                            aps                          us-east-1
        aps-workspaces-fips.us-gov-west-1.amazonaws.com                        aps                          us-gov-west-1
        aps-workspaces.us-east-1.api.aws/workspaces/ws-1/api/v1/remote_write   aps                          us-east-1
        es.us-east-1.amazonaws.com                                             es                           us-east-1
        es-fips.us-gov-west-1.amazonaws.com                                    es                           us-gov-west-1
        aoss.us-east-1.amazonaws.com                                           aoss                         us-east-1
        aoss-fips.us-east-1.amazonaws.com                                      aoss                         us-east-1
        osis.eu-west-1.api.aws                                                 osis                         eu-west-1
        neptune-graph.us-east-1.api.aws                                        neptune-graph                us-east-1
        rds.us-east-1.amazonaws.com                                            rds                          us-east-1
        kendra.us-east-1.amazonaws.com                                         kendra                       us-east-1
        """);

    [Test, MethodDataSource(nameof(ServiceRows))]
    public Task Service_OfDualStackHostsAlone_GivesItsSigningName(EndpointRow row) => row.AssertResolvedAsync();

    public static IEnumerable<Func<EndpointRow>> ServiceRows() => EndpointRow.Table("""
        dsql.us-east-1.api.aws                                                 dsql                         us-east-1
        s3vectors.eu-central-1.api.aws                                         s3vectors                    eu-central-1
        eks-auth.us-east-1.api.aws                                             eks-auth                     us-east-1
        datazone.us-east-1.api.aws                                             datazone                     us-east-1
        qbusiness.us-east-1.api.aws                                            qbusiness                    us-east-1
        vpc-lattice.us-west-2.amazonaws.com                                    vpc-lattice                  us-west-2
        """);

    [Test, MethodDataSource(nameof(ApiRows))]
    public Task Api_OfAServiceWithCustomersHosts_GivesItsSigningName(EndpointRow row) => row.AssertResolvedAsync();

    public static IEnumerable<Func<EndpointRow>> ApiRows() => EndpointRow.Table("""
        ec2messages.us-east-1.amazonaws.com                                    ec2messages                  us-east-1
        ssmmessages.us-east-1.amazonaws.com                                    ssmmessages                  us-east-1
        execute-api.us-east-1.amazonaws.com                                    execute-api                  us-east-1
        appsync.us-east-1.amazonaws.com                                        appsync                      us-east-1
        lambda.us-east-1.amazonaws.com                                         lambda                       us-east-1
        kinesisvideo.us-east-1.amazonaws.com                                   kinesisvideo                 us-east-1
        mediaconvert.us-east-1.amazonaws.com                                   mediaconvert                 us-east-1
        abcd1234.mediaconvert.us-east-1.amazonaws.com                          mediaconvert                 us-east-1
        abc123.egress.def456.mediapackagev2.us-west-2.amazonaws.com            mediapackagev2               us-west-2
        mq.us-east-1.amazonaws.com                                             mq                           us-east-1
        kafka.us-east-1.amazonaws.com                                          kafka                        us-east-1
        fsx.us-east-1.amazonaws.com                                            fsx                          us-east-1
        elasticloadbalancing.us-east-1.amazonaws.com                           elasticloadbalancing         us-east-1
        eks.us-east-1.api.aws                                                  eks                          us-east-1
        codeartifact.us-east-1.amazonaws.com                                   codeartifact                 us-east-1
        grafana.us-east-1.amazonaws.com                                        grafana                      us-east-1
        """);
}
