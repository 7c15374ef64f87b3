using System.Net;
using AwsSigV4Proxy.Hosting.Forwarding;
using AwsSigV4Proxy.Signing;
using Microsoft.Net.Http.Headers;

namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>
/// Turns the values that were given into <see cref="ProxyOptions"/>: each value by its row of the <see cref="OptionTable"/>,
/// then what must hold between options.
/// </summary>
/// <param name="values">The value of each option that was given, by the option's name; a flag is there when it is on.</param>
/// <param name="origins">What an error calls each of them.</param>
internal sealed class OptionValidation(IReadOnlyDictionary<string, string> values, IReadOnlyDictionary<string, string> origins)
{
    /// <summary>The options that say more about <c>--assume-role</c>.</summary>
    private static readonly string[] OfRoles = ["external-id", "role-session-name", "role-duration", "sts-region"];

    /// <summary>Checks everything. The options it returns need no further check.</summary>
    /// <exception cref="UsageException">A value or a combination is refused.</exception>
    public ProxyOptions Validate(SigningScopeSources scopeSources)
    {
        var options = ProxyOptions.Unset;
        foreach (var row in OptionTable.Rows)
            options = Apply(row, options);

        options = CheckTarget(options);
        CheckFiles();
        CheckPorts(options);
        CheckNoLoop(options);
        CheckHeaders(options);
        CheckSigning(options);
        CheckCredentials(options);
        return CheckScope(scopeSources.Complete(CheckSizes(options)));
    }

    private ProxyOptions Apply(ProxyOption row, ProxyOptions options)
    {
        if (!values.TryGetValue(row.Name, out var value))
            return options;
        try
        {
            return row.Apply(options, value);
        }
        catch (UsageException complaint)
        {
            throw complaint.From(NameOf(row.Name));
        }
    }

    private ProxyOptions CheckTarget(ProxyOptions options)
    {
        var isByHost = values.ContainsKey("forward-by-host");
        if (isByHost && values.ContainsKey("forward-to"))
            throw new UsageException(
                $"{NameOf("forward-to")} and {NameOf("forward-by-host")} contradict each other",
                "leave out --forward-by-host to send every request to that URL");
        if (!isByHost && !values.ContainsKey("forward-to"))
            throw new UsageException(
                "--forward-to is required, or --forward-by-host",
                $"give the URL where signed requests go; or try {ProductInfo.Name} demo, or --help");
        if (!isByHost && values.ContainsKey("allow-host"))
            throw new UsageException(
                $"{NameOf("allow-host")} needs --forward-by-host", "with --forward-to every request goes to that URL: leave out --allow-host");
        if (options.SignHost is not { } signHost)
            return options;
        return options.ForwardTo is { } target
            ? options with { ForwardTo = target.SignedAs(signHost) }
            : throw new UsageException(
                $"{NameOf("sign-host")} needs --forward-to", "with --forward-by-host each request names the host that is signed");
    }

