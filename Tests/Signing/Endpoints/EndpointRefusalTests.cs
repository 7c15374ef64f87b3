using AwsSigV4Proxy.Signing.Endpoints;

namespace AwsSigV4Proxy.Tests.Signing.Endpoints;

/// <summary>Hosts for which the resolver gives no answer: a wrong one would send a signature to a stranger.</summary>
public sealed class EndpointRefusalTests
{
    private static async Task Answers(EndpointAnswer expected, string host)
    {
        EndpointAnswer answer = EndpointResolver.Resolve(host, "/", out EndpointScope scope);

        await Assert.That(answer).IsEqualTo(expected);
        await Assert.That(scope).IsEqualTo(default(EndpointScope));
        await Assert.That(EndpointResolver.TryResolve(host, out _)).IsFalse();
    }

    [Test]
    [Arguments("sqs.us-east-1.amazonaws.com.evil.example")]
    [Arguments("sqs.us-east-1.evilamazonaws.com")]
    [Arguments("sqs.us-east-1.amazonaws.com-evil.example")]
    [Arguments("sqs.us-east-1.amazonaws.co")]
    [Arguments("sqs.us-east-1.amazonaws.comm")]
    [Arguments("sqs.us-east-1.amazonaws.org")]
    [Arguments("sqs.us-east-1.amazonaws")]
    [Arguments("sqs.us-east-1.myapi.aws")]
    [Arguments("sqs.us-east-1.api-aws")]
    [Arguments("abc.lambda-url.us-east-1.on.aws.example")]
    [Arguments("abc.lambda-url.us-east-1.non.aws")]
    [Arguments("sqs.us-east-1.aws")]
    [Arguments("amazonaws.com")]
    [Arguments(".amazonaws.com")]
    [Arguments("api.aws")]
    [Arguments("sqs.us-east-1.amazonaws\u3002com")] // an ideographic full stop
    [Arguments("sqs.us-east-1.\u0430mazonaws.com")] // a Cyrillic letter
    [Arguments("\u212Ams.us-east-1.amazonaws.com")] // the Kelvin sign, k in lower case
    [Arguments("\u017Fqs.us-east-1.amazonaws.com")] // the long s, S in upper case
    public Task LookAlike_Any_IsNotAws(string host) => Answers(EndpointAnswer.NotAws, host);

    [Test]
    [Arguments("sqs.cn-north-1.amazonaws.com")]
    [Arguments("sqs.us-east-1.amazonaws.com.cn")]
    [Arguments("sqs.us-east-1.amazonaws.eu")]
    [Arguments("sqs.us-iso-east-1.amazonaws.com")]
    [Arguments("sqs.us-iso-east-1.sc2s.sgov.gov")]
    [Arguments("sqs.us-gov-west-1.c2s.ic.gov")]
    [Arguments("sqs.eusc-fr-east-1.amazonaws.eu")]
    [Arguments("abc.lambda-url.cn-north-1.on.aws")]
    [Arguments("s3-cn-north-1.amazonaws.com")]
    public Task Region_OfAnotherPartition_IsUnknown(string host) => Answers(EndpointAnswer.Unknown, host);

    [Test]
    [Arguments("sqs.us-east.amazonaws.com")]
    [Arguments("sqs.us-east-1.vpce.amazonaws.com")]
    [Arguments("abc123.us-east-1.a-label-of-2031.amazonaws.com")]
    [Arguments("abc123.a-label-of-2031.us-east-1.on.aws")]
    [Arguments("abc123.lambda-url.us-east-1.studio.on.aws")]
    [Arguments("sagemaker.us-east-1.app.aws")]
    [Arguments("xmlflow.sagemaker.us-east-1.app.aws")]
    [Arguments("console.us-east-1.aws.amazon.com")]
    [Arguments("us-east-1.console.aws.amazon.com")]
    [Arguments("sqs.us-east-1.signin.aws.amazon.com")]
    [Arguments("x.us-east-1.signin.aws")]
    [Arguments("mrap.accesspoint.s3-global.amazonaws.com")]
    [Arguments("abc.mrap.accesspoint.s3-global.api.aws")]
    [Arguments("endpoint.events.amazonaws.com")]
    [Arguments("111122223333.cloudfront-kvs.amazonaws.com")]
    [Arguments("ec2.api.aws")]
    [Arguments("sts.on.aws")]
    [Arguments("routes.geo.us-east-1.us-gov.example.amazonaws.com")]
    [Arguments("maps.geo.us-gov-west-1.us-gov.amazonaws.com")]
    [Arguments("sqs.us-east-.amazonaws.com")]
    [Arguments("sqs.us--1.amazonaws.com")]
    [Arguments("sqs.us-east-1a.amazonaws.com")]
    [Arguments("sqs.us-east-1-1.amazonaws.com")]
    [Arguments("sqs.xx-east-1.amazonaws.com")]
    [Arguments("sqs.east-1.amazonaws.com")]
    [Arguments("sqs.amazonaws.com")]
    [Arguments("us-east-1.amazonaws.com")]
    [Arguments("us-east-1.s3.amazonaws.com.cn")]
    [Arguments("s3.us-east-1.on.aws")]
    [Arguments("iam.us-gov.amazonaws.com.cn")]
    [Arguments("foo.iam.amazonaws.com")]
    [Arguments("s3.api.aws")]
    [Arguments("bucket.s3-accelerate.api.aws")]
    [Arguments("bucket.s3-us-west-2.on.aws")]
    [Arguments("unknown.global.api.aws")]
    public Task Host_WithoutARegionOrAService_IsUnknown(string host) => Answers(EndpointAnswer.Unknown, host);

