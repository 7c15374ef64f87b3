using AwsSigV4Proxy.Signing;
using Microsoft.Net.Http.Headers;

namespace AwsSigV4Proxy.Hosting.Forwarding;

/// <summary>
/// What the user wants changed in the header fields of every request (<c>--duplicate-header</c>, <c>--strip-header</c>,
/// <c>--set-header</c>). Applied to the caller's request, in this order, before anything looks at it: whatever is signed, is
/// signed as these rules leave it.
/// </summary>
/// <param name="Duplicated">Names whose values also go out under <c>X-Original-NAME</c>.</param>
/// <param name="Stripped">Names that do not go out.</param>
/// <param name="Set">Fields that go out in place of the caller's of that name. Values are Latin-1, one character a byte.</param>
internal sealed record HeaderRules(
    IReadOnlyList<string> Duplicated, IReadOnlyList<string> Stripped, IReadOnlyList<KeyValuePair<string, string>> Set)
{
    /// <summary>What stands before the name of a field that keeps the caller's value.</summary>
    public const string OriginalPrefix = "X-Original-";

    /// <summary>Nothing is changed.</summary>
    public static HeaderRules None { get; } = new([], [], []);

    /// <summary>
    /// The fields that say how an aws-chunked body is to be read. While a body comes in such pieces they stay as they are.
    /// Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
    /// </summary>
    private static readonly string[] OfPieces =
        [AwsNames.ContentSha256Header, AwsNames.DecodedContentLengthHeader, AwsNames.TrailerHeader, HeaderNames.ContentEncoding];

    /// <summary>Whether a field has its value from these rules.</summary>
    public bool Write(string name) =>
        name.StartsWith(OriginalPrefix, StringComparison.OrdinalIgnoreCase)
            ? Duplicated.Contains(name[OriginalPrefix.Length..], StringComparer.OrdinalIgnoreCase)
            : Set.Any(field => field.Key.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Applies the rules.</summary>
    public void Apply(IHeaderDictionary headers)
    {
        if (this == None)
            return;
        var comesInPieces = headers[AwsNames.ContentSha256Header].ToString().StartsWith(AwsNames.StreamingPrefix, StringComparison.Ordinal);
        foreach (var name in Duplicated)
        {
            // Always replaced: whoever trusts the field must not be told its value by a caller.
            if (headers.TryGetValue(name, out var values))
                headers[OriginalPrefix + name] = values;
            else
                headers.Remove(OriginalPrefix + name);
        }

        foreach (var name in Stripped)
        {
            if (!IsNeeded(name))
                headers.Remove(name);
        }

        foreach (var (name, value) in Set)
        {
            if (!IsNeeded(name))
                headers[name] = value;
        }

        bool IsNeeded(string name) => comesInPieces && OfPieces.Contains(name, StringComparer.OrdinalIgnoreCase);
    }
}
