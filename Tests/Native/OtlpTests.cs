using AwsSigV4Proxy.Tests.Fakes;

namespace AwsSigV4Proxy.Tests.Native;

/// <summary>Metrics and spans of the published executable on their way to a collector.</summary>
internal sealed class OtlpTests
{
    private const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string CallersSpan = "00f067aa0ba902b7";

    [Test]
    [Arguments(true)]
    [Arguments(false)]
    public async Task Otlp_EndpointGiven_MetricsAndSpansOfTheCallersTraceArrive(bool isGrpc)
    {
        await using var aws = await FakeAws.StartAsync();
        await using var collector = await FakeCollector.StartAsync(isGrpc);
        var environment = NativeProxy.Credentials;
        environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Endpoint;
        if (!isGrpc)
            environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        await using var proxy = await NativeProxy.StartAsync(aws.Address, environment);

        await SendAsync(proxy, $"00-{TraceId}-{CallersSpan}-01");
        var received = await aws.NextAsync();
        await Assert.That(await proxy.StopAsync()).IsEqualTo(0);

        // The caller's trace goes on, in a span of the proxy's, and neither header is signed.
        var parts = received.Header("traceparent")!.Split('-');
        await Assert.That((parts[0], parts[1], parts[3])).IsEqualTo(("00", TraceId, "01"));
        await Assert.That(parts[2]).IsNotEqualTo(CallersSpan);
        await Assert.That(received.Header("tracestate")).IsEqualTo("vendor=1");
        await Assert.That(received.Header("Authorization")).DoesNotContain("trace");

        // Whatever was not sent before is sent at the end.
        await Assert.That(collector.Has("trace", Convert.FromHexString(TraceId))).IsTrue();
        await Assert.That(collector.Has("trace", Convert.FromHexString(parts[2]))).IsTrue();
        await Assert.That(collector.Has("trace", Convert.FromHexString(CallersSpan))).IsTrue();
        await Assert.That(collector.Has("trace", "/a/path")).IsTrue();
        await Assert.That(collector.Has("trace", "a=query")).IsFalse();
        await Assert.That(collector.Has("metrics", "aws_sigv4_proxy.requests")).IsTrue();
        await Assert.That(collector.Has("metrics", "aws-sigv4-proxy")).IsTrue();
        await Assert.That(collector.Has("", TestProxy.Credentials.SecretAccessKey)).IsFalse();
        await Assert.That(collector.Has("", TestProxy.Credentials.SessionToken!)).IsFalse();
    }

    [Test]
    [Arguments("OTEL_SDK_DISABLED", "true")]
    [Arguments("OTEL_TRACES_EXPORTER", "none")]
    [Arguments("OTEL_EXPORTER_OTLP_ENDPOINT", "")]
    public async Task Otlp_NotAskedForSpans_TheCallersTracePassesAsItIs(string variable, string value)
    {
        await using var aws = await FakeAws.StartAsync();
        await using var collector = await FakeCollector.StartAsync(isGrpc: true);
        var environment = NativeProxy.Credentials;
        environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Endpoint;
        environment[variable] = value;
        await using var proxy = await NativeProxy.StartAsync(aws.Address, environment);

        await SendAsync(proxy, $"00-{TraceId}-{CallersSpan}-01");
        var received = await aws.NextAsync();
        await proxy.StopAsync();

        await Assert.That(received.Header("traceparent")).IsEqualTo($"00-{TraceId}-{CallersSpan}-01");
        await Assert.That(collector.Has("trace", "")).IsFalse();
    }

    [Test]
    [Arguments("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317", "OTEL_EXPORTER_OTLP_ENDPOINT is no http or https URL")]
    [Arguments("OTEL_EXPORTER_OTLP_HEADERS", "hidden", "A variable OTEL_... says what OpenTelemetry does not take")]
    public async Task Otlp_SettingsWithoutSense_EndTheStartWithAHint(string variable, string value, string expected)
    {
        var environment = NativeProxy.Credentials;
        environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:9";
        environment[variable] = value;

        var (status, _, error) = await Executable.RunAsync(["-f", "http://127.0.0.1:9", "-s", "es", "-r", "eu-west-1", "-l", "127.0.0.1:0", "-u", "0"], environment);

        await Assert.That(status).IsEqualTo(1);
        await Assert.That(error).StartsWith("error: " + expected).And.Contains("\nhint: ").And.DoesNotContain("hidden").And.DoesNotContain("   at ");
    }

    [Test]
    public async Task Otlp_CollectorAway_RequestsAndTheEndAreNotHeldUp()
    {
        await using var aws = await FakeAws.StartAsync();
        var environment = NativeProxy.Credentials;
        environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://127.0.0.1:{FreePort.Find()}";
        await using var proxy = await NativeProxy.StartAsync(aws.Address, environment);

        await SendAsync(proxy, $"00-{TraceId}-{CallersSpan}-01");

        await Assert.That(await proxy.StopAsync()).IsEqualTo(0);
    }

    private static async Task SendAsync(NativeProxy proxy, string traceParent)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/a/path?a=query");
        request.Headers.Add("traceparent", traceParent);
        request.Headers.Add("tracestate", "vendor=1");
        using var answer = await proxy.Client.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }
}
