using AwsSigV4Proxy.Hosting.Credentials;
using AwsSigV4Proxy.Signing.Keys;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;

namespace AwsSigV4Proxy.Benchmarks;

/// <summary>
/// What every request pays for its credentials while they are fresh: no allocation, no lock. That there is no lock shows in the
/// benchmark of all cores at once, where a request takes about as long as on one core alone; beside it, the same through a lock.
/// </summary>
[MemoryDiagnoser(displayGenColumns: false)]
public class CredentialBenchmarks
{
    /// <summary>Requests of one core, many enough that to start its thread costs nothing beside them.</summary>
    private const int RequestsPerCore = 1_000_000;

    private readonly CredentialCache _cache = new(
        new FixedCredentials(new SigningCredentials("AKIDEXAMPLE", "secret", "token", DateTimeOffset.UtcNow.AddHours(12))),
        NullLogger.Instance);

    private readonly Lock _lock = new();

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

    [Benchmark(OperationsPerInvoke = RequestsPerCore)]
    public void FreshOnAllCores() => OnAllCores(static benchmarks => benchmarks.Get());

    [Benchmark(OperationsPerInvoke = RequestsPerCore)]
    public void LockedOnAllCores() => OnAllCores(static benchmarks =>
    {
        lock (benchmarks._lock)
            benchmarks.Get();
    });

    private void Get()
    {
        var credentials = _cache.GetAsync();
        if (!credentials.IsCompletedSuccessfully)
            throw new InvalidOperationException("The credentials are fresh, and still there is a wait.");
        _ = credentials.Result;
    }

    private void OnAllCores(Action<CredentialBenchmarks> request)
    {
        var threads = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() =>
        {
            for (var i = 0; i < RequestsPerCore; i++)
                request(this);
        })).ToArray();
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
    }
}
