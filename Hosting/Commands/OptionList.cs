namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>The values of an option that may be given several times: repeated, or separated by commas.</summary>
internal static class OptionList
{
    /// <summary>Joins the repetitions into one value. A comma would not do: some options' values hold commas.</summary>
    public const char Separator = '\n';

    /// <summary>Parses every value of a list. Spaces around a value, and empty values, do not count.</summary>
    /// <param name="joined">The repetitions, joined.</param>
    /// <param name="parse">Checks one value.</param>
    /// <param name="split">Splits one repetition into values; null for at each comma.</param>
    /// <exception cref="UsageException">There is no value, or one is bad.</exception>
    public static T[] Parse<T>(string joined, Func<string, T> parse, Func<string, string[]>? split = null)
    {
        split ??= static value => value.Split(',');
        T[] values =
        [
            .. joined.Split(Separator).SelectMany(split).Select(static value => value.Trim()).Where(static value => value.Length > 0)
                .Select(parse),
        ];
        return values.Length > 0 ? values : throw new UsageException("the list is empty", "repeat the option, or separate with commas");
    }
}