    // Requests would go round until files or ports run out.
    private void CheckNoLoop(ProxyOptions options)
    {
        var named = options.ForwardTo is { SignHost: null } target && IsItself(target.Host, target.Port) ? "forward-to"
            : options.AllowHosts.Any(host => IsItself(host.Host, host.Port ?? UpstreamTarget.DefaultPortOf(host.Scheme))) ? "allow-host"
            : null;
        if (named is not null)
            throw new UsageException($"{NameOf(named)} names the proxy itself", "give another target, or another port with --listen-on");

        bool IsItself(string host, int port) => port == options.ListenOn.TcpPort
            && (host == "localhost" || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address)));
    }

    private void CheckHeaders(ProxyOptions options)
    {
        foreach (var (name, _) in options.HeaderRules.Set)
        {
            if (options.HeaderRules.Set.Count(field => field.Key.Equals(name, StringComparison.OrdinalIgnoreCase)) > 1)
                throw new UsageException($"{NameOf("set-header")}: {Quote.Text(name)} is given twice", "join the values with a comma, or leave one out");
            if (options.Sign && name.Equals(HeaderNames.Authorization, StringComparison.OrdinalIgnoreCase))
                throw new UsageException(
                    $"{NameOf("set-header")}: {Quote.Text(name)} is where the signature goes", "leave it out, or do not sign, with --no-sign");
        }
    }

    private void CheckFiles()
    {
        if (values.ContainsKey("cert") && !values.ContainsKey("key"))
            throw new UsageException($"{NameOf("cert")} needs --key", "give the certificate's private key with --key FILE");
        if (values.ContainsKey("key") && !values.ContainsKey("cert"))
            throw new UsageException($"{NameOf("key")} needs --cert", "give the key's certificate with --cert FILE");
        if (values.ContainsKey("ca") && values.ContainsKey("no-verify-ssl"))
            throw new UsageException(
                $"{NameOf("ca")} and {NameOf("no-verify-ssl")} contradict each other",
                "leave out --no-verify-ssl to trust the roots of that file");
    }

    private void CheckSigning(ProxyOptions options)
    {
        if (options.SignLocation == SignatureLocation.Header && options.SignatureLifetime > ProxyOptions.MaxHeaderLifetime)
            throw new UsageException(
                $"{NameOf("signature-lifetime")}: {Quote.Value(values["signature-lifetime"])} is out of range",
                $"write a duration from 1s to {Duration.Format(ProxyOptions.MaxHeaderLifetime)}, or sign with --sign-location query");
        if (options is { SignLocation: SignatureLocation.Query, SignatureLifetime: { } lifetime } && lifetime.Ticks % TimeSpan.TicksPerSecond != 0)
            throw new UsageException(
                $"{NameOf("signature-lifetime")}: {Quote.Value(values["signature-lifetime"])} is not a whole number of seconds",
                "a signature in the query names its lifetime in seconds");
    }

    private void CheckCredentials(ProxyOptions options)
    {
        if (OfRoles.FirstOrDefault(values.ContainsKey) is { } lonely && options.AssumeRoles.Count == 0)
            throw new UsageException(
                $"{NameOf(lonely)} needs --assume-role", $"give the role with --assume-role ARN, or leave out --{lonely}");
        // STS refuses more for a role that another role assumed ("role chaining").
        if (options.AssumeRoles.Count > 1 && options.RoleDuration > RoleSession.MaxChainedDuration)
            throw new UsageException(
                $"{NameOf("role-duration")}: {Quote.Value(values["role-duration"])} is out of range",
                $"a role that another role assumed lasts {Duration.Format(RoleSession.MaxChainedDuration)} at most");
        if (options is { RequireCredentials: true, Sign: false })
            throw new UsageException(
                $"{NameOf("require-credentials")} and {NameOf("no-sign")} contradict each other", "leave out --require-credentials: nothing is signed");
    }

    private ProxyOptions CheckScope(ProxyOptions options)
    {
        if (options.Payload == PayloadOption.Signed && SigningOptions.For(options.Service).PayloadSigning == PayloadSigning.Unsigned)
            throw new UsageException(
                $"{NameOf("payload")}: {options.Service} takes no signed bodies", "leave out --payload: auto sends it what it takes");
        if (values.ContainsKey("region-set") && options.Algorithm == SigningAlgorithm.SigV4)
            throw new UsageException(
                $"{NameOf("region-set")} is for Signature Version 4A", "add --algorithm sigv4a, or give one region with --region");
        return options;
    }

    // Two ports that are both 0 are two free ones.
    private void CheckPorts(ProxyOptions options)
    {
        if (options.UtilityPort != 0 && options.UtilityPort == options.ListenOn.TcpPort)
            throw new UsageException(
                $"{NameOf("listen-on")} and {NameOf("utility-port")} have the same port, {options.UtilityPort}",
                "give --utility-port another port, or 0 to turn it off");
    }

    // A default larger than what was asked for is no contradiction of the user's: no body gets that large.
    private ProxyOptions CheckSizes(ProxyOptions options)
    {
        if (options.BufferSizeBytes <= options.MaxBodySizeBytes)
            return options;
        if (!values.ContainsKey("buffer-size"))
            return options with { BufferSizeBytes = options.MaxBodySizeBytes };
        throw new UsageException(
            $"{NameOf("buffer-size")} is larger than {NameOf("max-body-size")}",
            "no body gets that large: lower the one or raise the other");
    }

    private string NameOf(string name) => origins.GetValueOrDefault(name, "--" + name);
}
