using AwsSigV4Proxy.Signing.Endpoints;

namespace AwsSigV4Proxy.Tests.Signing.Endpoints;

/// <summary>Hosts for which the resolver gives no answer: a wrong one would send a signature to a stranger.</summary>
public sealed class EndpointRefusalTests
{
    private static async Task Refuses(string host)
    {
        bool found = EndpointResolver.TryResolve(host, out EndpointScope scope);

        await Assert.That(found).IsFalse();
        await Assert.That(scope).IsEqualTo(default(EndpointScope));
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
    public Task LookAlike_Any_IsRefused(string host) => Refuses(host);

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
    public Task Region_OfAnotherPartition_IsRefused(string host) => Refuses(host);

    [Test]
    [Arguments("sqs.us-east.amazonaws.com")]
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
    public Task Host_WithoutARegionOrAService_IsRefused(string host) => Refuses(host);

    [Test]
    [Arguments("ec2-203-0-113-25.compute-1.amazonaws.com")]
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
    [Arguments("sqs.us-east-1.vpce.amazonaws.com")]
    [Arguments("d111111abcdef8.cloudfront.net")]
    [Arguments("app.us-east-1.elasticbeanstalk.com")]
    [Arguments("app.cn-north-1.eb.amazonaws.com.cn")]
    [Arguments("abc123.studio.us-east-1.on.aws")]
    [Arguments("abc123.lambda-url.us-east-1.studio.on.aws")]
    public Task Host_ThatAnyoneCanRent_IsRefused(string host) => Refuses(host);

    [Test]
    [Arguments("bucket.s3-website-us-east-1.amazonaws.com")]
    [Arguments("bucket.s3-website.eu-central-1.amazonaws.com")]
    [Arguments("logs.us-west-2.s3-website-us-east-1.amazonaws.com")]
    [Arguments("111122223333.dkr.ecr.us-east-1.amazonaws.com")]
    [Arguments("111122223333.dkr.ecr-fips.us-east-1.amazonaws.com")]
    [Arguments("111122223333.dkr-ecr.us-east-1.on.aws")]
    [Arguments("abc123.credentials.iot.us-east-1.amazonaws.com")]
    public Task Host_ThatTakesNoSignature_IsRefused(string host) => Refuses(host);

    [Test]
    [Arguments("mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com")]
    [Arguments("111122223333.cloudfront-kvs.global.api.aws")]
    [Arguments("abc123.456def.endpoint.events.amazonaws.com")]
    [Arguments("abc123.456def.endpoint.events.api.aws")]
    [Arguments("abc123.456def.endpoints.email.amazonaws.com")]
    [Arguments("abc123.456def.endpoints.email.global.api.aws")]
    public Task Host_ThatTakesVersion4AAlone_IsRefused(string host) => Refuses(host);

    [Test]
    [Arguments("")]
    [Arguments(".")]
    [Arguments("..")]
    [Arguments("localhost")]
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
    public Task Text_ThatIsNoHostNameOfAws_IsRefused(string host) => Refuses(host);

    [Test]
    public async Task HostName_OfTheLongestLength_IsReadAndOneLongerIsRefused()
    {
        const string Rest = ".s3.us-east-1.amazonaws.com";
        string label = new('a', 63);
        string bucket = $"{label}.{label}.{label}.{new string('a', 253 - Rest.Length - (3 * 64))}";

        await Assert.That(EndpointResolver.TryResolve(bucket + Rest, out EndpointScope scope)).IsTrue();
        await Assert.That(scope).IsEqualTo(new EndpointScope("s3", "us-east-1"));
        await Assert.That(EndpointResolver.TryResolve(bucket + Rest + ".", out _)).IsTrue();
        await Refuses(bucket + "a" + Rest);
        await Refuses(new string('a', 64) + Rest);
        await Refuses(new string('a', 100_000) + Rest);
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
