namespace AwsSigV4Proxy.Tests.Signing.Endpoints;

/// <summary>Which labels name the service, and by what signing name.</summary>
public sealed class SigningNamesTests
{
    [Test, MethodDataSource(nameof(LastLabelRows))]
    public Task LabelsBeforeRegion_Unknown_GiveTheLast(EndpointRow row) => row.AssertResolvedAsync();

    public static IEnumerable<Func<EndpointRow>> LastLabelRows() => EndpointRow.Table("""
        api.ecr.eu-west-1.amazonaws.com                        ecr                   eu-west-1
        api.ecr-public.us-east-1.amazonaws.com                 ecr-public            us-east-1
        api.sagemaker.us-east-1.amazonaws.com                  sagemaker             us-east-1
        runtime.sagemaker.eu-central-1.amazonaws.com           sagemaker             eu-central-1
        runtime.sagemaker.us-west-2.api.aws                    sagemaker             us-west-2
        runtime.lex.us-east-1.amazonaws.com                    lex                   us-east-1
        streams.dynamodb.us-east-1.amazonaws.com               dynamodb              us-east-1
        streams.dynamodb.us-gov-west-1.amazonaws.com           dynamodb              us-gov-west-1
        ingest.timestream.us-east-1.amazonaws.com              timestream            us-east-1
        query-cell3.timestream.us-east-1.amazonaws.com         timestream            us-east-1
        cn.transcribe.cn-north-1.amazonaws.com.cn              transcribe            cn-north-1
        subscribe.mediaconvert.cn-northwest-1.amazonaws.com.cn mediaconvert          cn-northwest-1
        maps.geo.eu-west-1.amazonaws.com                       geo                   eu-west-1
        cp.places.geo.us-east-1.amazonaws.com                  geo                   us-east-1
        dataplane.payment-cryptography.us-east-1.amazonaws.com payment-cryptography  us-east-1
        abc123.data.mediastore.us-east-1.amazonaws.com         mediastore            us-east-1
        s-0a1b2c3d.kinesisvideo.us-west-2.amazonaws.com        kinesisvideo          us-west-2
        aps-workspaces.us-east-1.amazonaws.com                 aps                   us-east-1
        n123.wss.ethereum.managedblockchain.us-east-1.amazonaws.com   managedblockchain  us-east-1
        gw-abc.gateway.bedrock-agentcore.us-west-2.amazonaws.com      bedrock-agentcore  us-west-2
        a2i-runtime.sagemaker.us-east-1.amazonaws.com                          sagemaker                    us-east-1
        edge.sagemaker.eu-west-1.amazonaws.com                                 sagemaker                    eu-west-1
        featurestore-runtime.sagemaker.us-east-1.api.aws                       sagemaker                    us-east-1
        job-runtime.sagemaker.us-east-1.api.aws                                sagemaker                    us-east-1
        metrics.sagemaker.us-east-1.amazonaws.com                              sagemaker                    us-east-1
        admin.wickr.us-east-1.amazonaws.com                                    wickr                        us-east-1
        api-fulfill.dataexchange.us-east-1.amazonaws.com                       dataexchange                 us-east-1
        api.airflow.us-east-1.amazonaws.com                                    airflow                      us-east-1
        env.airflow.eu-west-1.amazonaws.com                                    airflow                      eu-west-1
        ops.airflow.us-east-1.amazonaws.com                                    airflow                      us-east-1
        api.detective.us-east-1.amazonaws.com                                  detective                    us-east-1
        api.ecr.us-isob-east-1.sc2s.sgov.gov                                   ecr                          us-isob-east-1
        api.iotdeviceadvisor.us-east-1.amazonaws.com                           iotdeviceadvisor             us-east-1
        api.iotmanagedintegrations.us-east-1.api.aws                           iotmanagedintegrations       us-east-1
        api.iotsitewise.us-east-1.amazonaws.com                                iotsitewise                  us-east-1
        data.iotsitewise.us-east-1.amazonaws.com                               iotsitewise                  us-east-1
        monitor.iotsitewise.us-east-1.amazonaws.com                            iotsitewise                  us-east-1
        api.iottwinmaker.us-east-1.amazonaws.com                               iottwinmaker                 us-east-1
        data.iottwinmaker.us-east-1.amazonaws.com                              iottwinmaker                 us-east-1
        api.iotwireless.us-east-1.amazonaws.com                                iotwireless                  us-east-1
        api.mediatailor.us-east-1.amazonaws.com                                mediatailor                  us-east-1
        api.pricing.us-east-1.amazonaws.com                                    pricing                      us-east-1
        api.pricing.cn-northwest-1.amazonaws.com.cn                            pricing                      cn-northwest-1
        api.thinclient.us-east-1.amazonaws.com                                 thinclient                   us-east-1
        controlplane.payment-cryptography.us-east-1.api.aws                    payment-cryptography         us-east-1
        cp.aidevops.us-east-1.api.aws                                          aidevops                     us-east-1
        dp.aidevops.us-east-1.api.aws                                          aidevops                     us-east-1
        cp.geofencing.geo.us-east-1.amazonaws.com                              geo                          us-east-1
        cp.maps.geo.us-east-1.amazonaws.com                                    geo                          us-east-1
        cp.metadata.geo.us-east-1.amazonaws.com                                geo                          us-east-1
        cp.routes.geo.us-east-1.amazonaws.com                                  geo                          us-east-1
        cp.tracking.geo.us-east-1.amazonaws.com                                geo                          us-east-1
        geofencing.geo.us-gov-west-1.amazonaws.com                             geo                          us-gov-west-1
        metadata.geo.us-east-1.amazonaws.com                                   geo                          us-east-1
        tracking.geo.eu-central-1.api.aws                                      geo                          eu-central-1
        data.mediastore.us-east-1.amazonaws.com                                mediastore                   us-east-1
        data.qapps.us-east-1.amazonaws.com                                     qapps                        us-east-1
        dataplane.evidently.us-east-1.amazonaws.com                            evidently                    us-east-1
        dataplane.rum.us-east-1.amazonaws.com                                  rum                          us-east-1
        datatransformation.healthlake.us-east-1.amazonaws.com                  healthlake                   us-east-1
        management.deadline.us-east-1.amazonaws.com                            deadline                     us-east-1
        scheduling.deadline.us-east-1.amazonaws.com                            deadline                     us-east-1
        models.lex.us-east-1.amazonaws.com                                     lex                          us-east-1
        query.timestream.us-east-1.amazonaws.com                               timestream                   us-east-1
        ingest-cell1.timestream.eu-west-1.amazonaws.com                        timestream                   eu-west-1
        runtime.health-agent.us-east-1.api.aws                                 health-agent                 us-east-1
        streaming.health-agent.us-east-1.api.aws                               health-agent                 us-east-1
        session.qldb.us-east-1.amazonaws.com                                   qldb                         us-east-1
        verification.signer.us-east-1.amazonaws.com                            signer                       us-east-1
        a-service-of-2031.us-east-1.api.aws                    a-service-of-2031     us-east-1
        """);

