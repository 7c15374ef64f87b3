using System.Text;
using AwsSigV4Proxy.Signing.Canonical;

namespace AwsSigV4Proxy.Signing;

/// <summary>
/// A request target in origin-form (RFC 9112, 3.2.1) as it is sent: path and query, percent-encoded. The path is the
/// caller's, byte for byte; so is the query but for two things that <see cref="FromCaller"/> changes.
/// </summary>
/// <param name="Path">The absolute path, without query.</param>
/// <param name="Query">The query without its <c>?</c>, or null when there is none: <c>/a?</c> and <c>/a</c> differ on the wire.</param>
internal readonly record struct RequestTarget(string Path, string? Query)
{
    /// <summary>
    /// Takes the caller's target. Dropped from its query: the parameters of a presigned URL, which belong to the caller's
    /// own signature. Changed: a literal <c>+</c> becomes <c>%20</c>, since most servers read it as a space and the
    /// signature must be over what they read.
    /// </summary>
    public static RequestTarget FromCaller(string target)
    {
        var callers = AsItIs(target);
        return callers.Query is { } query ? callers with { Query = Rewrite(query) } : callers;
    }

    /// <summary>Takes the caller's target and changes nothing: for a request that is not signed.</summary>
    public static RequestTarget AsItIs(string target)
    {
        var mark = target.IndexOf('?', StringComparison.Ordinal);
        return mark < 0 ? new RequestTarget(target, null) : new RequestTarget(target[..mark], target[(mark + 1)..]);
    }

    /// <summary>The target with parameters put behind its query.</summary>
    /// <param name="parameters">Percent-encoded and joined by <c>&amp;</c>, or null for none.</param>
    public RequestTarget WithParameters(string? parameters) => parameters is null
        ? this
        : this with { Query = string.IsNullOrEmpty(Query) ? parameters : $"{Query}&{parameters}" };

    /// <summary>The target as it is sent.</summary>
    public override string ToString() => Query is null ? Path : $"{Path}?{Query}";

    private static string? Rewrite(string query)
    {
        if (!HasPresignParameter(query))
            return query.Replace("+", "%20", StringComparison.Ordinal);

        // Each with an ampersand before it, so that an empty one is seen to be there.
        var kept = new StringBuilder(query.Length + 1);
        foreach (var range in query.AsSpan().Split('&'))
        {
            if (!IsPresignParameter(query.AsSpan(range)))
                kept.Append('&').Append(query.AsSpan(range));
        }

        return kept.Length == 0 ? null : kept.Replace("+", "%20").ToString(1, kept.Length - 1);
    }

    private static bool HasPresignParameter(ReadOnlySpan<char> query)
    {
        foreach (var range in query.Split('&'))
        {
            if (IsPresignParameter(query[range]))
                return true;
        }

        return false;
    }

    private static bool IsPresignParameter(ReadOnlySpan<char> pair)
    {
        var equals = pair.IndexOf('=');
        var name = equals < 0 ? pair : pair[..equals];
        foreach (var parameter in AwsNames.PresignParameters)
        {
            if (DecodesTo(name, parameter))
                return true;
        }

        return false;
    }

    /// <summary>Whether a percent-encoded name stands for <paramref name="plain"/>; case does not count.</summary>
    private static bool DecodesTo(ReadOnlySpan<char> encoded, ReadOnlySpan<char> plain)
    {
        while (!encoded.IsEmpty && !plain.IsEmpty)
        {
            var isEncoded = UriEncoder.TryDecode(encoded, out var decoded);
            var character = isEncoded ? (char)decoded : encoded[0];
            if (char.ToUpperInvariant(character) != char.ToUpperInvariant(plain[0]))
                return false;
            encoded = encoded[(isEncoded ? 3 : 1)..];
            plain = plain[1..];
        }

        return encoded.IsEmpty && plain.IsEmpty;
    }
}
