using AwsSigV4Proxy.Hosting.Credentials;
using AwsSigV4Proxy.Signing.Keys;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;

namespace AwsSigV4Proxy.Benchmarks;

/// <summary>What every request pays for its credentials while they are fresh: no allocation, no lock.</summary>
[MemoryDiagnoser(displayGenColumns: false)]
public class CredentialBenchmarks
{
    private readonly CredentialCache _cache = new(
        new FixedCredentials(new SigningCredentials("AKIDEXAMPLE", "secret", "token", DateTimeOffset.UtcNow.AddHours(12))),
        NullLogger.Instance);

    [GlobalSetup]
    public async Task FetchAsync()
    {
        _cache.Start();
        await _cache.GetAsync();
    }

    [GlobalCleanup]
    public ValueTask DisposeAsync() => _cache.DisposeAsync();

    [Benchmark]
    public async ValueTask Fresh() => await _cache.GetAsync();
}