    [Test]
    [Arguments("ec2-203-0-113-25.compute-1.amazonaws.com")]
    [Arguments("ec2-203-0-113-25.compute.amazonaws.com")]
    [Arguments("ec2-203-0-113-25.us-west-2.compute.amazonaws.com")]
    [Arguments("ec2-203-0-113-25.cn-north-1.compute.amazonaws.com.cn")]
    [Arguments("s3.us-west-2.compute.amazonaws.com")]
    [Arguments("web-1234567890.us-east-1.elb.amazonaws.com")]
    [Arguments("dualstack.web-1234567890.us-east-1.elb.amazonaws.com")]
    [Arguments("web-1234567890.elb.amazonaws.com")]
    [Arguments("web-0a1b2c3d.elb.us-east-1.amazonaws.com")]
    [Arguments("web-0a1b2c3d.elb.cn-north-1.amazonaws.com.cn")]
    [Arguments("db.abc123.us-east-1.rds.amazonaws.com")]
    [Arguments("abc123.gr7.us-east-1.eks.amazonaws.com")]
    [Arguments("abc123.eks-cluster.us-east-1.api.aws")]
    [Arguments("vpce-0a1b-2c3d.vpce-svc-4e5f.us-east-1.vpce.amazonaws.com")]
    [Arguments("vpce-0a1b-2c3d-us-east-1a.vpce-svc-4e5f.us-east-1.vpce.amazonaws.com")]
    [Arguments("app.cn-north-1.eb.amazonaws.com.cn")]
    [Arguments("app.us-gov-west-1.elb.amazonaws.com")]
    [Arguments("abc123.studio.us-east-1.on.aws")]
    [Arguments("abc123.studio.us-east-1.sagemaker.aws")]
    [Arguments("abc123.notebook-fips.us-east-1.sagemaker.aws")]
    [Arguments("abc123.transfer-webapp.cn-north-1.on.amazonwebservices.com.cn")]
    [Arguments("ssoins-abc.portal.us-east-1.app.aws")]
    [Arguments("db.abc123.rds.cn-north-1.amazonaws.com.cn")]
    [Arguments("docs.abc123.eu-west-1.docdb.amazonaws.com")]
    [Arguments("warehouse.abc123.us-east-1.redshift.amazonaws.com")]
    [Arguments("default.111122223333.us-east-1.redshift-serverless.amazonaws.com")]
    [Arguments("abc123.c2.us-east-1.airflow.amazonaws.com")]
    [Arguments("abc123.c2.airflow.us-east-1.on.aws")]
    [Arguments("abc123.emrstudio-prod.us-east-1.amazonaws.com")]
    [Arguments("abc123.emrappui-prod.cn-north-1.amazonaws.com.cn")]
    [Arguments("abc123.emrnotebooks-prod.eu-west-1.amazonaws.com")]
    [Arguments("abc123.analytics-gateway.us-east-1.amazonaws.com")]
    [Arguments("abc123.vfs.cloud9.us-east-1.amazonaws.com")]
    [Arguments("abc123.webview-assets.cloud9.us-east-1.amazonaws.com")]
    [Arguments("g-abc123.grafana-workspace.us-east-1.amazonaws.com")]
    public Task Host_ThatAnyoneCanRent_IsNotSigned(string host) => Answers(EndpointAnswer.NotSigned, host);

