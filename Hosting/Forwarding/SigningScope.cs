using AwsSigV4Proxy.Hosting.Commands;
using AwsSigV4Proxy.Signing;
using AwsSigV4Proxy.Signing.Endpoints;
using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>What requests to one host are signed for, whichever way that was found out.</summary>
/// <param name="Algorithm">The version of the signature.</param>
/// <param name="Service">The signing name.</param>
/// <param name="Region">The signing region; for Signature Version 4A the region set.</param>
/// <param name="IsAws">Whether the host is AWS's own, by its name, rather than one that imitates AWS.</param>
internal sealed record SigningScope(SigningAlgorithm Algorithm, string Service, string Region, bool IsAws)
{
    /// <summary>
    /// Puts together what the options say and what the host tells, of which the one wins. What neither says is missing, but for a
    /// region, which the AWS configuration may name.
    /// </summary>
    /// <param name="options">What the user said.</param>
    /// <param name="host">The host that is signed.</param>
    /// <param name="told">What it tells, or null when it is no endpoint that the proxy knows.</param>
    /// <param name="hostWins">
    /// Whether the host knows better: where requests go to several hosts, the options are meant for those that tell nothing.
    /// </param>
    /// <param name="configuredRegion">The region of the AWS configuration, or null. Asked only when it is needed.</param>
    /// <param name="missing">What nobody says, when there is no scope.</param>
    public static SigningScope? Find(
        ProxyOptions options, string host, EndpointScope? told, bool hostWins, Func<string?> configuredRegion, out MissingScope missing)
    {
        var algorithm = options.Algorithm ?? told?.Algorithm ?? SigningAlgorithm.SigV4;
        var service = Choose(options.Service, told?.Service);
        var regionSet = algorithm == SigningAlgorithm.SigV4a ? options.RegionSet ?? told?.RegionSet : null;
        var region = regionSet ?? Choose(options.Region, told?.Region) ?? NullIfEmpty(configuredRegion());
        missing = (service is null ? MissingScope.Service : 0) | (region is null ? MissingScope.Region : 0);
        return missing == 0 ? new SigningScope(algorithm, service!, region!, EndpointResolver.IsOfAws(host)) : null;

        string? Choose(string option, string? ofHost) => hostWins ? ofHost ?? NullIfEmpty(option) : NullIfEmpty(option) ?? ofHost;
    }

    /// <summary>Makes what signs for it.</summary>
    /// <param name="options">Where the signature goes and how long it is good for.</param>
    public RequestSigner CreateSigner(ProxyOptions options)
    {
        var rules = IsAws ? SigningOptions.ForAws(Service) : SigningOptions.For(Service);
        return Algorithm == SigningAlgorithm.SigV4a
            ? new SigV4aSigner(Service, Region, options.SignLocation, options.QueryLifetime) { Options = rules }
            : new SigV4Signer(new CredentialScope(Region, Service), options.SignLocation, options.QueryLifetime) { Options = rules };
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}

/// <summary>What a <see cref="SigningScope"/> lacks.</summary>
[Flags]
internal enum MissingScope
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The service.</summary>
    Service = 1,

    /// <summary>The region.</summary>
    Region = 2,
}
