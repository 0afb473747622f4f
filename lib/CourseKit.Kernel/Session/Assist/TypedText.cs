namespace CourseKit.Kernel.Session.Assist;

/// <summary>Tells how well a name fits the text that was typed so far.</summary>
internal static class TypedText
{
    /// <summary>
    /// 0: the name begins with the text. 1: the name begins with it if upper and lower case count the same. 2: the name's humps begin with it
    /// (<c>wl</c> for <c>WriteLine</c>). Null: the name does not fit.
    /// </summary>
    public static int? Rank(string typed, string name) =>
        name.StartsWith(typed, StringComparison.Ordinal) ? 0
        : name.StartsWith(typed, StringComparison.OrdinalIgnoreCase) ? 1
        : HasHumps(typed, 0, name, -1) ? 2 : null;

    // The first typed character begins the name. Each later one stands directly behind the one before it in the name, or begins a later hump.
    private static bool HasHumps(string typed, int next, string name, int last)
    {
        if (next == typed.Length)
            return true;
        for (var at = last + 1; at < name.Length && (last >= 0 || at == 0); at++)
        {
            if ((at == last + 1 || BeginsHump(name, at)) && char.ToUpperInvariant(typed[next]) == char.ToUpperInvariant(name[at]) && HasHumps(typed, next + 1, name, at))
                return true;
        }
        return false;
    }

    private static bool BeginsHump(string name, int at) =>
        name[at - 1] == '_' || char.IsUpper(name[at]) && (!char.IsUpper(name[at - 1]) || at + 1 < name.Length && char.IsLower(name[at + 1]));
}
