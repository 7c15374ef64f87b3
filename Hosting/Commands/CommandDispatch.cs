using System.Runtime.ExceptionServices;
using AwsSigV4Proxy.Hosting.Checks;
using ConsoleAppFramework;

namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>
/// Parses canonical arguments with ConsoleAppFramework, whose source generator reads the parameters of the methods below,
/// and runs the command that they name.
/// </summary>
internal sealed class CommandDispatch
{
    // The framework reports what it refuses to one action for the whole process; this leads to the call at hand.
    private static readonly AsyncLocal<CommandDispatch?> Current = new();

    private readonly NormalizedArguments _normalized;
    private readonly CommandHandlers _handlers;
    private readonly ProcessStreams _streams;
    private int? _exitStatus;
    private ExceptionDispatchInfo? _failure;
    private string? _refusal;

    static CommandDispatch()
    {
        // Its errors go the way of its log.
        ConsoleApp.Log = Refuse;
    }

    private CommandDispatch(NormalizedArguments normalized, CommandHandlers handlers, ProcessStreams streams)
    {
        _normalized = normalized;
        _handlers = handlers;
        _streams = streams;
    }

    /// <summary>Runs the command and returns its exit status. What the command throws comes through.</summary>
    /// <exception cref="UsageException">The arguments, or the options made from them, are refused.</exception>
    public static async Task<int> RunAsync(NormalizedArguments normalized, CommandHandlers handlers, ProcessStreams streams)
    {
        var dispatch = new CommandDispatch(normalized, handlers, streams);
        Current.Value = dispatch;

        // The generator of 5.8.1 knows one such builder in a project.
        var app = ConsoleApp.Create();
        app.Add("", dispatch.RunProxyAsync);
        app.Add("check", dispatch.RunProxyAsync);
        app.Add("scope", dispatch.RunScopeAsync);
        app.Add("demo", dispatch.RunDemoAsync);
        await app.RunAsync(normalized.Arguments);

        dispatch._failure?.Throw();
        return dispatch._exitStatus
            ?? throw new UsageException(
                dispatch._refusal ?? "the arguments cannot be parsed", $"{ProductInfo.Name} --help lists the options");
    }

    /// <summary>
    /// The proxy, and <c>check</c>, which takes the same options: a parameter for each row of the <see cref="OptionTable"/>, with the
    /// row's name in camel case, and behind them what <c>check</c> alone knows.
    /// </summary>
    public Task RunProxyAsync(
        string? forwardTo = null,
        bool forwardByHost = false,
        string? allowHost = null,
        string? service = null,
        string? region = null,
        string? signHost = null,
        string? assumeRole = null,
        string? externalId = null,
        string? roleSessionName = null,
        string? roleDuration = null,
        string? stsRegion = null,
        string? profile = null,
        bool requireCredentials = false,
        string? listenOn = null,
        string? utilityPort = null,
        string? cert = null,
        string? key = null,
        string? basicAuthFile = null,
        string? allowOrigin = null,
        string? connectTimeout = null,
        string? requestTimeout = null,
        string? idleTimeout = null,
        string? upstreamIdleTimeout = null,
        string? ca = null,
        bool noVerifySsl = false,
        string? algorithm = null,
        string? regionSet = null,
        string? payload = null,
        string? signLocation = null,
        string? signatureLifetime = null,
        bool noSign = false,
        string? stripHeader = null,
        string? setHeader = null,
        string? duplicateHeader = null,
        string? bufferSize = null,
        string? maxBodySize = null,
        string? shutdownTimeout = null,
        string? logLevel = null,
        string? logFormat = null,
        bool accessLog = false,
        bool accessLogQuery = false,
        bool logFailedRequests = false,
        bool logSigning = false,
        string? format = null)
    {
        (string Name, string? Value)[] bound =
        [
            ("forward-to", forwardTo), ("forward-by-host", Flag(forwardByHost)), ("allow-host", allowHost), ("service", service),
            ("region", region), ("sign-host", signHost), ("assume-role", assumeRole),
            ("external-id", externalId), ("role-session-name", roleSessionName), ("role-duration", roleDuration),
            ("sts-region", stsRegion), ("profile", profile), ("require-credentials", Flag(requireCredentials)),
            ("listen-on", listenOn), ("utility-port", utilityPort), ("cert", cert), ("key", key),
            ("basic-auth-file", basicAuthFile), ("allow-origin", allowOrigin), ("connect-timeout", connectTimeout),
            ("request-timeout", requestTimeout), ("idle-timeout", idleTimeout), ("upstream-idle-timeout", upstreamIdleTimeout),
            ("ca", ca), ("no-verify-ssl", Flag(noVerifySsl)), ("algorithm", algorithm), ("region-set", regionSet), ("payload", payload),
            ("sign-location", signLocation), ("signature-lifetime", signatureLifetime), ("no-sign", Flag(noSign)),
            ("strip-header", stripHeader), ("set-header", setHeader), ("duplicate-header", duplicateHeader),
            ("buffer-size", bufferSize), ("max-body-size", maxBodySize), ("shutdown-timeout", shutdownTimeout),
            ("log-level", logLevel), ("log-format", logFormat), ("access-log", Flag(accessLog)),
            ("access-log-query", Flag(accessLogQuery)), ("log-failed-requests", Flag(logFailedRequests)), ("log-signing", Flag(logSigning)),
        ];
        return CaptureAsync(() =>
        {
            var values = bound.Where(static option => option.Value is not null)
                .ToDictionary(static option => option.Name, static option => NormalizedArguments.Unmark(option.Value!));
            var reportFormat = ReadFormat(format);
            var options = new OptionValidation(values, _normalized.Origins).Validate(_handlers.ScopeSources);
            return _normalized.Command == Command.Check
                ? _handlers.Check(options, _normalized.Origins, reportFormat)
                : _handlers.Run(options);
        });
    }

    /// <summary>The command <c>scope</c>.</summary>
    public Task RunScopeAsync([Argument] params string[] urls) =>
        CaptureAsync(() => Task.FromResult(
            _handlers.Scope([.. urls.Select(NormalizedArguments.Unmark)], _streams.Input, _streams.Output)));

    /// <summary>The command <c>demo</c>.</summary>
    public Task RunDemoAsync(bool serve = false) => CaptureAsync(() => _handlers.Demo(serve));

    private CheckFormat ReadFormat(string? format)
    {
        try
        {
            return format is null ? CheckFormat.Text : NamedValues.CheckFormat.Parse(NormalizedArguments.Unmark(format));
        }
        catch (UsageException complaint)
        {
            throw complaint.From(_normalized.Origins["format"]);
        }
    }

    private static string? Flag(bool isOn) => isOn ? "=true" : null;

    // The framework would print the exception and set an exit status of its own.
    private async Task CaptureAsync(Func<Task<int>> command)
    {
        try
        {
            _exitStatus = await command();
        }
        catch (Exception e)
        {
            _failure = ExceptionDispatchInfo.Capture(e);
        }
    }

    private static void Refuse(string message)
    {
        if (Current.Value is { } dispatch)
            dispatch._refusal ??= message;
    }
}
