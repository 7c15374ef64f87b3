using System.Security.Cryptography;

namespace AwsSigV4Proxy.Signing.Keys;

/// <summary>
/// Keeps the private keys of the credentials in use, since to derive one costs several signatures: each in the platform's own
/// memory, used by one thread at a time, as many as have signed at once. Nothing is locked; a replaced key is disposed of, which
/// clears it.
/// </summary>
/// <param name="derive">Derives a key.</param>
internal sealed class EcdsaSigningKeyCache(Func<SigningCredentials, ECDsa> derive)
{
    private KeySet? _current;

    /// <summary>Signs with the key of these credentials.</summary>
    /// <param name="credentials">The credentials; compared by reference, so that their secret is never compared.</param>
    /// <param name="data">What is signed.</param>
    /// <param name="signature">Takes the signature: <see cref="EcdsaSigningKey.MaxSignatureBytes"/> bytes at most.</param>
    /// <returns>The signature's length, in bytes.</returns>
    public int Sign(SigningCredentials credentials, ReadOnlySpan<byte> data, Span<byte> signature)
    {
        var keys = Volatile.Read(ref _current);
        if (keys is null || !ReferenceEquals(keys.Credentials, credentials))
        {
            keys = new KeySet(credentials);
            Interlocked.Exchange(ref _current, keys)?.Retire();
        }

        var key = keys.Take() ?? derive(credentials);
        var length = EcdsaSigningKey.Sign(key, data, signature);
        keys.Return(key);
        return length;
    }

    /// <summary>Keys of one set of credentials that nobody uses at the moment.</summary>
    private sealed class KeySet(SigningCredentials credentials)
    {
        private readonly ECDsa?[] _idle = new ECDsa?[Environment.ProcessorCount];
        private volatile bool _isRetired;

        public SigningCredentials Credentials { get; } = credentials;

        /// <summary>One key, which nobody else has then, or null when there is none.</summary>
        public ECDsa? Take()
        {
            foreach (ref var place in _idle.AsSpan())
            {
                if (place is not null && Interlocked.Exchange(ref place, null) is { } key)
                    return key;
            }

            return null;
        }

        /// <summary>Takes a key back, or disposes of it when there is no place or the set was retired.</summary>
        public void Return(ECDsa key)
        {
            foreach (ref var place in _idle.AsSpan())
            {
                if (place is not null || Interlocked.CompareExchange(ref place, key, null) is not null)
                    continue;
                // The set may have been retired, and emptied, before the key came.
                if (_isRetired)
                    DisposeOfAll();
                return;
            }

            key.Dispose();
        }

        /// <summary>Disposes of the keys, and has those that are in use disposed of when they are returned.</summary>
        public void Retire()
        {
            _isRetired = true;
            DisposeOfAll();
        }

        private void DisposeOfAll()
        {
            foreach (ref var place in _idle.AsSpan())
                Interlocked.Exchange(ref place, null)?.Dispose();
        }
    }
}