    [Test, MethodDataSource(nameof(NamedRows))]
    public Task LabelsBeforeRegion_KnownByAnotherName_GiveTheSigningName(EndpointRow row) => row.AssertResolvedAsync();

    public static IEnumerable<Func<EndpointRow>> NamedRows() => EndpointRow.Table("""
        acm-acme.us-east-1.api.aws                              acm                              us-east-1
        agent-registry-control.us-east-1.api.aws                agent-registry                   us-east-1
        agreement-marketplace.us-east-1.amazonaws.com           aws-marketplace                  us-east-1
        analytics-omics.us-west-2.amazonaws.com                 omics                            us-west-2
        aos.eu-west-1.api.aws                                   es                               eu-west-1
        api.fleethub.iot.us-east-1.amazonaws.com                iotfleethub                      us-east-1
        api.iot-tunneling.us-east-1.api.aws                     IoTSecuredTunneling              us-east-1
        appconfigdata.eu-west-1.amazonaws.com                   appconfig                        eu-west-1
        appstream2.us-east-1.amazonaws.com                      appstream                        us-east-1
        aps-workspaces.eu-west-1.api.aws                        aps                              eu-west-1
        arc-recovery-control-config.us-west-2.api.aws           route53-recovery-control-config  us-west-2
        arc-region-switch-control-plane.us-east-1.api.aws       arc-region-switch                us-east-1
        bedrock-agent-runtime.us-east-1.amazonaws.com           bedrock                          us-east-1
        bedrock-agent.us-east-1.amazonaws.com                   bedrock                          us-east-1
        bedrock-agentcore-control.us-west-2.amazonaws.com       bedrock-agentcore                us-west-2
        bedrock-data-automation-runtime.us-west-2.amazonaws.com bedrock                          us-west-2
        bedrock-data-automation.us-east-1.amazonaws.com         bedrock                          us-east-1
        bedrock-runtime.eu-central-1.amazonaws.com              bedrock                          eu-central-1
        bedrock-runtime.us-gov-west-1.amazonaws.com             bedrock                          us-gov-west-1
        bedrock.us-east-1.amazonaws.com                         bedrock                          us-east-1
        cassandra-streams.us-east-1.api.aws                     cassandra                        us-east-1
        catalog-marketplace.us-east-1.api.aws                   aws-marketplace                  us-east-1
        catalog.marketplace.us-east-1.amazonaws.com             aws-marketplace                  us-east-1
        cloudhsmv2.eu-west-1.amazonaws.com                      cloudhsm                         eu-west-1
        cloudsearchdomain.us-east-1.amazonaws.com               cloudsearch                      us-east-1
        contact-lens.us-east-1.amazonaws.com                    connect                          us-east-1
        control-storage-omics.us-east-1.amazonaws.com           omics                            us-east-1
        data-ats.iot.us-east-1.amazonaws.com                    iotdata                          us-east-1
        data-lakeformation.us-east-1.amazonaws.com              lakeformation                    us-east-1
        data-servicediscovery.us-east-1.amazonaws.com           servicediscovery                 us-east-1
        data-signer.us-east-1.amazonaws.com                     signer                           us-east-1
        data.ats.iot.cn-north-1.amazonaws.com.cn                iotdata                          cn-north-1
        data.iot.cn-northwest-1.amazonaws.com.cn                iotdata                          cn-northwest-1
        data.iotevents.us-east-1.amazonaws.com                  ioteventsdata                    us-east-1
        data.jobs.iot.us-east-1.amazonaws.com                   iot-jobs-data                    us-east-1
        111122223333.search-ddb.us-east-1.amazonaws.com         dynamodb                         us-east-1
        search-dynamodb.eu-west-1.api.aws                       dynamodb                         eu-west-1
        mturk-requester-sandbox.us-east-1.amazonaws.com         mturk-requester                  us-east-1
        greengrass.iot.us-east-1.amazonaws.com                  greengrass                       us-east-1
        deployment-marketplace.us-east-1.amazonaws.com          aws-marketplace                  us-east-1
        dicom-medical-imaging.us-east-1.amazonaws.com           medical-imaging                  us-east-1
        discovery-datasync.us-east-1.amazonaws.com              datasync                         us-east-1
        discovery-marketplace.us-east-1.api.aws                 aws-marketplace                  us-east-1
        efs.us-east-1.api.aws                                   elasticfilesystem                us-east-1
        elasticfilesystem.us-east-1.amazonaws.com               elasticfilesystem                us-east-1
        email.eu-west-1.amazonaws.com                           ses                              eu-west-1
        entitlement-marketplace.us-east-1.amazonaws.com         aws-marketplace                  us-east-1
        entitlement.marketplace.us-east-1.amazonaws.com         aws-marketplace                  us-east-1
        forecastquery.us-east-1.amazonaws.com                   forecast                         us-east-1
        greengrass-ats.iot.us-east-1.amazonaws.com              greengrass                       us-east-1
        identity-chime.us-east-1.amazonaws.com                  chime                            us-east-1
        iot.us-east-1.amazonaws.com                             iot                              us-east-1
        ivsrealtime.us-east-1.amazonaws.com                     ivs                              us-east-1
        kafka-api.us-east-1.api.aws                             kafka                            us-east-1
        mail-manager.us-east-1.amazonaws.com                    ses                              us-east-1
        media-pipelines-chime.us-east-1.amazonaws.com           chime                            us-east-1
        meetings-chime.us-east-1.amazonaws.com                  chime                            us-east-1
        memory-db.us-east-1.amazonaws.com                       memorydb                         us-east-1
        messaging-chime.us-east-1.amazonaws.com                 chime                            us-east-1
        metering-marketplace.us-east-1.amazonaws.com            aws-marketplace                  us-east-1
        metering.marketplace.cn-northwest-1.amazonaws.com.cn    aws-marketplace                  cn-northwest-1
        migrationhub-config.us-west-2.amazonaws.com             mgh                              us-west-2
        models-v2-lex.us-east-1.amazonaws.com                   lex                              us-east-1
        oidc.us-east-1.amazonaws.com                            sso-oauth                        us-east-1
        participant.connect.us-east-1.amazonaws.com             execute-api                      us-east-1
        personalize-events.us-east-1.amazonaws.com              personalize                      us-east-1
        personalize-runtime.us-east-1.amazonaws.com             personalize                      us-east-1
        pinpoint.us-east-1.amazonaws.com                        mobiletargeting                  us-east-1
        portal.sso.us-east-1.amazonaws.com                      awsssoportal                     us-east-1
        query-lakeformation.us-east-1.amazonaws.com             lakeformation                    us-east-1
        reporting-marketplace.us-east-1.amazonaws.com           aws-marketplace                  us-east-1
        runtime-medical-imaging.us-east-1.amazonaws.com         medical-imaging                  us-east-1
        runtime-v2-lex.us-east-1.amazonaws.com                  lex                              us-east-1
        servicecatalog-appregistry.us-east-1.amazonaws.com      servicecatalog                   us-east-1
        sms-voice.pinpoint.us-east-1.amazonaws.com              sms-voice                        us-east-1
        storage-omics.us-east-1.amazonaws.com                   omics                            us-east-1
        stream-logs.us-east-1.amazonaws.com                     logs                             us-east-1
        streaming-logs.us-east-1.amazonaws.com                  logs                             us-east-1
        streams-dynamodb.us-east-1.api.aws                      dynamodb                         us-east-1
        sync-states.us-east-1.amazonaws.com                     states                           us-east-1
        tags-omics.us-east-1.amazonaws.com                      omics                            us-east-1
        timestream-ingest.us-east-1.api.aws                     timestream                       us-east-1
        timestream-query.us-east-1.api.aws                      timestream                       us-east-1
        transcribestreaming.us-east-1.amazonaws.com             transcribe                       us-east-1
        voice-chime.us-east-1.amazonaws.com                     chime                            us-east-1
        workflows-omics.us-east-1.amazonaws.com                 omics                            us-east-1
        """);
}
