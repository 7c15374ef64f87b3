using System.Buffers;

namespace AwsSigV4Proxy.Signing;

/// <summary>
/// All headers that are signed, sorted: the caller's, and those that signing adds. In a pooled array: dispose it, once, and
/// pass it by <c>ref</c> or <c>in</c>.
/// </summary>
internal readonly ref struct SignedHeaders : IDisposable
{
    /// <summary>How many headers signing adds at most: host, date, security token, region set, content hash.</summary>
    private const int Added = 5;

    private readonly SignedHeader[] _rented;
    private readonly int _count;

    /// <summary>Joins them.</summary>
    /// <param name="callers">The caller's, in any order, each name once.</param>
    /// <param name="host">The Host header's value as it is sent.</param>
    /// <param name="added">The values of the others that are sent with the request; null for those that are not.</param>
    public SignedHeaders(ReadOnlySpan<SignedHeader> callers, string host, in SigningInstructions added)
    {
        _rented = ArrayPool<SignedHeader>.Shared.Rent(callers.Length + Added);
        callers.CopyTo(_rented);
        _count = callers.Length;
        _rented[_count++] = new SignedHeader(AwsNames.HostHeader, host);
        if (added.Date is { } date)
            _rented[_count++] = new SignedHeader(AwsNames.DateHeader, date);
        if (added.SecurityToken is { } token)
            _rented[_count++] = new SignedHeader(AwsNames.SecurityTokenHeader, token);
        if (added.RegionSet is { } regionSet)
            _rented[_count++] = new SignedHeader(AwsNames.RegionSetHeader, regionSet);
        if (added.ContentSha256 is { } hash)
            _rented[_count++] = new SignedHeader(AwsNames.ContentSha256Header, hash);
        _rented.AsSpan(0, _count).Sort();
    }

    /// <summary>The headers, sorted by name.</summary>
    public ReadOnlySpan<SignedHeader> Sorted => _rented.AsSpan(0, _count);

    /// <summary>Gives the array back, cleared: it held the session token.</summary>
    public void Dispose() => ArrayPool<SignedHeader>.Shared.Return(_rented, clearArray: true);
}
