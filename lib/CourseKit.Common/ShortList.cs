namespace CourseKit.Common;

/// <summary>Names for a message, which shall not take lines.</summary>
internal static class ShortList
{
    /// <summary>The first names and the number of the others: "a, b, c and 12 more".</summary>
    public static string Of(IReadOnlyCollection<string> names, int most) =>
        string.Join(", ", names.Take(most)) + (names.Count > most ? $" and {names.Count - most} more" : "");
}
