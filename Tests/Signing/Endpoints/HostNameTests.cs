namespace AwsSigV4Proxy.Tests.Signing.Endpoints;

/// <summary>What does not change the name of an endpoint.</summary>
public sealed class HostNameTests
{
    [Test, MethodDataSource(nameof(WritingRows))]
    public Task HostName_AnyCaseOrTrailingDot_IsTheSame(EndpointRow row) => row.AssertResolvedAsync();

    public static IEnumerable<Func<EndpointRow>> WritingRows() => EndpointRow.Table("""
        SQS.US-EAST-1.AMAZONAWS.COM                            sqs                  us-east-1
        Sqs.eu-West-1.amazonaws.com.                           sqs                  eu-west-1
        sqs.cn-north-1.amazonaws.com.CN.                       sqs                  cn-north-1
        api.tunneling.iot.eu-west-1.amazonaws.com              IoTSecuredTunneling  eu-west-1
        API.TUNNELING.IOT.EU-WEST-1.AMAZONAWS.COM.             IoTSecuredTunneling  eu-west-1
        """);

    [Test, MethodDataSource(nameof(FipsRows))]
    public Task FipsMark_AnyPlace_SignsLikeTheHostWithoutIt(EndpointRow row) => row.AssertResolvedAsync();

    public static IEnumerable<Func<EndpointRow>> FipsRows() => EndpointRow.Table("""
        sqs-fips.us-east-1.amazonaws.com                       sqs            us-east-1
        kms-fips.us-gov-west-1.api.aws                         kms            us-gov-west-1
        dynamodb-fips.us-iso-east-1.c2s.ic.gov                 dynamodb       us-iso-east-1
        bedrock-runtime-fips.us-east-1.amazonaws.com           bedrock        us-east-1
        email-fips.us-west-2.amazonaws.com                     ses            us-west-2
        runtime-fips.sagemaker.us-east-1.amazonaws.com         sagemaker      us-east-1
        api-fips.sagemaker.us-east-1.amazonaws.com             sagemaker      us-east-1
        a2i-runtime.sagemaker-fips.us-east-1.api.aws           sagemaker      us-east-1
        api.tunneling.iot-fips.us-east-1.amazonaws.com         IoTSecuredTunneling  us-east-1
        data.iot-fips.us-east-1.amazonaws.com                  iotdata        us-east-1
        data.jobs.iot-fips.us-gov-west-1.amazonaws.com         iot-jobs-data  us-gov-west-1
        metrics-fips.sagemaker.us-east-1.amazonaws.com         sagemaker      us-east-1
        runtime-fips.lex.us-east-1.amazonaws.com               lex            us-east-1
        data-ats.iot-fips.us-gov-west-1.amazonaws.com          iotdata        us-gov-west-1
        participant.connect-fips.us-west-2.amazonaws.com       execute-api    us-west-2
        aps-workspaces-fips.us-east-1.amazonaws.com            aps            us-east-1
        111122223333.ddb-fips.us-east-1.api.aws                dynamodb       us-east-1
        models-fips.lex.us-east-1.amazonaws.com                lex            us-east-1
        fips.batch.us-east-1.amazonaws.com                     batch          us-east-1
        fips.eks.us-west-2.amazonaws.com                       eks            us-west-2
        fips.transcribe.us-gov-west-1.amazonaws.com            transcribe     us-gov-west-1
        abc.us-east-1.aoss-fips.amazonaws.com                  aoss           us-east-1
        s3-fips.us-gov-east-1.amazonaws.com                    s3             us-gov-east-1
        bucket.s3-fips.dualstack.us-east-1.amazonaws.com       s3             us-east-1
        s3-fips-us-gov-west-1.amazonaws.com                    s3             us-gov-west-1
        s3express-control-fips.us-east-1.amazonaws.com         s3express      us-east-1
        route53-fips.amazonaws.com                             route53        us-east-1
        iam-fips.global.api.aws                                iam            us-east-1
        """);
}
