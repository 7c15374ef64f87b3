using AwsSigV4Proxy.Hosting.Forwarding;
using AwsSigV4Proxy.Signing;
using Microsoft.Extensions.Logging;

namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>
/// Everything the command line and the environment can say, validated: whoever holds one need not check it again.
/// Made by <see cref="OptionValidation"/>. Durations are positive; sizes are in bytes.
/// </summary>
internal sealed record ProxyOptions
{
    /// <summary>
    /// Options in which nothing is set: what the help takes the defaults from and values are put into one by one.
    /// </summary>
    public static ProxyOptions Unset { get; } =
        new() { ForwardTo = null, Service = "", Region = "" };

    /// <summary>
    /// The longest signature lifetime with a signature in the header, whose own life AWS limits to minutes: then it is but a
    /// demand on the credentials. Those of a role that another role assumed last an hour at most (STS, role chaining).
    /// </summary>
    public static TimeSpan MaxHeaderLifetime { get; } = TimeSpan.FromHours(1);

    /// <summary>
    /// The longest life of a signature in the query, 604,800 s.
    /// Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html (X-Amz-Expires)
    /// </summary>
    public static TimeSpan MaxQueryLifetime { get; } = TimeSpan.FromDays(7);

    /// <summary>Where signed requests go, or null when each request's host tells (<c>--forward-by-host</c>).</summary>
    public required UpstreamTarget? ForwardTo { get; init; }

    /// <summary>The host that is signed where <see cref="ForwardTo"/> is only dialled, which then has it too; null for its own.</summary>
    public UrlAuthority? SignHost { get; init; }

    /// <summary>Hosts that requests may go to beside AWS's endpoints, when each request's host tells.</summary>
    public IReadOnlyList<AllowedHost> AllowHosts { get; init; } = [];

    /// <summary>
    /// The signing service name, from <c>--service</c> or the URL. Empty when each request's host tells, and without a signature.
    /// </summary>
    public required string Service { get; init; }

    /// <summary>
    /// The signing region, from <c>--region</c>, the URL or the AWS configuration. Empty when each request's host tells, when a
    /// region set takes its place, and without a signature.
    /// </summary>
    public required string Region { get; init; }

    /// <summary>Whether the host of <see cref="ForwardTo"/> belongs to several services, of which each request's path tells one.</summary>
    public bool ServiceDependsOnPath { get; init; }

    /// <summary>The version of the signature, or null for what each host takes.</summary>
    public SigningAlgorithm? Algorithm { get; init; }

    /// <summary>The regions that a signature of version 4A is good for, joined by commas; null for what the host tells.</summary>
    public string? RegionSet { get; init; }

    /// <summary>False when requests are forwarded as they came (<c>--no-sign</c>).</summary>
    public bool Sign { get; init; } = true;

    /// <summary>What is changed in the headers of every request before it is signed.</summary>
    public HeaderRules HeaderRules { get; init; } = HeaderRules.None;

    /// <summary>Roles to assume one after another, on top of the default chain's credentials; empty for none.</summary>
    public IReadOnlyList<string> AssumeRoles { get; init; } = [];

    /// <summary>What the trust policy of the last role asks for as <c>sts:ExternalId</c>, or null.</summary>
    public string? ExternalId { get; init; }

    /// <summary>The name of the roles' sessions, or null for that of the environment or the proxy's own.</summary>
    public string? RoleSessionName { get; init; }

    /// <summary>How long the last role's session lasts, in whole seconds; null leaves it to AWS.</summary>
    public TimeSpan? RoleDuration { get; init; }

    /// <summary>The region whose STS assumes the roles, or null for the signing region's.</summary>
    public string? StsRegion { get; init; }

    /// <summary>The one profile that gives credentials and region, or null for the default chain.</summary>
    public string? Profile { get; init; }

    /// <summary>Whether it is a failure at start when there are no credentials.</summary>
    public bool RequireCredentials { get; init; }

