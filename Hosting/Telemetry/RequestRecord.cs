using System.Diagnostics;
using AwsSigV4Proxy.Hosting.Forwarding;

namespace AwsSigV4Proxy.Hosting.Telemetry;

/// <summary>
/// What is noted of one request on its way, for metrics, the access log and its span. One for each request, found in its features.
/// Those who carry it write, each its own part; read when it has ended.
/// </summary>
/// <param name="id">The request's id (<see cref="RequestId"/>).</param>
internal sealed class RequestRecord(string id)
{
    /// <summary>The upstream's own answer, in <see cref="Origin"/>.</summary>
    public const string OfUpstream = "upstream";

    /// <summary>There was no answer, or not all of it, in <see cref="Origin"/>: the caller went away.</summary>
    public const string OfNobody = "none";

    /// <summary>The proxy's own answer to a browser that asks in advance, in <see cref="Origin"/>.</summary>
    public const string OfPreflight = "preflight";

    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private long _receivedBytes;
    private long _sentBytes;

    /// <summary>Stands in every log line of the request.</summary>
    public string Id { get; } = id;

    /// <summary>Whose answer the caller got: <see cref="OfUpstream"/>, <see cref="OfNobody"/>, <see cref="OfPreflight"/>, or the code of a failure of the proxy.</summary>
    public string Origin { get; set; } = OfNobody;

    /// <summary>The answer's status, of one that was cut the failure's; 0 where there was none.</summary>
    public int Status { get; set; }

    /// <summary>The status of the upstream's answer, whatever became of it then; 0 where there was none.</summary>
    public int UpstreamStatus { get; set; }

    /// <summary>How the body was sent; null for a request that did not get that far.</summary>
    public PayloadMode? PayloadMode { get; set; }

    /// <summary>Where it was sent; null for a request that did not get that far.</summary>
    public Upstream? Upstream { get; set; }

    /// <summary>Its span; null where nobody collects them.</summary>
    public Activity? Span { get; set; }

    /// <summary>The id that AWS gave the request, or null.</summary>
    public string? AwsRequestId { get; set; }

    /// <summary>What the upstream's answer says, if it is an error whose words are logged; null for any other.</summary>
    public FailedAnswer? FailedAnswer { get; set; }

    /// <summary>Bytes of the body received from the caller.</summary>
    public long ReceivedBytes => Volatile.Read(ref _receivedBytes);

    /// <summary>Bytes of the answer's body on their way to the caller.</summary>
    public long SentBytes => Volatile.Read(ref _sentBytes);

    /// <summary>Time since the request's headers.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_startedAt);

    /// <summary>From the last byte sent to the answer's headers; null where the upstream gave none, or gave it before.</summary>
    public TimeSpan? FirstByteTime { get; set; }

    /// <summary>More of the caller's body has come.</summary>
    public void Receive(int bytes) => Interlocked.Add(ref _receivedBytes, bytes);

    /// <summary>More of the answer's body goes to the caller.</summary>
    public void Send(long bytes) => Interlocked.Add(ref _sentBytes, bytes);
}
