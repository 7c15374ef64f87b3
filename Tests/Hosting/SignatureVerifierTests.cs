using AwsSigV4Proxy.Hosting.Demo;
using AwsSigV4Proxy.Tests.Fakes;

namespace AwsSigV4Proxy.Tests.Hosting;

/// <summary>The verifier that every socket test leans on refuses what AWS refuses.</summary>
public class SignatureVerifierTests
{
    [Test]
    [Arguments("nothing", null)]
    [Arguments("method", "SignatureDoesNotMatch")]
    [Arguments("path", "SignatureDoesNotMatch")]
    [Arguments("query", "SignatureDoesNotMatch")]
    [Arguments("content-type", "SignatureDoesNotMatch")]
    [Arguments("x-amz-meta-a", "SignatureDoesNotMatch")]
    [Arguments("host", "SignatureDoesNotMatch")]
    [Arguments("x-amz-new", "SignatureDoesNotMatch: x-amz-new is not signed")]
    [Arguments("body", "XAmzContentSHA256Mismatch")]
    [Arguments("date", "RequestTimeTooSkewed")]
    [Arguments("signature", "SignatureDoesNotMatch")]
    [Arguments("key", "InvalidClientTokenId")]
    [Arguments("token", "InvalidClientTokenId")]
    [Arguments("unsigned", "MissingAuthenticationToken")]
    public async Task Refusal_OneThingChangedUnderWay_SaysWhat(string changed, string? refusal)
    {
        await using var aws = await FakeAws.StartAsync();
        await using var proxy = await TestProxy.StartAsync(TestProxy.OptionsFor(aws.Address, "s3"));
        using var request = new HttpRequestMessage(HttpMethod.Put, "/path?query") { Content = new StringContent("body") };
        request.Headers.Add("x-amz-meta-a", "1");
        using var answer = await proxy.Client.SendAsync(request);
        var arrived = await aws.NextAsync();

        var actual = new SignatureVerifier(
            TestProxy.Credentials.AccessKeyId, TestProxy.Credentials.SecretAccessKey, TestProxy.Credentials.SessionToken, TimeProvider.System)
            .Refusal(Change(arrived, changed));

        if (refusal is null)
            await Assert.That(actual).IsNull();
        else
            await Assert.That(actual).StartsWith(refusal);
    }

    private static ReceivedRequest Change(ReceivedRequest request, string what) => what switch
    {
        "nothing" => request,
        "method" => request with { Method = "POST" },
        "path" => request with { RawTarget = "/Path?query" },
        "query" => request with { RawTarget = "/path?query=1" },
        "body" => request with { Body = "Body"u8.ToArray() },
        "x-amz-new" => request with { Headers = [.. request.Headers, new("x-amz-new", "1")] },
        "unsigned" => request with { Headers = [.. request.Headers.Where(h => !Is(h.Key, "authorization"))] },
        "date" => With(request, "x-amz-date", _ => "20200101T000000Z"),
        "signature" => With(request, "authorization", value => value[..^1] + (value[^1] == '0' ? '1' : '0')),
        "key" => With(request, "authorization", value => value.Replace("AKIDTEST", "AKIDOTHER", StringComparison.Ordinal)),
        "token" => With(request, "x-amz-security-token", _ => "other"),
        _ => With(request, what, value => value + "x"),
    };

    private static ReceivedRequest With(ReceivedRequest request, string name, Func<string, string> change) => request with
    {
        Headers = [.. request.Headers.Select(h => Is(h.Key, name) ? new(h.Key, change(h.Value)) : h)],
    };

    private static bool Is(string name, string other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);
}
