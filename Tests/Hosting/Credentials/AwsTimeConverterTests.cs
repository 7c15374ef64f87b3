using AwsSigV4Proxy.Hosting.Credentials.Providers;

namespace AwsSigV4Proxy.Tests.Hosting.Credentials;

internal sealed class AwsTimeConverterTests
{
    private static readonly DateTimeOffset NewYear = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Test]
    [Arguments("2027-01-01T00:00:00Z")]
    [Arguments("2027-01-01 00:00:00Z")]
    [Arguments("2027-01-01T00:00:00+0000")]
    [Arguments("2027-01-01 02:00:00.000+02:00")]
    [Arguments("2027-01-01T00:00:00")]
    public async Task Expiration_InAFormThatSdksTake_IsThatInstant(string text) =>
        await Assert.That(JsonCredentials.Read($$"""{"Expiration":"{{text}}"}""")?.Expiration).IsEqualTo(NewYear);

    [Test]
    [Arguments("null")]
    [Arguments(null)]
    public async Task Expiration_None_IsNever(string? json) =>
        await Assert.That(JsonCredentials.Read(json is null ? "{}" : $$"""{"Expiration":{{json}}}""") is { Expiration: null }).IsTrue();

    [Test]
    [Arguments("\"tomorrow\"")]
    [Arguments("\"\"")]
    [Arguments("1")]
    public async Task Expiration_OfAnotherForm_IsNotTheJsonThatAwsDescribes(string json) =>
        await Assert.That(JsonCredentials.Read($$"""{"Expiration":{{json}}}""")).IsNull();
}
