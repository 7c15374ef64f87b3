namespace AwsSigV4Proxy.Tests.Signing.Endpoints;

/// <summary>Hosts that services hand out to their customers.</summary>
public sealed class CustomerHostTests
{
    [Test, MethodDataSource(nameof(AfterRegionRows))]
    public Task LabelsAfterRegion_Known_GiveTheService(EndpointRow row) => row.AssertResolvedAsync();

    public static IEnumerable<Func<EndpointRow>> AfterRegionRows() => EndpointRow.Table("""
        search-logs-abc123.eu-west-1.es.amazonaws.com                             es                eu-west-1
        vpc-logs-abc123.us-gov-west-1.es.amazonaws.com                            es                us-gov-west-1
        search-logs-abc123.cn-north-1.es.amazonaws.com.cn                         es                cn-north-1
        abc123.us-east-1.aoss.amazonaws.com                                       aoss              us-east-1
        dashboards.us-east-1.aoss.amazonaws.com                                   aoss              us-east-1
        ingest-abc123.us-east-1.osis.amazonaws.com                                osis              us-east-1
        cluster-1.cluster-abc.us-east-1.neptune.amazonaws.com                     neptune-db        us-east-1
        cluster-1.abc.cn-northwest-1.neptune.amazonaws.com.cn                     neptune-db        cn-northwest-1
        g-abc123.us-east-1.neptune-graph.amazonaws.com                            neptune-graph     us-east-1
        search-films-abc123.us-east-1.cloudsearch.amazonaws.com                   cloudsearch       us-east-1
        doc-films-abc123.us-east-1.cloudsearch.amazonaws.com                      cloudsearch       us-east-1
        eu-west-1.queue.amazonaws.com                                             sqs               eu-west-1
        cn-north-1.queue.amazonaws.com.cn                                         sqs               cn-north-1
        eu-west-1.elasticmapreduce.amazonaws.com                                  elasticmapreduce  eu-west-1
        application-logs-abc123.us-east-1.opensearch.amazonaws.com                opensearch        us-east-1
        abc123.us-gov-west-1.aoss-fips.amazonaws.com                              aoss              us-gov-west-1
        search-logs-abc123.eusc-de-east-1.es.amazonaws.eu                         es                eusc-de-east-1
        vpc-logs-abc123.us-iso-east-1.es.c2s.ic.gov                               es                us-iso-east-1
        routes.geo.us-gov-west-1.us-gov.amazonaws.com                             geo-routes        us-gov-west-1
        routes.geo-fips.us-gov-east-1.us-gov.api.aws                              geo-routes        us-gov-east-1
        """);

    [Test, MethodDataSource(nameof(CustomerHostRows))]
    public Task CustomerHost_OfAKnownService_GivesItsSigningName(EndpointRow row) => row.AssertResolvedAsync();

    public static IEnumerable<Func<EndpointRow>> CustomerHostRows() => EndpointRow.Table("""
        abc123.execute-api.eu-west-1.amazonaws.com                                execute-api       eu-west-1
        abc123.execute-api.cn-north-1.amazonaws.com.cn                            execute-api       cn-north-1
        abc123.appsync-api.us-east-1.amazonaws.com                                appsync           us-east-1
        abc123.appsync-realtime-api.us-east-1.amazonaws.com                       appsync           us-east-1
        a1b2c3-ats.iot.us-east-1.amazonaws.com                                    iotdata           us-east-1
        a1b2c3.iot.us-east-1.amazonaws.com                                        iotdata           us-east-1
        a1b2c3.ats.iot.cn-north-1.amazonaws.com.cn                                iotdata           cn-north-1
        a1b2c3.jobs.iot.us-east-1.amazonaws.com                                   iot-jobs-data     us-east-1
        111122223333.ddb.us-east-1.amazonaws.com                                  dynamodb          us-east-1
        111122223333.ddb.us-east-1.api.aws                                        dynamodb          us-east-1
        111122223333.data-kinesis.us-east-1.amazonaws.com                         kinesis           us-east-1
        111122223333.control-kinesis-fips.us-east-1.api.aws                       kinesis           us-east-1
        abc123.livy.emr-serverless-services.us-east-1.amazonaws.com               emr-serverless    us-east-1

        abc123.lambda-url.us-east-1.on.aws                                        lambda            us-east-1
        abc123.lambda-url.us-gov-west-1.on.aws                                    lambda            us-gov-west-1
        search-logs-abc123.aos.us-east-1.on.aws                                   es                us-east-1
        vpc-logs-abc123.aos.us-east-1.on.aws                                      es                us-east-1
        abc123.aoss.us-east-1.on.aws                                              aoss              us-east-1
        g-abc123.neptune-graph.us-east-1.on.aws                                   neptune-graph     us-east-1
        111122223333.aoss.us-east-1.on.aws                                        aoss              us-east-1
        search-logs-abc123.aos.cn-north-1.on.amazonwebservices.com.cn             es                cn-north-1
        abc123.lambda-url.eusc-de-east-1.on.amazonwebservices.eu                  lambda            eusc-de-east-1
        search-logs-abc123.aos.us-iso-east-1.on.aws.ic.gov                        es                us-iso-east-1
        search-logs-abc123.aos.us-isob-east-1.on.aws.scloud                       es                us-isob-east-1
        search-logs-abc123.aos.eu-isoe-west-1.on.cloud-aws.adc-e.uk               es                eu-isoe-west-1
        search-logs-abc123.aos.us-isof-south-1.on.aws.hci.ic.gov                  es                us-isof-south-1
        us-west-2.experiments.sagemaker.aws                                       sagemaker-mlflow  us-west-2
        t-abc123.us-west-2.experiments.sagemaker.aws                              sagemaker-mlflow  us-west-2
        mlflow.sagemaker.us-east-1.app.aws                                        sagemaker-mlflow  us-east-1
        app-1.mlflow.sagemaker.us-east-1.app.aws                                  sagemaker-mlflow  us-east-1
        svc-0a1b.7d67968.vpc-lattice-svcs.us-west-2.on.aws                        vpc-lattice-svcs  us-west-2
        """);
}
