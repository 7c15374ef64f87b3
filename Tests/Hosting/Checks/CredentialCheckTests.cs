using AwsSigV4Proxy.Hosting.Checks;
using AwsSigV4Proxy.Hosting.Credentials;
using AwsSigV4Proxy.Hosting.Forwarding;
using AwsSigV4Proxy.Signing.Keys;
using AwsSigV4Proxy.Tests.Fakes;
using AwsSigV4Proxy.Tests.Hosting.Credentials;

namespace AwsSigV4Proxy.Tests.Hosting.Checks;

internal sealed class CredentialCheckTests
{
    private static readonly DateTimeOffset Now = new(2015, 8, 30, 12, 36, 0, TimeSpan.Zero);

    [Test]
    [Arguments(null, null, CheckMark.Ok, "they do not expire")]
    [Arguments("token", null, CheckMark.Ok, "temporary, and nobody says when they expire")]
    [Arguments("token", 3600, CheckMark.Ok, "they expire at 2015-08-30 13:36:00Z, in 60 minutes")]
    [Arguments("token", 0, CheckMark.Failed, "they expired at 2015-08-30 12:36:00Z")]
    public async Task Run_Credentials_AreJudgedByTheirExpiry(string? token, int? seconds, CheckMark mark, string found)
    {
        var credentials = new SigningCredentials("AKID", "the-secret", token, seconds is { } s ? Now.AddSeconds(s) : null);

        var (result, usable) = await RunAsync(credentials);

        await Assert.That(result.Mark).IsEqualTo(mark);
        await Assert.That(result.Found).StartsWith("AKID, from ");
        await Assert.That(result.Found).EndsWith(found);
        await Assert.That(usable is null).IsEqualTo(mark == CheckMark.Failed);
        await Assert.That(result.Values.ContainsKey("expires")).IsEqualTo(seconds is not null);
    }

    [Test]
    public async Task Run_TemporaryIdWithoutItsToken_Fails()
    {
        var (result, usable) = await RunAsync(new SigningCredentials("ASIAIOSFODNN7EXAMPLE", "the-secret"));

        await Assert.That(result.Mark).IsEqualTo(CheckMark.Failed);
        await Assert.That(result.Found).EndsWith(": temporary, and its session token is missing");
        await Assert.That(result.Next!).StartsWith("set AWS_SESSION_TOKEN");
        await Assert.That(usable).IsNull();
    }

    [Test]
    public async Task Run_SecretInPlaceOfTheId_IsNotShown()
    {
        const string Secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
        var (result, _) = await RunAsync(new SigningCredentials(Secret, "the-secret"));

        await Assert.That(result.Found).StartsWith("(redacted), which does not look like an access key id: is it the secret?, from ");
        await Assert.That(CheckReport.WriteJson([result])).DoesNotContain(Secret);
        await Assert.That(new SecretFilter(new SigningCredentials(Secret, "the-secret")).Clean($"no such key: {Secret}")).IsEqualTo("no such key: (redacted)");
    }

    // The providers' own words say what to do.
    [Test]
    public async Task Run_NoCredentials_HasNoAdviceOfItsOwn()
    {
        var source = new ScriptedSource();
        source.Fail("No AWS credentials: set them.");
        var (result, _) = await new CredentialCheck(source, null, static _ => null, new ManualTime(Now)).RunAsync();

        await Assert.That((result.Mark, result.Found, result.Next)).IsEqualTo((CheckMark.Failed, "No AWS credentials: set them", null));
        await Assert.That(CheckReport.WriteJson([result])).DoesNotContain("next");
    }

    [Test]
    public async Task Run_MalformedSecret_FailsAndIsNotShown()
    {
        var (result, usable) = await RunAsync(new SigningCredentials("AKID", "the-secret\n"));

        await Assert.That(result.Mark).IsEqualTo(CheckMark.Failed);
        await Assert.That(CheckReport.WriteJson([result])).DoesNotContain("the-secret");
        await Assert.That(usable).IsNull();
    }

    [Test]
    public async Task Run_Places_AreNamedWithoutTheirValues()
    {
        var (result, _) = await RunAsync(new SigningCredentials("AKID", "the-secret"));

        await Assert.That(result.Details[0])
            .IsEqualTo("environment: AWS_ACCESS_KEY_ID (not set), AWS_SECRET_ACCESS_KEY (set), AWS_SESSION_TOKEN (not set)");
        await Assert.That(string.Join('\n', result.Details)).DoesNotContain("the-secret");
    }

    private static Task<(CheckResult Result, SigningCredentials? Credentials)> RunAsync(SigningCredentials credentials) =>
        new CredentialCheck(
            new FixedCredentials(credentials), profile: null,
            static name => name == "AWS_SECRET_ACCESS_KEY" ? "the-secret" : null,
            new ManualTime(Now)).RunAsync();
}
