using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Signing.Endpoints;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>Every request goes to <c>--forward-to</c>, whatever host its caller names.</summary>
internal sealed class FixedUpstream : IUpstreamSelector
{
    private readonly UpstreamTarget _target;
    private readonly Upstream _upstream;
    private readonly ProxyOptions _options;
    private readonly Signers _signers;
    private readonly SigningClock _clock;

    /// <summary>Takes the target and its scope from options whose service and region are complete.</summary>
    public FixedUpstream(ProxyOptions options, TimeProvider time)
    {
        (_target, _options, _signers, _clock) = (options.ForwardTo!, options, new Signers(options), new SigningClock(time));
        _upstream = new Upstream(_target, options.Sign ? _signers.For(ScopeFor(null)) : null, _clock);
    }

    /// <inheritdoc/>
    public Upstream Select(CallersTarget target, string host)
    {
        if (target.Authority is { } authority && !authority.Equals(_target.Authority, StringComparison.OrdinalIgnoreCase))
        {
            throw new ProxyException(ProxyError.HostDenied(
                $"The request is for another host than {_target.Authority}, the only one this proxy signs for."));
        }

        return _options is { ServiceDependsOnPath: true, Sign: true } ? SelectByPath(target) : _upstream;
    }

    private Upstream SelectByPath(CallersTarget target) =>
        EndpointResolver.TryResolve(_target.SignedHost, _target.PathPrefix + target.PathAndQuery, out var scope)
            ? new Upstream(_target, _signers.For(ScopeFor(scope)), _clock)
            : _upstream;

    private SigningScope ScopeFor(EndpointScope? told) =>
        SigningScope.Find(_options, _target.SignedHost, told, hostWins: true, static () => null, out var missing)
        ?? throw new InvalidOperationException($"the options lack {missing}");
}
