namespace AwsSigV4Proxy.Hosting.Commands;

/// <summary>Finds the name that someone who mistyped one meant.</summary>
internal static class NearestName
{
    /// <summary>
    /// The name that the typed one begins, or that is the fewest edits away; null where none is near. Near is an edit for
    /// every three characters typed: more, and the suggestion is a riddle.
    /// </summary>
    public static string? Find(string typed, IEnumerable<string> names)
    {
        string? nearest = null;
        var best = (typed.Length / 3) + 1;
        foreach (var name in names)
        {
            var isBegun = typed.Length >= 3 && name.StartsWith(typed, StringComparison.OrdinalIgnoreCase);
            var edits = isBegun ? 0 : CountEdits(typed, name);
            if (edits >= best)
                continue;
            (nearest, best) = (name, edits);
        }
        return nearest;
    }

    // Levenshtein's distance, case ignored, one row at a time.
    private static int CountEdits(string from, string to)
    {
        var row = new int[to.Length + 1];
        for (var j = 0; j <= to.Length; j++)
            row[j] = j;
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var isSame = char.ToLowerInvariant(from[i - 1]) == char.ToLowerInvariant(to[j - 1]);
                var replaced = diagonal + (isSame ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.Length];
    }
}
