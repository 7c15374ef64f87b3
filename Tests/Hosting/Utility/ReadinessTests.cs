using System.Text.Json;
using AwsSigV4Proxy.Hosting.Telemetry;
using AwsSigV4Proxy.Hosting.Utility;

namespace AwsSigV4Proxy.Tests.Hosting.Utility;

internal sealed class ReadinessTests
{
    [Test]
    [Arguments(false, "OK")]
    [Arguments(true, "not ready: the proxy is stopping")]
    public async Task Of_ProxyThatSignsNothing_IsReadyUntilItStops(bool isDraining, string text)
    {
        var readiness = Readiness.Of(null, new UpstreamStatus(TimeProvider.System), isDraining, DateTimeOffset.UtcNow);
        using var json = JsonDocument.Parse(readiness.ToJson());

        await Assert.That(readiness.ToString()).IsEqualTo(text);
        await Assert.That(json.RootElement.GetProperty("ready").GetBoolean()).IsEqualTo(!isDraining);
        await Assert.That(json.RootElement.GetProperty("draining").GetBoolean()).IsEqualTo(isDraining);
        await Assert.That(json.RootElement.GetProperty("credentials").ValueKind).IsEqualTo(JsonValueKind.Null);
    }
}