    /// <summary>Where callers connect.</summary>
    public ListenAddress ListenOn { get; init; } = new ListenAddress.Tcp(System.Net.IPAddress.Any, 8080);

    /// <summary>Port of <c>/health</c> and <c>/ready</c>, on the same address; 0 turns it off.</summary>
    public int UtilityPort { get; init; } = 9090;

    /// <summary>PEM file with the listener's certificate and its chain, or null for plain HTTP.</summary>
    public string? CertFile { get; init; }

    /// <summary>PEM file with that certificate's private key.</summary>
    public string? KeyFile { get; init; }

    /// <summary>File with <c>user:password</c> lines that callers must match, or null for none.</summary>
    public string? BasicAuthFile { get; init; }

    /// <summary>Origins of web pages that may use the proxy, as RFC 6454 serializes them.</summary>
    public IReadOnlyList<string> AllowOrigins { get; init; } = [];

    /// <summary>Limit of the TCP connect and the TLS handshake with the upstream.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Limit from the request's last byte sent to the answer's headers.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Limit of silence in the middle of a body.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>An unused upstream connection is closed after this time.</summary>
    public TimeSpan UpstreamIdleTimeout { get; init; } = TimeSpan.FromSeconds(40);

    /// <summary>What is signed of bodies.</summary>
    public PayloadOption Payload { get; init; } = PayloadOption.Auto;

    /// <summary>Where requests carry their signature.</summary>
    public SignatureLocation SignLocation { get; init; } = SignatureLocation.Header;

    /// <summary>
    /// Credentials that expire within this time are refreshed before they sign; null for no such demand. In the query it is
    /// also how long a signature is good for.
    /// </summary>
    public TimeSpan? SignatureLifetime { get; init; }

    /// <summary>
    /// How long a signature in the query is good for. Five minutes where the user names no time, as AWS does for one in the
    /// header: it is used at once.
    /// </summary>
    public TimeSpan QueryLifetime => SignatureLifetime ?? TimeSpan.FromMinutes(5);

    /// <summary>PEM file with the roots to trust upstream, or null for the system's.</summary>
    public string? CaFile { get; init; }

    /// <summary>False when the upstream's certificate is not checked at all (<c>--no-verify-ssl</c>).</summary>
    public bool VerifySsl { get; init; } = true;

    /// <summary>Memory for one body, in bytes, before it goes to a temporary file.</summary>
    public long BufferSizeBytes { get; init; } = 1 << 20;

    /// <summary>Largest body taken, in bytes.</summary>
    public long MaxBodySizeBytes { get; init; } = 5L << 30;

    /// <summary>Time for requests in flight once the proxy is told to stop.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary><c>--access-log</c>: one line for each request.</summary>
    public bool AccessLog { get; init; }

    /// <summary><c>--access-log-query</c>: with its query.</summary>
    public bool AccessLogQuery { get; init; }

    /// <summary><c>--log-failed-requests</c>: one line for each answer of the upstream that is an error.</summary>
    public bool LogFailedRequests { get; init; }

    /// <summary>Whether the canonical request and the string to sign of every request are logged.</summary>
    public bool LogSigning { get; init; }

    /// <summary>The least severe level that is logged.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>How a log line is written.</summary>
    public LogFormat LogFormat { get; init; } = LogFormat.Text;
}

/// <summary>What is signed of bodies (<c>--payload</c>).</summary>
internal enum PayloadOption
{
    /// <summary>What the caller and the service want: <see cref="PayloadPolicy"/> has the table.</summary>
    Auto,

    /// <summary>Bodies are signed even if the caller says that they are not.</summary>
    Signed,

    /// <summary>Bodies are not signed even if the caller says that they are: they stream, and nothing is hashed.</summary>
    Unsigned,
}

/// <summary>How a log line is written.</summary>
internal enum LogFormat
{
    /// <summary>One line for a person to read.</summary>
    Text,

    /// <summary>One JSON object a line, with stable field names.</summary>
    Json,
}
