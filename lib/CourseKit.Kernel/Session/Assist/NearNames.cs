namespace CourseKit.Kernel.Session.Assist;

/// <summary>Says that a name is unknown, and which known names are like it.</summary>
public static class NearNames
{
    /// <param name="kind">What it is the name of.</param>
    /// <param name="name">The unknown name.</param>
    /// <param name="known">All known names.</param>
    public static string Unknown(string kind, string name, IReadOnlyCollection<string> known)
    {
        ArgumentNullException.ThrowIfNull(known);
        var near = Of(name, known);
        return $"no {kind} is called \"{name}\"; " + (near.Count > 0 ? $"near it: {string.Join("; ", near)}." : $"there are {known.Count}, such as {string.Join("; ", known.Take(3))}.");
    }

    /// <summary>The known names that are like a name, the nearest first, at most five.</summary>
    internal static IReadOnlyList<string> Of(string name, IEnumerable<string> known) =>
        [.. known.Select(one => (Name: one, Distance: one.Contains(name, StringComparison.OrdinalIgnoreCase) && name.Length > 1 ? 0 : Distance(one.ToUpperInvariant(), name.ToUpperInvariant())))
            .Where(one => one.Distance <= Math.Max(1, name.Length / 3)).OrderBy(one => one.Distance).ThenBy(one => one.Name, StringComparer.Ordinal).Select(one => one.Name).Take(5)];

    // How many letters must be changed, put in or taken out (Levenshtein).
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 0; i < one.Length; i++)
        {
            var (before, diagonal) = (i + 1, row[0]);
            row[0] = before;
            for (var j = 0; j < other.Length; j++)
                (row[j + 1], diagonal) = (Math.Min(Math.Min(row[j + 1], row[j]) + 1, diagonal + (one[i] == other[j] ? 0 : 1)), row[j + 1]);
        }
        return row[^1];
    }
}
