namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>
/// Reads options from environment variables. Only the variables of options are looked up: others with the prefix do no
/// harm, of which Kubernetes sets a handful for a Service called <c>aws-sigv4-proxy</c>.
/// </summary>
internal static class EnvironmentReader
{
    // Kubernetes sets NAME_PORT=tcp://10.0.0.1:9090 for a Service called NAME; one called aws-sigv4-proxy-utility hits
    // the variable of --utility-port (Kubernetes, "Environment variables" of Services).
    private static readonly string[] ServiceLinks = ["tcp://", "udp://", "sctp://"];

    /// <summary>The options that the environment sets. A variable that is empty counts as not set.</summary>
    /// <param name="options">The options to look for.</param>
    /// <param name="environment">Gives a variable's value, or null.</param>
    /// <exception cref="UsageException">A flag's variable is neither true nor false.</exception>
    public static IEnumerable<GivenOption> Read(IEnumerable<Option> options, Func<string, string?> environment)
    {
        foreach (var option in options)
        {
            var value = environment(option.EnvironmentVariable);
            if (string.IsNullOrEmpty(value) || IsServiceLink(option, value))
                continue;
            yield return new GivenOption(option, option.IsFlag ? ReadFlag(option, value) : value);
        }
    }

    private static string ReadFlag(Option option, string value)
    {
        try
        {
            return FlagValue.Parse(value) ? "true" : "false";
        }
        catch (UsageException complaint)
        {
            throw complaint.From(option.EnvironmentVariable);
        }
    }

    private static bool IsServiceLink(Option option, string value) =>
        option.EnvironmentVariable.EndsWith("_PORT", StringComparison.Ordinal)
        && ServiceLinks.Any(scheme => value.StartsWith(scheme, StringComparison.Ordinal));
}
