namespace AwsSigV4Proxy.Tests.Signing.Endpoints;

/// <summary>Regions and suffixes of every partition.</summary>
public sealed class PartitionTests
{
    [Test, MethodDataSource(nameof(PartitionRows))]
    public Task Partition_UsualShape_GivesLastLabelAndRegion(EndpointRow row) => row.AssertResolvedAsync();

    public static IEnumerable<Func<EndpointRow>> PartitionRows() => EndpointRow.Table("""
        sqs.us-east-1.amazonaws.com                            sqs             us-east-1
        sqs.us-east-2.api.aws                                  sqs             us-east-2
        dynamodb.us-west-1.amazonaws.com                       dynamodb        us-west-1
        dynamodb.eu-central-2.api.aws                          dynamodb        eu-central-2
        kinesis.ap-southeast-7.amazonaws.com                   kinesis         ap-southeast-7
        sts.sa-east-1.amazonaws.com                            sts             sa-east-1
        lambda.ca-west-1.amazonaws.com                         lambda          ca-west-1
        lambda.me-central-1.api.aws                            lambda          me-central-1
        sns.af-south-1.amazonaws.com                           sns             af-south-1
        kms.il-central-1.amazonaws.com                         kms             il-central-1
        secretsmanager.mx-central-1.amazonaws.com              secretsmanager  mx-central-1

        sqs.us-gov-west-1.amazonaws.com                        sqs             us-gov-west-1
        sqs.us-gov-east-1.api.aws                              sqs             us-gov-east-1
        kms.us-gov-east-1.amazonaws.com                        kms             us-gov-east-1
        dynamodb.us-gov-west-1.amazonaws.com                   dynamodb        us-gov-west-1
        sts.us-gov-west-1.amazonaws.com                        sts             us-gov-west-1

        sqs.cn-north-1.amazonaws.com.cn                        sqs             cn-north-1
        sqs.cn-northwest-1.api.amazonwebservices.com.cn        sqs             cn-northwest-1
        dynamodb.cn-northwest-1.amazonaws.com.cn               dynamodb        cn-northwest-1
        lambda.cn-north-1.api.amazonwebservices.com.cn         lambda          cn-north-1
        sts.cn-north-1.amazonaws.com.cn                        sts             cn-north-1

        sqs.eusc-de-east-1.amazonaws.eu                        sqs             eusc-de-east-1
        lambda.eusc-de-east-1.api.amazonwebservices.eu         lambda          eusc-de-east-1
        sts.eusc-de-east-1.amazonaws.eu                        sts             eusc-de-east-1

        sqs.us-iso-east-1.c2s.ic.gov                           sqs             us-iso-east-1
        dynamodb.us-iso-west-1.c2s.ic.gov                      dynamodb        us-iso-west-1
        lambda.us-iso-east-1.api.aws.ic.gov                    lambda          us-iso-east-1
        iam.us-iso-east-1.c2s.ic.gov                           iam             us-iso-east-1

        sqs.us-isob-east-1.sc2s.sgov.gov                       sqs             us-isob-east-1
        dynamodb.us-isob-west-1.sc2s.sgov.gov                  dynamodb        us-isob-west-1
        lambda.us-isob-east-1.api.aws.scloud                   lambda          us-isob-east-1

        sqs.eu-isoe-west-1.cloud.adc-e.uk                      sqs             eu-isoe-west-1
        lambda.eu-isoe-west-1.api.cloud-aws.adc-e.uk           lambda          eu-isoe-west-1

        sqs.us-isof-south-1.csp.hci.ic.gov                     sqs             us-isof-south-1
        dynamodb.us-isof-east-1.csp.hci.ic.gov                 dynamodb        us-isof-east-1
        lambda.us-isof-south-1.api.aws.hci.ic.gov              lambda          us-isof-south-1
        """);

    [Test, MethodDataSource(nameof(RegionRows))]
    public Task Region_NotYetOpened_IsToldByItsShape(EndpointRow row) => row.AssertResolvedAsync();

    public static IEnumerable<Func<EndpointRow>> RegionRows() => EndpointRow.Table("""
        sqs.us-central-1.amazonaws.com                         sqs             us-central-1
        sqs.eu-north-12.amazonaws.com                          sqs             eu-north-12
        sqs.us-gov-central-2.amazonaws.com                     sqs             us-gov-central-2
        sqs.cn-south-1.amazonaws.com.cn                        sqs             cn-south-1
        sqs.eusc-de-west-3.amazonaws.eu                        sqs             eusc-de-west-3
        sqs.us-isof-west-9.csp.hci.ic.gov                      sqs             us-isof-west-9
        """);
}
