using AwsSigV4Proxy.Signing;

namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>
/// Turns the values that were given into <see cref="ProxyOptions"/>: each value by its row of the <see cref="OptionTable"/>,
/// then what must hold between options.
/// </summary>
/// <param name="values">The value of each option that was given, by the option's name; a flag is there when it is on.</param>
/// <param name="origins">What an error calls each of them.</param>
internal sealed class OptionValidation(IReadOnlyDictionary<string, string> values, IReadOnlyDictionary<string, string> origins)
{
    /// <summary>Checks everything. The options it returns need no further check.</summary>
    /// <exception cref="UsageException">A value or a combination is refused.</exception>
    public ProxyOptions Validate(SigningScopeSources scopeSources)
    {
        var options = ProxyOptions.Unset;
        foreach (var row in OptionTable.Rows)
            options = Apply(row, options);

        if (!values.ContainsKey("forward-to"))
            throw new UsageException(
                "--forward-to is required", $"give the URL where signed requests go; or try {ProductInfo.Name} demo, or --help");
        CheckFiles();
        CheckPorts(options);
        CheckSigning(options);
        return CheckService(scopeSources.Complete(CheckSizes(options)));
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

    private ProxyOptions CheckService(ProxyOptions options) =>
        options.Payload == PayloadOption.Signed && SigningOptions.For(options.Service).PayloadSigning == PayloadSigning.Unsigned
            ? throw new UsageException(
                $"{NameOf("payload")}: {options.Service} takes no signed bodies", "leave out --payload: auto sends it what it takes")
            : options;

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
