namespace CourseKit.Kernel.Session.Assist;

/// <summary>Tells how well a name fits the text that was typed so far.</summary>
internal static class TypedText
{
    /// <summary>
    /// 0: the name starts with the typed text. 1: the name starts with the typed text if case is ignored. 2: the typed text abbreviates the words
    /// in the name (<c>wl</c> or <c>wrLi</c> for <c>WriteLine</c>). Null: the name does not fit.
    /// </summary>
    public static int? Rank(string typed, string name) =>
        name.StartsWith(typed, StringComparison.Ordinal) ? 0
        : name.StartsWith(typed, StringComparison.OrdinalIgnoreCase) ? 1
        : HasHumps(typed, 0, name, -1) ? 2 : null;

    // A hump is a word inside a camel-case name. The first typed character must be the name's first character. Each later typed character must be
    // the next character of the name, or the first character of a later hump.
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
