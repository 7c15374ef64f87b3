using AwsSigV4Proxy.Hosting.Credentials;
using AwsSigV4Proxy.Signing.Keys;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AwsSigV4Proxy.Tests.Hosting.Credentials;

/// <summary>
/// Credentials of a minute, from a source that takes its time and fails half of the time, under steady load; time is simulated.
/// </summary>
internal sealed class CredentialCacheStressTests
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(250);

    [Test]
    [Arguments(1)]
    [Arguments(2)]
    [Arguments(3)]
    public async Task Load_SourceFailsHalfOfTheTime_LosesNoRequestThatItNeedNot(int seed)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var source = new UnsteadySource(time, new Random(seed));
        var jitter = new Random(seed);
        await using var cache = new CredentialCache(source, NullLogger.Instance, time: time, jitter: () =>
        {
            lock (jitter)
                return jitter.NextDouble();
        });
        // One request each at a time.
        var connections = Enumerable.Range(0, 64).Select(_ => new Connection()).ToArray();
        cache.Start();

        for (var end = time.GetUtcNow() + TimeSpan.FromMinutes(20); time.GetUtcNow() < end; time.Advance(Step))
        {
            await source.SettleAsync(cache);
            if (!cache.IsRefreshing)
                await Task.WhenAll(connections.Select(static connection => connection.EndAsync()));
            var usable = source.LastGiven is { } given && given.Expiration > time.GetUtcNow() ? given : null;
            foreach (var connection in connections)
                connection.Go(cache, usable, time.GetUtcNow());
        }

        var signed = connections.Sum(connection => connection.Signed);
        await Assert.That(source.MostAtOnce).IsEqualTo(1);
        await Assert.That(source.Failures).IsGreaterThan(10);
        // A fetch every 48 s at the most, and no storm after failures.
        await Assert.That(source.Count - source.Failures).IsBetween(15, 35);
        // Each one that was lost came when there were no credentials, which Connection makes sure of.
        await Assert.That(signed).IsGreaterThan(64 * 4 * 60 * 15);
    }

    /// <summary>A caller that sends one request after another.</summary>
    private sealed class Connection
    {
        private Task<SigningCredentials>? _waiting;

        public int Signed { get; private set; }

        /// <summary>Waits for the answer of the last request, which nothing holds up any more.</summary>
        public async Task EndAsync()
        {
            if (_waiting is not null)
                await ((Task)_waiting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        /// <summary>Sends the next request, or waits on for the last one's credentials.</summary>
        /// <param name="cache">Gives credentials.</param>
        /// <param name="usable">Those that the source gave and that are still good, or null.</param>
        /// <param name="now">What they must be good for.</param>
        public void Go(CredentialCache cache, SigningCredentials? usable, DateTimeOffset now)
        {
            if (_waiting is { IsCompleted: false })
                return;
            // Without credentials a request may fail.
            _ = _waiting?.Exception;
            _waiting = null;
            var answer = cache.GetAsync();
            if (usable is null)
                _waiting = answer.AsTask();
            else if (answer.IsCompletedSuccessfully && answer.Result == usable)
                Signed++;
            else
                Assert.Fail($"{now:O}: there are credentials good until {usable.Expiration:O}, and a request waited, failed or got others.");
        }
    }

    /// <summary>Takes up to three seconds for every fetch, and fails half of them.</summary>
    private sealed class UnsteadySource(FakeTimeProvider time, Random random) : ICredentialSource
    {
        private int _atOnce;
        private int _mostAtOnce;
        private long _dueTicks;

        public int Count { get; private set; }

        public int Failures { get; private set; }

        public int MostAtOnce => Volatile.Read(ref _mostAtOnce);

        public SigningCredentials? LastGiven { get; private set; }

        /// <inheritdoc/>
        public async Task<SigningCredentials> FetchAsync(CancellationToken cancellationToken)
        {
            var atOnce = Interlocked.Increment(ref _atOnce);
            if (atOnce > _mostAtOnce)
                Volatile.Write(ref _mostAtOnce, atOnce);
            try
            {
                Count++;
                var duration = TimeSpan.FromMilliseconds(random.Next(1, 3000));
                Volatile.Write(ref _dueTicks, (time.GetUtcNow() + duration).UtcTicks);
                await Task.Delay(duration, time, cancellationToken);
                if (random.Next(2) == 0)
                {
                    Failures++;
                    throw new CredentialsUnavailableException($"failure {Failures}");
                }

                LastGiven = new SigningCredentials($"ASIA{Count}", "s", "token", time.GetUtcNow() + TimeSpan.FromSeconds(60));
                return LastGiven;
            }
            finally
            {
                Interlocked.Decrement(ref _atOnce);
            }
        }

        /// <summary>Waits until nothing happens any more unless time passes.</summary>
        public async Task SettleAsync(CredentialCache cache)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            while (cache.IsRefreshing && Volatile.Read(ref _dueTicks) <= time.GetUtcNow().UtcTicks)
            {
                limit.Token.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }
    }
}
