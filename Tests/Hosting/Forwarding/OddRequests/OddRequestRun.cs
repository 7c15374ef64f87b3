using System.Net.Sockets;
using System.Text;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Tests.Fakes;

namespace AwsSigV4Proxy.Tests.Hosting.Forwarding.OddRequests;

/// <summary>
/// Sends odd requests through one proxy over connections that are kept, and compares what arrived, byte for byte, with what
/// must. Both ends are bare sockets.
/// </summary>
internal sealed class OddRequestRun : IAsyncDisposable
{
    /// <summary>Enough to keep both ends busy.</summary>
    private const int Connections = 4;

    private static readonly string[] OfSignature = ["host", "authorization", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256"];

    private readonly RawUpstream _upstream;
    private readonly TestProxy _proxy;
    private readonly ProxyOptions _options;

    private OddRequestRun(RawUpstream upstream, TestProxy proxy, ProxyOptions options) =>
        (_upstream, _proxy, _options) = (upstream, proxy, options);

    /// <summary>Where the proxy listens.</summary>
    public Uri Address => _proxy.Address;

    /// <summary>Starts upstream and proxy.</summary>
    public static async Task<OddRequestRun> StartAsync(string service, Func<ProxyOptions, ProxyOptions>? change = null)
    {
        var upstream = EchoingAws.Start();
        var options = TestProxy.OptionsFor(upstream.Address, service);
        options = change?.Invoke(options) ?? options;
        return new OddRequestRun(upstream, await TestProxy.StartAsync(options), options);
    }

    /// <summary>Sends them all and fails with a list of those that did not arrive as they must.</summary>
    public async Task AllArriveAsync(IEnumerable<OddRequest> requests)
    {
        var all = requests.ToArray();
        var failures = await Task.WhenAll(Enumerable.Range(0, Connections)
            .Select(first => FailuresAsync([.. all.Where((_, i) => i % Connections == first)])));
        var list = failures.SelectMany(found => found).ToArray();
        if (list.Length > 0)
            Assert.Fail($"{list.Length} of {all.Length} requests did not arrive as they must:\n{string.Join('\n', list.Take(20))}");
    }

    /// <summary>What is wrong with a request that was answered, or null.</summary>
    /// <param name="request">The request.</param>
    /// <param name="answer">Its answer, with what the upstream received.</param>
    /// <param name="overHttp2">Whether it came over HTTP/2, where names are in lower case.</param>
    public string? Complaint(OddRequest request, RawMessage answer, bool overHttp2 = false)
    {
        if (!answer.StartLine.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal))
            return $"{answer.StartLine}: {answer.Body}";

        var arrived = new RawMessage(answer.Body, "");
        if (!IsTarget(request, arrived.StartLine.Split(' ') is [var method, var target, _] && method == request.Method ? target : null))
            return $"the request line was {arrived.StartLine}";

        var expected = Text(request.ArrivingLines(), overHttp2);
        var actual = Text(
            arrived.Lines.Where(line => !OfSignature.Contains(RawMessage.Field(line).Key.ToLowerInvariant())), overHttp2);
        return expected == actual ? null : $"the headers were\n{actual}\n    and must be\n{expected}";
    }

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    /// <summary>Sends them one after another over one connection; over another one when that was closed.</summary>
    private async Task<List<string>> FailuresAsync(OddRequest[] requests)
    {
        List<string> failures = [];
        for (var i = 0; i < requests.Length;)
        {
            using var caller = new TcpClient { NoDelay = true };
            await caller.ConnectAsync(Address.Host, Address.Port);
            var answers = new RawMessageReader(caller.GetStream());
            for (RawMessage? answer; i < requests.Length; i++)
            {
                await caller.GetStream().WriteAsync(Encoding.Latin1.GetBytes(requests[i].ToWire(Address.Authority)));
                answer = await answers.ReadAsync();
                if ((answer is null ? "the connection was closed" : Complaint(requests[i], answer)) is not { } complaint)
                    continue;
                failures.Add($"{requests[i]}\n    {complaint}");
                i++;
                break;
            }
        }

        return failures;
    }

    /// <summary>White space around a value is no part of it (RFC 9110, 5.5).</summary>
    private static string Text(IEnumerable<string> lines, bool overHttp2) => string.Join('\n', lines
        .Select(RawMessage.Field)
        .Select(field => $"{(overHttp2 ? field.Key.ToLowerInvariant() : field.Key)}: {field.Value}")
        .Order(StringComparer.Ordinal));

    private bool IsTarget(OddRequest request, string? actual)
    {
        var expected = _options.ForwardTo!.PathPrefix + request.ArrivingTarget;
        if (_options.SignLocation == SignatureLocation.Header)
            return actual == expected;
        var separator = expected.Split('?', 2) is [_, var query] ? query.Length == 0 ? "" : "&" : "?";
        return actual is not null && actual.StartsWith($"{expected}{separator}X-Amz-Algorithm=", StringComparison.Ordinal);
    }
}
