using System.Net;

[assembly: ParallelLimiter<AwsSigV4Proxy.Tests.TestsAtOnce>]

namespace AwsSigV4Proxy.Tests;

/// <summary>What every test may rely on, whatever the environment that the run was started in.</summary>
public static class TestSession
{
    /// <summary>No HTTP proxy between tests and what they start, and nobody's real AWS configuration.</summary>
    [Before(HookType.TestSession)]
    public static void Isolate()
    {
        HttpClient.DefaultProxy = new WebProxy();
        foreach (var name in Environment.GetEnvironmentVariables().Keys.Cast<string>())
        {
            if (name.StartsWith("AWS_", StringComparison.Ordinal) || name.StartsWith("SSL_CERT_", StringComparison.Ordinal))
                Environment.SetEnvironmentVariable(name, null);
        }

        Environment.SetEnvironmentVariable("AWS_EC2_METADATA_DISABLED", "true");
    }
}

/// <summary>Tests run side by side, but not so many that each one waits for all others.</summary>
public sealed class TestsAtOnce : TUnit.Core.Interfaces.IParallelLimit
{
    /// <inheritdoc/>
    public int Limit => 8;
}