    [Test]
    [Arguments("bucket.s3-website-us-east-1.amazonaws.com")]
    [Arguments("bucket.s3-website.eu-central-1.amazonaws.com")]
    [Arguments("logs.us-west-2.s3-website-us-east-1.amazonaws.com")]
    [Arguments("111122223333.dkr.ecr.us-east-1.amazonaws.com")]
    [Arguments("111122223333.dkr.ecr-fips.us-east-1.amazonaws.com")]
    [Arguments("111122223333.dkr-ecr.us-east-1.on.aws")]
    [Arguments("abc123.credentials.iot.us-east-1.amazonaws.com")]
    [Arguments("111122223333.dkr-ecr-fips.us-east-1.on.aws")]
    [Arguments("111122223333.dkr-ecr.us-isob-east-1.on.aws.scloud")]
    [Arguments("bucket.s3-website.dualstack.eu-central-1.amazonaws.com")]
    [Arguments("bucket.s3-website.cn-north-1.amazonaws.com.cn")]
    [Arguments("abc123.cups.lorawan.us-east-1.amazonaws.com")]
    [Arguments("oidc.eks.us-east-1.amazonaws.com")]
    [Arguments("oidc-eks.us-east-1.api.aws")]
    [Arguments("domain-111122223333.d.codeartifact.us-east-1.amazonaws.com")]
    [Arguments("git-codecommit.us-east-1.amazonaws.com")]
    [Arguments("scim.us-east-1.amazonaws.com")]
    [Arguments("codecatalyst.global.api.aws")]
    [Arguments("email-smtp.us-east-1.amazonaws.com")]
    [Arguments("inbound-smtp.eu-west-1.amazonaws.com")]
    [Arguments("s-abc123.server.transfer.us-east-1.amazonaws.com")]
    [Arguments("b-1.name.abc123.c2.kafka.us-east-1.amazonaws.com")]
    [Arguments("boot-abc123.c1.kafka-serverless.us-east-1.amazonaws.com")]
    [Arguments("b-abc123.mq.us-east-1.amazonaws.com")]
    [Arguments("b-abc123.mq.us-east-1.on.aws")]
    [Arguments("fs-abc123.efs.us-east-1.amazonaws.com")]
    [Arguments("fs-abc123.fsx.us-east-1.amazonaws.com")]
    [Arguments("clustercfg.name.abc123.memorydb.us-east-1.amazonaws.com")]
    [Arguments("name.abc123.dax-clusters.us-east-1.amazonaws.com")]
    [Arguments("name.abc123.0001.use1.cache.amazonaws.com")]
    [Arguments("abc123.dsql.us-east-1.on.aws")]
    [Arguments("abc123.timestream-influxdb.us-east-1.on.aws")]
    public Task Host_ThatTakesNoSignature_IsNotSigned(string host) => Answers(EndpointAnswer.NotSigned, host);

    [Test]
    [Arguments("")]
    [Arguments(".")]
    [Arguments("..")]
    [Arguments("localhost")]
    [Arguments("d111111abcdef8.cloudfront.net")]
    [Arguments("app.us-east-1.elasticbeanstalk.com")]
    [Arguments("127.0.0.1")]
    [Arguments("169.254.169.254")]
    [Arguments("::1")]
    [Arguments("[::1]")]
    [Arguments("internal.example")]
    [Arguments("sqs.us-east-1.amazonaws.com..")]
    [Arguments("sqs..us-east-1.amazonaws.com")]
    [Arguments("bucket..s3.us-east-1.amazonaws.com")]
    [Arguments(".s3.us-east-1.amazonaws.com")]
    [Arguments("sqs.us-east-1.amazonaws.com:443")]
    [Arguments("sqs.us-east-1.amazonaws.com/")]
    [Arguments("user@sqs.us-east-1.amazonaws.com")]
    [Arguments("sqs us-east-1.amazonaws.com")]
    [Arguments("sqs\0.us-east-1.amazonaws.com")]
    [Arguments("s%71s.us-east-1.amazonaws.com")]
    [Arguments("*.us-east-1.amazonaws.com")]
    public Task Text_ThatIsNoHostNameOfAws_IsNotAws(string host) => Answers(EndpointAnswer.NotAws, host);

    [Test]
    public async Task HostName_OfTheLongestLength_IsReadAndOneLongerIsRefused()
    {
        const string Rest = ".s3.us-east-1.amazonaws.com";
        string label = new('a', 63);
        string bucket = $"{label}.{label}.{label}.{new string('a', 253 - Rest.Length - (3 * 64))}";

        await Assert.That(EndpointResolver.TryResolve(bucket + Rest, out EndpointScope scope)).IsTrue();
        await Assert.That(scope).IsEqualTo(new EndpointScope("s3", "us-east-1"));
        await Assert.That(EndpointResolver.TryResolve(bucket + Rest + ".", out _)).IsTrue();
        await Answers(EndpointAnswer.NotAws, bucket + "a" + Rest);
        await Answers(EndpointAnswer.NotAws, new string('a', 64) + Rest);
        await Answers(EndpointAnswer.NotAws, new string('a', 100_000) + Rest);
    }

    [Test]
    public async Task Labels_InAnyOrder_NeverThrowNorGiveAnEmptyService()
    {
        string[] parts =
        [
            "s3", "s3-accelerate", "fips", "-fips", "us-east-1", "vpce", "vpce-1", "us-gov", "global", "dualstack", "iot", "x", "", "-",
        ];
        var random = new Random(Seed: 4);
        for (int i = 0; i < 20_000; i++)
        {
            string labels = string.Join('.', Enumerable.Range(0, random.Next(6)).Select(_ => parts[random.Next(parts.Length)]));
            foreach (string host in (string[])[$"{labels}.amazonaws.com", $"{labels}.on.aws", labels])
            {
                if (EndpointResolver.TryResolve(host, out EndpointScope scope))
                    await Assert.That(scope.Service).IsNotEmpty();
            }
        }
    }
}
