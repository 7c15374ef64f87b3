using System.Collections.Concurrent;
using System.Text;
using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Signing.Endpoints;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>
/// Each request goes to the host that its caller names (<c>--forward-by-host</c>), if that is an endpoint of AWS or one that
/// <c>--allow-host</c> adds. The name is checked once and in one form, and it is that form which is dialled, signed and sent.
/// Thread-safe.
/// </summary>
/// <param name="options">What may be named, and what to sign for where a host does not tell.</param>
/// <param name="configuredRegion">The region for a host that tells none, if the options do not either.</param>
/// <param name="time">This machine's clock.</param>
internal sealed class UpstreamByHost(ProxyOptions options, ConfiguredRegion configuredRegion, TimeProvider time) : IUpstreamSelector
{
    /// <summary>
    /// How many spellings of hosts are remembered. Arbitrary: more than a program talks to; beyond it all are forgotten, so that
    /// callers who make names up cannot fill the memory.
    /// </summary>
    public const int MaxKnown = 2048;

    private readonly ConcurrentDictionary<string, Known> _known = new();
    private readonly Signers _signers = new(options);

    /// <summary>The clock of all of AWS. What any other host says of the time counts for that host alone.</summary>
    private readonly SigningClock _clock = new(time);

    /// <summary>How many spellings of hosts are remembered now.</summary>
    public int KnownCount => _known.Count;

    /// <inheritdoc/>
    public Upstream Select(CallersTarget target, string host)
    {
        // What an absolute target names counts, whatever Host says (RFC 9112, 3.2.2).
        var authority = target.Authority ?? host;
        if (!_known.TryGetValue(authority, out var known))
            known = Add(authority, target);
        return known.Upstream ?? Sign(known.Target, FindEndpoint(known.Target, target), known.Clock);
    }

    private Known Add(string authority, CallersTarget callers)
    {
        if (_known.Count >= MaxKnown)
        {
            _known.Clear();
            _signers.Clear();
        }

        var (target, isAllowed) = Check(authority);
        // The same host in any other spelling.
        var known = _known.GetOrAdd($"{target.Host}:{target.Port}", _ =>
        {
            var endpoint = FindEndpoint(target, callers);
            var clock = isAllowed ? new SigningClock(time) : _clock;
            return new Known(target, clock, endpoint is { DependsOnPath: true } ? null : Sign(target, endpoint, clock));
        });
        _known[authority] = known;
        return known;
    }

    private Upstream Sign(UpstreamTarget target, EndpointScope? endpoint, SigningClock clock)
    {
        if (!options.Sign)
            return new Upstream(target, null, clock);
        var scope = SigningScope.Find(options, target.Host, endpoint, hostWins: true, configuredRegion.Get, out var missing)
            ?? throw new ProxyException(UnknownService(target, missing));
        return new Upstream(target, _signers.For(scope), clock);
    }

    private static EndpointScope? FindEndpoint(UpstreamTarget target, CallersTarget callers) =>
        EndpointResolver.TryResolve(target.Host, callers.PathAndQuery, out var scope) ? scope : null;

    /// <summary>The target that an authority names, if the proxy may sign for it, and whether that is so by <c>--allow-host</c>.</summary>
    private (UpstreamTarget Target, bool IsAllowed) Check(string authority)
    {
        var (host, port) = Parse(authority);
        foreach (var allowed in options.AllowHosts)
        {
            if (allowed.Match(host, port) is { } target)
                return (target, true);
        }

        return EndpointResolver.Resolve(host, "/", out _) switch
        {
            EndpointAnswer.Found => (new UpstreamTarget(Uri.UriSchemeHttps, host, IsOfCaller(port) ? 443 : port!.Value, ""), false),
            EndpointAnswer.Unknown => throw new ProxyException(ProxyError.UnknownService(
                $"{host} is a name of AWS, but of no endpoint that the proxy knows, so it cannot tell what to sign for. "
                + $"If it takes signatures, start the proxy with --allow-host {host}, --service and --region.")),
            EndpointAnswer.NotSigned => throw new ProxyException(ProxyError.HostDenied(
                $"{host} is a name of AWS that takes no signature, or that anyone can rent. The proxy signs for AWS's endpoints. "
                + $"If this host is yours, start the proxy with --allow-host {host}.")),
            _ => throw new ProxyException(ProxyError.HostDenied(
                $"{host} is no endpoint of AWS, and the proxy signs for these alone (--forward-by-host). Name one in the Host header, as in "
                + "`curl -H 'Host: sqs.eu-west-1.amazonaws.com'`, or use the proxy as the caller's http_proxy; other hosts need --allow-host.")),
        };
    }

    /// <summary>
    /// Whether a port says no more than how the caller reaches the proxy: HTTP's own, or the proxy's, where AWS's name leads to it
    /// (a hosts file). AWS is spoken to in TLS alone.
    /// </summary>
    private bool IsOfCaller(int? port) => port is null or 80 || port == options.ListenOn.TcpPort;

    private static UrlAuthority Parse(string authority)
    {
        try
        {
            if (Ascii.IsValid(authority))
            {
                var parsed = UrlAuthority.Parse(authority);
                // AWS checks what it is called, and calls itself by a name without a dot at the end.
                return parsed with { Host = parsed.Host.TrimEnd('.') };
            }
        }
        catch (UsageException)
        {
            // Its sentence speaks of command lines.
        }

        throw new ProxyException(ProxyError.HostDenied(authority.Length == 0
            ? "The request names no host, which is what tells where it goes (--forward-by-host). Send a Host header."
            : "The host that the request names, in the Host header or in its target, is not a host with an optional port."));
    }

    private static ProxyError UnknownService(UpstreamTarget target, MissingScope missing) => ProxyError.UnknownService(missing switch
    {
        MissingScope.Service => $"Nothing tells which service {target.Host} belongs to. Start the proxy with --service.",
        MissingScope.Region => $"Nothing tells the region to sign for at {target.Host}: neither its name nor the AWS configuration. "
            + "Start the proxy with --region, or set AWS_REGION.",
        _ => $"Nothing tells the service and the region to sign for at {target.Host}. Start the proxy with --service and --region.",
    });

    /// <summary>A host that was checked, and what signs for it unless that depends on the path.</summary>
    private sealed record Known(UpstreamTarget Target, SigningClock Clock, Upstream? Upstream);
}
