using AwsSigV4Proxy.Hosting.Commands;

namespace AwsSigV4Proxy.Tests.Hosting.Commands;

internal sealed class RoleArnTests
{
    [Test]
    [Arguments("arn:aws:iam::123456789012:role/reader")]
    [Arguments("arn:aws-cn:iam::123456789012:role/reader")]
    [Arguments("arn:aws-us-gov:iam::123456789012:role/reader")]
    [Arguments("arn:aws-iso-b:iam::123456789012:role/reader")]
    [Arguments("arn:aws:iam::123456789012:role/a/path/reader_+=,.@-")]
    public async Task Parse_ArnOfARole_IsKept(string arn)
    {
        await Assert.That(RoleArn.Parse(arn)).IsEqualTo(arn);
    }

    [Test]
    [Arguments("reader")]
    [Arguments("arn:aws:iam::12345678901:role/reader")]
    [Arguments("arn:aws:iam::123456789012:user/reader")]
    [Arguments("arn:aws:sts::123456789012:assumed-role/reader/session")]
    [Arguments("arn:aws:iam::123456789012:role/")]
    [Arguments("arn:aws:iam::123456789012:role/re ader")]
    [Arguments("arn:aws:iam::123456789012:role/reader\n")]
    [Arguments("arn:AWS:iam::123456789012:role/reader")]
    [Arguments("xarn:aws:iam::123456789012:role/reader")]
    public async Task Parse_SomethingElse_IsRefused(string arn)
    {
        await Assert.That(() => RoleArn.Parse(arn)).Throws<UsageException>();
    }

    [Test]
    public async Task SplitList_CommaInAName_BelongsToIt()
    {
        var roles = RoleArn.SplitList("arn:aws:iam::123456789012:role/a,b , arn:aws:iam::123456789012:role/c");

        await Assert.That(string.Join('|', roles)).IsEqualTo("arn:aws:iam::123456789012:role/a,b|arn:aws:iam::123456789012:role/c");
    }
}
