using System.Diagnostics;
using System.Diagnostics.Metrics;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Hosting.Forwarding;

namespace AwsSigV4Proxy.Hosting.Telemetry;

/// <summary>
/// What the proxy counts and measures. Names and units follow OpenTelemetry's conventions, from which exporters make those of
/// Prometheus: <c>aws_sigv4_proxy.requests</c> becomes <c>aws_sigv4_proxy_requests_total</c>. Values of labels are few and known:
/// never a path, a query, a caller, or a host that a caller names.
/// </summary>
/// <remarks>Thread-safe; nothing is measured where nobody listens.</remarks>
internal sealed class ProxyMetrics : IDisposable
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = ProductInfo.Name;

    /// <summary>Prefix of all names.</summary>
    private const string Prefix = "aws_sigv4_proxy.";

    /// <summary>Methods that have a label of their own (RFC 9110, 9.3, and PATCH); callers may invent others, which are one.</summary>
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT"];

    /// <summary>Stands for the methods that callers invent.</summary>
    internal const string OtherMethod = "other";

    private static readonly string[] StatusClasses = ["none", "1xx", "2xx", "3xx", "4xx", "5xx"];

    private readonly Counter<long> _requests;
    private readonly Histogram<double> _requestDuration;
    private readonly Histogram<double> _firstByte;
    private readonly Histogram<double> _signing;
    private readonly Histogram<double> _refresh;
    private readonly Counter<long> _received;
    private readonly Counter<long> _sent;
    private readonly Counter<long> _payloads;
    private readonly Counter<long> _refusedCallers;
    private readonly Counter<long> _connections;
    private long _inFlight;
    private long _openConnections;
    private double _clockOffsetSeconds;

    /// <summary>Makes the instruments.</summary>
    /// <param name="logDrops">Counts log lines that are lost.</param>
    public ProxyMetrics(LogDrops logDrops)
    {
        Meter = new Meter(MeterName, ProductInfo.Version);
        _requests = Count("requests", "{request}", "Requests that ended, by method, class of the answer's status, and whose answer it was: that of the upstream, none, or the code of a failure of the proxy");
        _requestDuration = Time("request.duration", "Time from a request's headers to the end of its answer, but for upgraded connections");
        _firstByte = Time("upstream.first_byte.duration", "Time from the sending of a request, or of its body's end, to the headers of the upstream's answer");
        _signing = Time("signing.duration", "Time that signing took, without chunks", SigningBuckets);
        _refresh = Time("credentials.refresh.duration", "Time that fetching credentials took");
        _received = Count("received", "By", "Bytes of bodies received from callers");
        _sent = Count("sent", "By", "Bytes of bodies sent to callers");
        _payloads = Count("payloads", "{request}", "Requests by how their body was hashed, signed and sent");
        _refusedCallers = Count("refused_callers", "{request}", "Requests refused because of who made them: authentication, origin of a web page, host");
        _connections = Count("upstream.connections.opened", "{connection}", "Connections to upstreams, by the TLS version of their handshake");
        SpooledBodies = Count("spooled_bodies", "{request}", "Bodies that went to a temporary file");
        HashMismatches = Count("payload.hash_mismatches", "{request}", "Bodies sent under a hash of their caller's that was not theirs");
        SignatureMismatches = Count("signature.mismatches", "{request}", "Requests of which the upstream said that their signature does not match");
        SecondAttempts = Count("second_attempts", "{request}", "Requests signed and sent once more, after a refusal of their time or credentials");
        Meter.CreateObservableCounter(
            Prefix + "log.dropped_lines", () => logDrops.Count, "{line}", "Log lines dropped because nobody took them in time");
        Gauge("clock.offset", "s", "How much later the upstream's clock is than this machine's, as its last refusal of a time said; 0 where there was none", () => Volatile.Read(ref _clockOffsetSeconds));
        Gauge("requests.in_flight", "{request}", "Requests under way", () => Interlocked.Read(ref _inFlight));
        Gauge("upstream.connections.open", "{connection}", "Connections to upstreams that are open", () => Interlocked.Read(ref _openConnections));
    }

    /// <summary>All instruments.</summary>
    public Meter Meter { get; }

    /// <summary>Bodies that went to a temporary file.</summary>
    public Counter<long> SpooledBodies { get; }

    /// <summary>Bodies that were sent under a hash of their caller's which turned out not to be theirs.</summary>
    public Counter<long> HashMismatches { get; }

    /// <summary>Requests of which the upstream said that their signature does not match.</summary>
    public Counter<long> SignatureMismatches { get; }

    /// <summary>Requests that were signed and sent once more.</summary>
    public Counter<long> SecondAttempts { get; }

    /// <summary>
    /// Lets the counters without labels begin at 0, once somebody listens: one that appears with its first event shows no increase.
    /// </summary>
    public void BeginAtZero()
    {
        foreach (var counter in (Counter<long>[])[_received, _sent, SpooledBodies, HashMismatches, SignatureMismatches, SecondAttempts])
            counter.Add(0);
    }

    /// <summary>A request begins.</summary>
    public void BeginRequest() => Interlocked.Increment(ref _inFlight);

    /// <summary>A request has ended, one way or the other.</summary>
    /// <param name="record">What was noted of it.</param>
    /// <param name="method">Its method, which may be any token.</param>
    /// <param name="duration">The whole time.</param>
    public void EndRequest(RequestRecord record, string method, TimeSpan duration)
    {
        Interlocked.Decrement(ref _inFlight);
        var tags = new TagList
        {
            { "method", NameOfMethod(method) },
            { "status", StatusClasses[record.Status is >= 100 and < 600 ? record.Status / 100 : 0] },
            { "origin", record.Origin },
        };
        _requests.Add(1, tags);
        if (record.Status != StatusCodes.Status101SwitchingProtocols)
            _requestDuration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("origin", record.Origin));
        if (record.ReceivedBytes > 0)
            _received.Add(record.ReceivedBytes);
        if (record.SentBytes > 0)
            _sent.Add(record.SentBytes);
        if (record.PayloadMode is { } mode)
            _payloads.Add(1, new KeyValuePair<string, object?>("mode", NameOfMode(mode)));
        if (record.FirstByteTime is { } firstByte)
            _firstByte.Record(firstByte.TotalSeconds);
        if (record.Origin is "unauthorized" or "origin_denied" or "host_denied")
            _refusedCallers.Add(1, new KeyValuePair<string, object?>("reason", record.Origin));
    }

    /// <summary>A request was signed.</summary>
    public void Signed(long startedAt)
    {
        if (_signing.Enabled)
            _signing.Record(Stopwatch.GetElapsedTime(startedAt).TotalSeconds);
    }

    /// <summary>A fetch of credentials has ended.</summary>
    public void Refreshed(TimeSpan duration, bool isSuccess) =>
        _refresh.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("result", isSuccess ? "success" : "failure"));

    /// <summary>A TCP connection to an upstream is open.</summary>
    public void ConnectionBegun() => Interlocked.Increment(ref _openConnections);

    /// <summary>A connection to an upstream can carry requests: the handshake, if there is one, is over.</summary>
    /// <param name="tls">The version of TLS that it agreed on: <c>1.2</c>, <c>1.3</c>, or <c>none</c>.</param>
    public void ConnectionOpened(string tls) => _connections.Add(1, new KeyValuePair<string, object?>("tls", tls));

    /// <summary>A connection to an upstream is closed.</summary>
    public void ConnectionClosed() => Interlocked.Decrement(ref _openConnections);

    /// <summary>An upstream has told its time.</summary>
    /// <param name="offset">How much later it is than this machine's.</param>
    public void SetClockOffset(TimeSpan offset) => Volatile.Write(ref _clockOffsetSeconds, offset.TotalSeconds);

    /// <summary>Adds a value that is asked for at each scrape.</summary>
    public void Gauge<T>(string name, string unit, string description, Func<T> observe)
        where T : struct => Meter.CreateObservableGauge(Prefix + name, observe, unit, description);

    /// <summary>Adds values that are asked for at each scrape; none where there is nothing to tell.</summary>
    public void Gauge<T>(string name, string unit, string description, Func<IEnumerable<Measurement<T>>> observe)
        where T : struct => Meter.CreateObservableGauge(Prefix + name, observe, unit, description);

    /// <inheritdoc/>
    public void Dispose() => Meter.Dispose();

    private Counter<long> Count(string name, string unit, string description) => Meter.CreateCounter<long>(Prefix + name, unit, description);

    private Histogram<double> Time(string name, string description, double[]? buckets = null) => Meter.CreateHistogram(
        Prefix + name, "s", description, tags: null,
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = buckets ?? DurationBuckets });

    /// <summary>From 1 ms to 5 min: an answer from a cache, a slow query, a long poll.</summary>
    private static readonly double[] DurationBuckets =
        [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

    /// <summary>From 10 us, since all but the first signature take less than 1 ms; with ECDSA they take longer.</summary>
    private static readonly double[] SigningBuckets =
        [0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1];

    /// <summary>The method, or <see cref="OtherMethod"/>.</summary>
    internal static string NameOfMethod(string method)
    {
        foreach (var known in Methods)
        {
            if (method == known)
                return known;
        }

        return OtherMethod;
    }

    private static string NameOfMode(PayloadMode mode) => mode switch
    {
        PayloadMode.None => "none",
        PayloadMode.AsItIs => "as_it_is",
        PayloadMode.TrustedHash => "trusted_hash",
        PayloadMode.Unsigned => "unsigned",
        PayloadMode.UnsignedTrailer => "unsigned_trailer",
        PayloadMode.SignedChunks => "signed_chunks",
        PayloadMode.ResignedChunks => "resigned_chunks",
        PayloadMode.UnsignedChunks => "unsigned_chunks",
        PayloadMode.DecodedUnsigned => "decoded_unsigned",
        PayloadMode.DecodedSpooled => "decoded_spooled",
        PayloadMode.Spooled => "spooled",
        PayloadMode.SpooledUnsigned => "spooled_unsigned",
        _ => throw new ArgumentOutOfRangeException(nameof(mode)),
    };
}
