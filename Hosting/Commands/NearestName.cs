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

    // Insertions, deletions, replacements and swaps of two neighbours (the "optimal string alignment" distance).
    private static int CountEdits(string from, string to)
    {
        var edits = new int[from.Length + 1, to.Length + 1];
        for (var i = 0; i <= from.Length; i++)
        {
            for (var j = 0; j <= to.Length; j++)
                edits[i, j] = i == 0 || j == 0 ? i + j : CountEdits(edits, from, to, i, j);
        }
        return edits[from.Length, to.Length];
    }

    private static int CountEdits(int[,] edits, string from, string to, int i, int j)
    {
        var replaced = edits[i - 1, j - 1] + (IsSame(from[i - 1], to[j - 1]) ? 0 : 1);
        var count = Math.Min(replaced, Math.Min(edits[i - 1, j], edits[i, j - 1]) + 1);
        return i > 1 && j > 1 && IsSame(from[i - 1], to[j - 2]) && IsSame(from[i - 2], to[j - 1])
            ? Math.Min(count, edits[i - 2, j - 2] + 1)
            : count;
    }

    private static bool IsSame(char left, char right) => char.ToLowerInvariant(left) == char.ToLowerInvariant(right);
}
