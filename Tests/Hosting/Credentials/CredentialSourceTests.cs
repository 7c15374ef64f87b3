using AwsSigV4Proxy.Hosting.Credentials;
using AwsSigV4Proxy.Hosting.Credentials.Providers;
using AwsSigV4Proxy.Signing.Keys;
using Microsoft.Extensions.Time.Testing;

namespace AwsSigV4Proxy.Tests.Hosting.Credentials;

internal sealed class CredentialSourceTests
{
    [Test]
    public async Task FetchAsync_FirstConfigured_WinsAndIsNamed()
    {
        var source = new CredentialSource([new Stub("one", null), new Stub("two", "B"), new Stub("three", "C")]);

        var credentials = await source.FetchAsync(CancellationToken.None);

        await Assert.That(credentials.AccessKeyId).IsEqualTo("B");
        await Assert.That(source.Origin).IsEqualTo("two's place");
    }

    [Test]
    public async Task FetchAsync_NoneConfigured_NamesEachAndWhatToDo()
    {
        var source = new CredentialSource([new Stub("one", null), new Stub("two", null)]);

        var error = await Assert.That(async () => await source.FetchAsync(CancellationToken.None)).Throws<CredentialsUnavailableException>();

        await Assert.That(error!.Message).Contains("one: one is not set; two: two is not set").And.Contains("aws configure");
    }

    [Test]
    public async Task FetchAsync_ConfiguredOneFails_NeverFallsThroughToAnotherIdentity()
    {
        var source = new CredentialSource([new Stub("one", null), new Failing(), new Stub("three", "C")]);

        var error = await Assert.That(async () => await source.FetchAsync(CancellationToken.None)).Throws<CredentialsUnavailableException>();

        await Assert.That(error!.Message).StartsWith("No AWS credentials: failing: log in first.").And.Contains("one: one is not set");
    }

    // Whoever writes a file anew writes half of it first.
    [Test]
    public async Task FetchAsync_TheLastOneHasNothingAnyMore_IsAFailureForAMinute()
    {
        var time = new FakeTimeProvider();
        var (first, second) = (new Stub("one", "A"), new Stub("two", "B"));
        var source = new CredentialSource([new Stub("none", null), first, second], time);
        await source.FetchAsync(CancellationToken.None);

        first.AccessKeyId = null;
        for (var seconds = 0; seconds < 60; seconds += 20)
        {
            var error = await Assert.That(async () => await source.FetchAsync(CancellationToken.None)).Throws<CredentialsUnavailableException>();
            await Assert.That(error!.Message).StartsWith("No AWS credentials: one: one is not set, where it was a moment ago");
            time.Advance(TimeSpan.FromSeconds(20));
        }

        await Assert.That((await source.FetchAsync(CancellationToken.None)).AccessKeyId).IsEqualTo("B");
        first.AccessKeyId = "A";
        await Assert.That((await source.FetchAsync(CancellationToken.None)).AccessKeyId).IsEqualTo("A");
        first.AccessKeyId = null;
        await Assert.That(async () => await source.FetchAsync(CancellationToken.None)).Throws<CredentialsUnavailableException>();
    }

    [Test]
    [Arguments("AK", "secret", null, "AK")]
    [Arguments("AK", null, "legacy", "AK")]
    [Arguments(null, null, null, null)]
    [Arguments("", "", "", null)]
    public async Task Environment_AnyCombination_NeedsBothParts(string? id, string? secret, string? legacy, string? expected)
    {
        var provider = new EnvironmentProvider(name => name switch
        {
            "AWS_ACCESS_KEY_ID" => id,
            "AWS_SECRET_ACCESS_KEY" => secret,
            "AWS_SECRET_KEY" => legacy,
            _ => null,
        });

        var answer = await provider.FetchAsync(CancellationToken.None);

        await Assert.That(answer.Credentials?.AccessKeyId).IsEqualTo(expected);
    }

    private sealed class Stub(string name, string? accessKeyId) : ICredentialProvider
    {
        public string Name => name;

        public string? AccessKeyId { get; set; } = accessKeyId;

        public Task<ProviderAnswer> FetchAsync(CancellationToken cancellationToken) => Task.FromResult(AccessKeyId is null
            ? ProviderAnswer.Absent($"{name} is not set")
            : new ProviderAnswer(new SigningCredentials(AccessKeyId, "s"), $"{name}'s place"));
    }

    private sealed class Failing : ICredentialProvider
    {
        public string Name => "failing";

        public Task<ProviderAnswer> FetchAsync(CancellationToken cancellationToken) =>
            throw new CredentialsUnavailableException("log in first");
    }
}
