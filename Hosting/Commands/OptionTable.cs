using System.Globalization;
using AwsSigV4Proxy.Hosting.Forwarding;
using AwsSigV4Proxy.Signing;

namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>
/// Every option of the proxy, one row each, in the order of the help. The help, the environment variables, the reading of
/// arguments and their checking all follow from a row; besides it, an option needs a property in <see cref="ProxyOptions"/>
/// and a parameter in <see cref="CommandDispatch.RunProxyAsync"/>, which a test compares with this table.
/// </summary>
internal static class OptionTable
{
    private static readonly TimeSpan MinSignatureLifetime = TimeSpan.FromSeconds(1);

    // Arbitrary: one body's memory, taken for each request that is read to the end first.
    private const long MaxBufferSizeBytes = 1L << 30;

    // Arbitrary: 1 PiB, beyond what any service takes, and far from where sums of lengths overflow.
    private const long MaxMaxBodySizeBytes = 1L << 50;

    /// <summary>The options of the proxy.</summary>
    public static IReadOnlyList<ProxyOption> Rows { get; } =
    [
        new("forward-to", "Target", "Where signed requests go (required, or --forward-by-host): an http or https URL; its path is put before every request's")
        {
            Short = 'f', ValueName = "URL", Aliases = ["endpoint"],
            Apply = static (options, value) => options with { ForwardTo = UpstreamUrl.Parse(value) },
        },
        new("forward-by-host", "Target", "Take the target from each request's Host header, or from its absolute target: AWS endpoints only, and what --allow-host adds")
        {
            // What it turns off, --forward-to, is not given: OptionValidation sees to it.
            Apply = static (options, _) => options,
        },
        new("allow-host", "Target", "Host that requests may go to beside AWS endpoints, with --forward-by-host: HOST, HOST:PORT, *.DOMAIN; TLS, unless written http://HOST:PORT")
        {
            ValueName = "PATTERN", IsList = true,
            Apply = static (options, value) => options with { AllowHosts = OptionList.Parse(value, AllowedHost.Parse) },
        },
        new("service", "Target", "Service name to sign for, such as es or execute-api")
        {
            Short = 's', ValueName = "NAME", Aliases = ["name"], Default = static _ => "from the URL",
            Apply = static (options, value) => options with { Service = SigningName.ParseService(value) },
        },
        new("region", "Target", "Region to sign for, such as eu-west-1")
        {
            Short = 'r', ValueName = "NAME", Default = static _ => "from the URL, else the AWS configuration",
            Apply = static (options, value) => options with { Region = SigningName.ParseRegion(value) },
        },
        new("sign-host", "Target", "Host that is signed, sent as Host and named to TLS, where the one in --forward-to is only dialled: a tunnel, a VPC endpoint")
        {
            ValueName = "HOST[:PORT]", Default = static _ => "the target's",
            // Put into the target by OptionValidation, which knows it by then.
            Apply = static (options, value) => options with { SignHost = UrlAuthority.ParseHostAndPort(value) },
        },
        new("assume-role", "Credentials",
            "Role to assume with the credentials of the AWS default chain; several are assumed one after another")
        {
            Short = 'a', ValueName = "ARN", IsList = true, Aliases = ["role-arn", "assume"],
            Apply = static (options, value) => options with { AssumeRoles = OptionList.Parse(value, RoleArn.Parse, RoleArn.SplitList) },
        },
        new("external-id", "Credentials", "External ID that the role's trust policy asks for; of several roles, the last one's")
        {
            ValueName = "ID",
            Apply = static (options, value) => options with { ExternalId = RoleSession.ParseExternalId(value) },
        },
        new("role-session-name", "Credentials", "Name of the role's session, which CloudTrail shows")
        {
            ValueName = "NAME", Default = static _ => "AWS_ROLE_SESSION_NAME, else aws-sigv4-proxy-HOSTNAME",
            Apply = static (options, value) => options with { RoleSessionName = RoleSession.ParseName(value) },
        },
        new("role-duration", "Credentials",
            $"How long the role's session lasts, {Duration.Format(RoleSession.MinDuration)} to {Duration.Format(RoleSession.MaxDuration)}; of several roles, the last one's, at most {Duration.Format(RoleSession.MaxChainedDuration)}")
        {
            ValueName = "TIME", Default = static _ => "1h, set by AWS",
            Apply = static (options, value) => options with { RoleDuration = RoleSession.ParseDuration(value) },
        },
        new("sts-region", "Credentials", "Region whose STS is asked to assume the role")
        {
            ValueName = "NAME", Default = static _ => "the signing region, else the AWS configuration's",
            Apply = static (options, value) => options with { StsRegion = SigningName.ParseRegion(value) },
        },
        new("profile", "Credentials", "Profile of the AWS config and credentials files that gives the credentials, it alone, whatever the environment holds")
        {
            ValueName = "NAME", Default = static _ => "AWS_PROFILE, in the default chain",
            Apply = static (options, value) => options with { Profile = ProfileName.Parse(value) },
        },
        new("require-credentials", "Credentials", "End with exit status 1 if there are no credentials at start; without it the proxy answers 503 until there are some")
        {
            Apply = static (options, _) => options with { RequireCredentials = true },
        },
        new("listen-on", "Listening",
            "Where callers connect: 8080, 127.0.0.1:8080, [::1]:8080, localhost:8080 or unix:/path; port 0 takes a free one")
        {
            Short = 'l', ValueName = "[IP:]PORT", Aliases = ["listen", "port"], Default = static options => options.ListenOn.ToString(),
            Apply = static (options, value) => options with { ListenOn = ListenAddress.Parse(value) },
        },
        new("utility-port", "Listening", "Port of /health, /ready and /metrics, on the same address; 0 turns it off")
        {
            Short = 'u', ValueName = "PORT", Default = static options => options.UtilityPort.ToString(CultureInfo.InvariantCulture),
            Apply = static (options, value) => options with { UtilityPort = ParsePort(value) },
        },
        new("cert", "Listening", "PEM certificate chain to serve TLS with; needs --key")
        {
            Short = 'c', ValueName = "FILE",
            Apply = static (options, value) => options with { CertFile = ReadableFile.Parse(value, "a PEM file with the certificate") },
        },
        new("key", "Listening", "PEM private key of that certificate; needs --cert")
        {
            Short = 'k', ValueName = "FILE",
            Apply = static (options, value) => options with { KeyFile = ReadableFile.Parse(value, "a PEM file with the private key") },
        },
        new("basic-auth-file", "Listening", "Callers must authenticate: a file with lines user:password")
        {
            ValueName = "FILE",
            Apply = static (options, value) =>
                options with { BasicAuthFile = ReadableFile.Parse(value, "a file with lines user:password", mayBeSecret: true) },
        },
        new("allow-origin", "Listening", "Origin of web pages that may use the proxy, such as https://app.example.com")
        {
            ValueName = "ORIGIN", IsList = true,
            Apply = static (options, value) => options with { AllowOrigins = OptionList.Parse(value, AllowedOrigin.Parse) },
        },
        new("connect-timeout", "Upstream", "Limit of the TCP connect and the TLS handshake")
        {
            ValueName = "TIME", Default = static options => Duration.Format(options.ConnectTimeout),
            Apply = static (options, value) => options with { ConnectTimeout = Duration.Parse(value) },
        },
        new("request-timeout", "Upstream", "Limit from the request's last byte sent to the answer's headers")
        {
            ValueName = "TIME", Default = static options => Duration.Format(options.RequestTimeout),
            Apply = static (options, value) => options with { RequestTimeout = Duration.Parse(value) },
        },
        new("idle-timeout", "Upstream", "Limit of silence in the middle of a body, an answer or a WebSocket; nothing limits the whole")
        {
            ValueName = "TIME", Default = static options => Duration.Format(options.IdleTimeout),
            Apply = static (options, value) => options with { IdleTimeout = Duration.Parse(value) },
        },
        new("upstream-idle-timeout", "Upstream", "An unused upstream connection is closed after this time")
        {
            ValueName = "TIME", Default = static options => Duration.Format(options.UpstreamIdleTimeout),
            Apply = static (options, value) => options with { UpstreamIdleTimeout = Duration.Parse(value) },
        },
        new("ca", "Upstream", "PEM file with the roots to trust upstream")
        {
            ValueName = "FILE", Default = static _ => "the system's, else Mozilla's, built in",
            Apply = static (options, value) => options with { CaFile = ReadableFile.Parse(value, "a PEM file with root certificates") },
        },
        new("no-verify-ssl", "Upstream", "Trust any upstream certificate; unsafe beyond a test")
        {
            Apply = static (options, _) => options with { VerifySsl = false },
        },
        new("algorithm", "Signing", $"Version of the signature: {NamedValues.Algorithm.Names}; sigv4a is good for several regions")
        {
            ValueName = "NAME", Default = static _ => $"{NamedValues.Algorithm.NameOf(SigningAlgorithm.SigV4)}, unless the host takes nothing but the other",
            Apply = static (options, value) => options with { Algorithm = NamedValues.Algorithm.Parse(value) },
        },
        new("region-set", "Signing", "Regions that a sigv4a signature is good for, such as us-west-*; * for all")
        {
            ValueName = "REGION", IsList = true, Default = static _ => "from the URL, else the region",
            Apply = static (options, value) => options with { RegionSet = string.Join(',', OptionList.Parse(value, SigningName.ParseRegionPattern)) },
        },
        new("payload", "Signing", $"What is signed of bodies: {NamedValues.Payload.Names}; auto is what the caller and the service want")
        {
            ValueName = "WHICH", FlagAliases = [new("unsigned-payload", "unsigned")],
            Default = static options => NamedValues.Payload.NameOf(options.Payload),
            Apply = static (options, value) => options with { Payload = NamedValues.Payload.Parse(value) },
        },
        new("sign-location", "Signing", $"Where requests carry their signature: {NamedValues.SignLocation.Names}; query is for WebSockets of AWS IoT and others")
        {
            ValueName = "PLACE", Default = static options => NamedValues.SignLocation.NameOf(options.SignLocation),
            Apply = static (options, value) => options with { SignLocation = NamedValues.SignLocation.Parse(value) },
        },
        new("signature-lifetime", "Signing",
            "Credentials that expire within this time, 1s to 1h, are refreshed before they sign; in the query also how long a signature is good for, to 168h")
        {
            ValueName = "TIME",
            Apply = static (options, value) =>
                options with { SignatureLifetime = Duration.Parse(value, MinSignatureLifetime, ProxyOptions.MaxQueryLifetime) },
        },
        new("no-sign", "Signing", "Forward requests as they came, unsigned")
        {
            Aliases = ["no-sign-reqs"],
            Apply = static (options, _) => options with { Sign = false },
        },
        new("strip-header", "Headers", "Header that is not sent on")
        {
            ValueName = "NAME", IsList = true, Aliases = ["strip"],
            Apply = static (options, value) => options with
            {
                HeaderRules = options.HeaderRules with { Stripped = OptionList.Parse(value, HeaderOption.ParseStripped) },
            },
        },
        new("set-header", "Headers", "Header that is sent in place of the caller's, 'Name: value', and signed if it is one that is; repeat it for more (in the environment: one a line)")
        {
            ValueName = "FIELD", IsList = true,
            Apply = static (options, value) => options with
            {
                HeaderRules = options.HeaderRules with { Set = OptionList.Parse(value, HeaderOption.ParseSet, HeaderOption.SplitFields) },
            },
        },
        new("duplicate-header", "Headers", $"Header whose value, as the caller sent it, is also sent as {HeaderRules.OriginalPrefix}NAME")
        {
            ValueName = "NAME", IsList = true, Aliases = ["duplicate-headers"],
            Apply = static (options, value) => options with
            {
                HeaderRules = options.HeaderRules with { Duplicated = OptionList.Parse(value, HeaderOption.ParseDuplicated) },
            },
        },
        new("buffer-size", "Limits", "Memory for one body before it goes to a temporary file")
        {
            ValueName = "SIZE", Default = static options => ByteSize.Format(options.BufferSizeBytes),
            Apply = static (options, value) => options with { BufferSizeBytes = ByteSize.Parse(value, MaxBufferSizeBytes) },
        },
        new("max-body-size", "Limits", "A larger body is refused with 413")
        {
            ValueName = "SIZE", Default = static options => ByteSize.Format(options.MaxBodySizeBytes),
            Apply = static (options, value) => options with { MaxBodySizeBytes = ByteSize.Parse(value, MaxMaxBodySizeBytes) },
        },
        new("shutdown-timeout", "Limits", "Time for requests in flight once the proxy is told to stop")
        {
            ValueName = "TIME", Default = static options => Duration.Format(options.ShutdownTimeout),
            Apply = static (options, value) => options with { ShutdownTimeout = Duration.Parse(value) },
        },
        new("log-level", "Logging", $"Least severe level that is logged: {NamedValues.LogLevel.Names}")
        {
            ValueName = "LEVEL", Default = static options => NamedValues.LogLevel.NameOf(options.LogLevel),
            Apply = static (options, value) => options with { LogLevel = NamedValues.LogLevel.Parse(value) },
        },
        new("log-format", "Logging", $"How a line is written: {NamedValues.LogFormat.Names}")
        {
            ValueName = "FORMAT", Default = static options => NamedValues.LogFormat.NameOf(options.LogFormat),
            Apply = static (options, value) => options with { LogFormat = NamedValues.LogFormat.Parse(value) },
        },
        new("access-log", "Logging", "Log one line for each request, without its query")
        {
            Apply = static (options, _) => options with { AccessLog = true },
        },
        new("access-log-query", "Logging", "The same, with the query; what is secret in it is redacted")
        {
            Apply = static (options, _) => options with { AccessLog = true, AccessLogQuery = true },
        },
        new("log-failed-requests", "Logging", "Log what the upstream answers with status 400 or above, up to 4 KiB of it; what is secret in it is redacted")
        {
            Apply = static (options, _) => options with { LogFailedRequests = true },
        },
        new("log-signing", "Logging", "Log the canonical request and the string to sign of every request, tokens redacted")
        {
            Apply = static (options, _) => options with { LogSigning = true },
        },
    ];

    /// <summary>The options that every command has. They are answered before anything else is read.</summary>
    public static IReadOnlyList<Option> Common { get; } =
    [
        new("help", "Other", "Show this help and exit") { Short = 'h' },
        new("version", "Other", "Show the version and exit") { Short = 'V' },
    ];

    private static int ParsePort(string text) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? port
            : throw new UsageException($"{Quote.Value(text)} is not a port from 0 to 65535", "write a port such as 9090; 0 turns it off");
}
