using System.Collections.Concurrent;
using System.Security.Cryptography;
using AwsSigV4Proxy.Signing.Keys;

namespace AwsSigV4Proxy.Tests.Signing.Keys;

/// <summary>Keys are derived once, used by one thread at a time, and disposed of when their credentials are replaced.</summary>
public class EcdsaSigningKeyCacheTests
{
    private static readonly SigningCredentials First = new("AKID1", "one");
    private static readonly SigningCredentials Second = new("AKID2", "two");

    private readonly ConcurrentBag<WatchedKey> _derived = [];

    [Test]
    public async Task Sign_ManyTimes_DerivesTheKeyOnce()
    {
        var cache = NewCache();
        for (var i = 0; i < 20; i++)
            Sign(cache, First);

        await Assert.That(_derived.Single().Credentials).IsSameReferenceAs(First);
    }

    [Test]
    public async Task Sign_OtherCredentials_TakesTheirKeyAndDisposesOfTheFirst()
    {
        var cache = NewCache();
        Sign(cache, First);
        var first = _derived.Single();
        Sign(cache, Second);
        var second = _derived.Single(key => key.Credentials == Second);

        await Assert.That(first.IsDisposed).IsTrue();
        await Assert.That(second.IsDisposed).IsFalse();
        await Assert.That(second.Signatures).IsEqualTo(1);
    }

    [Test]
    public async Task Sign_CredentialsReplacedMeanwhile_DisposesOfTheKeyWhenItIsReturned()
    {
        var cache = NewCache();
        Sign(cache, First);
        var first = _derived.Single();
        first.WhileSigning = () => Sign(cache, Second);
        Sign(cache, First);

        await Assert.That(first.Signatures).IsEqualTo(2);
        await Assert.That(first.IsDisposed).IsTrue();
    }

    [Test]
    public async Task Sign_ByManyThreads_NeverSharesAKeyAndKeepsNoMoreThanAreUsedAtOnce()
    {
        var cache = NewCache();
        var (together, places) = (new Barrier(Environment.ProcessorCount + 2), Environment.ProcessorCount);
        var threads = Enumerable.Range(0, together.ParticipantCount).Select(_ => new Thread(() =>
        {
            together.SignalAndWait();
            for (var i = 0; i < 2_000; i++)
                Sign(cache, First);
        })).ToArray();
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();

        await Assert.That(_derived.Any(key => key.WasShared)).IsFalse();
        await Assert.That(_derived.Sum(key => key.Signatures)).IsEqualTo(2_000 * threads.Length);
        await Assert.That(_derived.Count(key => !key.IsDisposed)).IsLessThanOrEqualTo(places);
    }

    private EcdsaSigningKeyCache NewCache() => new(credentials =>
    {
        var key = new WatchedKey(credentials);
        _derived.Add(key);
        return key;
    });

    private static void Sign(EcdsaSigningKeyCache cache, SigningCredentials credentials)
    {
        Span<byte> signature = stackalloc byte[EcdsaSigningKey.MaxSignatureBytes];
        cache.Sign(credentials, "text"u8, signature);
    }

    /// <summary>A key that notes how it is used, and signs nothing.</summary>
    private sealed class WatchedKey(SigningCredentials credentials) : ECDsa
    {
        private int _users;

        public SigningCredentials Credentials { get; } = credentials;

        public int Signatures { get; private set; }

        public bool WasShared { get; private set; }

        public bool IsDisposed { get; private set; }

        public Action? WhileSigning { get; set; }

        public override byte[] SignHash(byte[] hash)
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            WasShared |= Interlocked.Increment(ref _users) > 1;
            WhileSigning?.Invoke();
            Thread.Yield();
            Signatures++;
            Interlocked.Decrement(ref _users);
            return new byte[64];
        }

        public override bool VerifyHash(byte[] hash, byte[] signature) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            IsDisposed = true;
            base.Dispose(disposing);
        }
    }
}
