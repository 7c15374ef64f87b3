using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Tests.Signing.Keys;

/// <summary>The cache always gives the key that derivation gives, whoever replaces it meanwhile.</summary>
public class SigningKeyCacheTests
{
    private static readonly DateTimeOffset Day = new(2026, 1, 31, 23, 59, 59, TimeSpan.Zero);
    private static readonly CredentialScope Scope = new("us-east-1", "es");

    [Test]
    public async Task CopyKey_NextDayOrOtherCredentials_GivesTheirKey()
    {
        var cache = new SigningKeyCache();
        var (first, second) = (new SigningCredentials("A", "one"), new SigningCredentials("A", "two"));

        foreach (var (credentials, time) in ((SigningCredentials, DateTimeOffset)[])
            [(first, Day), (first, Day), (first, Day.AddSeconds(1)), (second, Day.AddSeconds(1)), (first, Day)])
        {
            await Assert.That(Copy(cache, credentials, time)).IsEqualTo(Derive(credentials, time));
        }
    }

    [Test]
    public async Task CopyKey_LocalTime_CountsTheDayInUtc()
    {
        var credentials = new SigningCredentials("A", "one");
        var local = new DateTimeOffset(2026, 2, 1, 0, 30, 0, TimeSpan.FromHours(1));

        await Assert.That(Copy(new SigningKeyCache(), credentials, local)).IsEqualTo(Derive(credentials, Day));
    }

    [Test]
    public async Task CopyKey_ReplacedByOthersAllTheTime_IsNeverAClearedOrForeignKey()
    {
        var cache = new SigningKeyCache();
        SigningCredentials[] sets = [new("A", "one"), new("B", "two"), new("C", "three")];
        var expected = sets.Select(set => Derive(set, Day)).ToArray();

        var wrong = 0;
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, worker =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                // Long runs of one set, so that others mostly read what one replaces.
                var index = i / 50 % sets.Length;
                if (Copy(cache, sets[index], Day) != expected[index])
                    Interlocked.Increment(ref wrong);
            }
        });

        await Assert.That(wrong).IsEqualTo(0);
    }

    private static string Copy(SigningKeyCache cache, SigningCredentials credentials, DateTimeOffset time)
    {
        Span<byte> key = stackalloc byte[SigningKey.SizeBytes];
        cache.CopyKey(credentials, time, Scope, key);
        return Convert.ToHexString(key);
    }

    private static string Derive(SigningCredentials credentials, DateTimeOffset time)
    {
        Span<byte> key = stackalloc byte[SigningKey.SizeBytes];
        SigningKey.Derive(credentials.SecretAccessKey, DateOnly.FromDateTime(time.UtcDateTime), Scope, key);
        return Convert.ToHexString(key);
    }
}
