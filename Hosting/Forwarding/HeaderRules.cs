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

    /// <summary>Applies the rules.</summary>
    public void Apply(IHeaderDictionary headers)
    {
        foreach (var name in Duplicated)
        {
            // Always replaced: whoever trusts the field must not be told its value by a caller.
            if (headers.TryGetValue(name, out var values))
                headers[OriginalPrefix + name] = values;
            else
                headers.Remove(OriginalPrefix + name);
        }

        foreach (var name in Stripped)
            headers.Remove(name);
        foreach (var (name, value) in Set)
            headers[name] = value;
    }
}
