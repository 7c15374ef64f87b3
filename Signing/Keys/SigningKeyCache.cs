using System.Security.Cryptography;

namespace AwsSigV4Proxy.Signing.Keys;

/// <summary>
/// Keeps the signing key of the day, which changes only with the credentials, the scope or the date, so that a request
/// pays one HMAC instead of five. Reading locks nothing; a replaced key's buffer is cleared.
/// </summary>
internal sealed class SigningKeyCache
{
    private Entry? _current;

    /// <summary>Copies the signing key for these credentials, this scope and the time's day in UTC.</summary>
    /// <param name="credentials">The credentials; compared by reference, so that their secret is never compared.</param>
    /// <param name="time">When the request is signed.</param>
    /// <param name="scope">Region and service.</param>
    /// <param name="key">Takes the key: <see cref="SigningKey.SizeBytes"/> bytes, which the caller clears when done.</param>
    public void CopyKey(SigningCredentials credentials, DateTimeOffset time, CredentialScope scope, Span<byte> key)
    {
        var day = DateOnly.FromDateTime(time.UtcDateTime);
        if (Volatile.Read(ref _current) is { } entry && entry.IsFor(credentials, day, scope))
        {
            entry.Key.CopyTo(key);
            // A key is cleared only after it was replaced: if it still stands, the copy is whole.
            Interlocked.MemoryBarrier();
            if (ReferenceEquals(Volatile.Read(ref _current), entry))
                return;
        }

        var derived = new byte[SigningKey.SizeBytes];
        SigningKey.Derive(credentials.SecretAccessKey, day, scope, derived);
        derived.CopyTo(key);
        var replaced = Interlocked.Exchange(ref _current, new Entry(credentials, day, scope, derived));
        CryptographicOperations.ZeroMemory(replaced?.Key);
    }

    private sealed record Entry(SigningCredentials Credentials, DateOnly Day, CredentialScope Scope, byte[] Key)
    {
        public bool IsFor(SigningCredentials credentials, DateOnly day, CredentialScope scope) =>
            ReferenceEquals(Credentials, credentials) && Day == day && Scope == scope;
    }
}
