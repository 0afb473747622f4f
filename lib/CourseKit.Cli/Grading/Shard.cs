using System.Globalization;

namespace CourseKit.Cli.Grading;

/// <summary>
/// One of several shares of a class, such as 2/4: the second of the sorted students, and each fourth after that. Several processes may grade one
/// share each into the same folder.
/// </summary>
/// <param name="Number">Which share, from 1.</param>
/// <param name="Count">How many shares there are.</param>
internal sealed record Shard(int Number, int Count)
{
    // Before the number in the name of an empty file that says how many shares the class was begun in. Several shards make it at once, perhaps on
    // machines that cannot see each other's locks, so it has no content that one could write over the other's.
    private const string Note = "shards-";

    /// <summary>Reads <c>I/N</c>.</summary>
    /// <returns>Null if the text is no share.</returns>
    public static Shard? Of(string text) => text.Split('/') is [var number, var count]
        && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var one) && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var all)
        && one >= 1 && one <= all ? new(one, all) : null;

    /// <summary>The share in which a student is.</summary>
    /// <param name="index">The student's place among the sorted students, from 0.</param>
    /// <param name="count">How many shares there are.</param>
    public static Shard Of(int index, int count) => new(index % count + 1, count);

    /// <summary>How many shares the class in a folder of results was begun in; null if it was not graded in shares, or its tables are written.</summary>
    public static int? CountIn(string folder) =>
        Notes(folder).Select(note => int.TryParse(Path.GetFileName(note)[Note.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 ? count : (int?)null).Max();

    /// <summary>Notes in a folder of results how many shares there are now.</summary>
    public void Begin(string folder)
    {
        var own = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{Note}{Count}"));
        new FileStream(own, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete).Dispose();
        foreach (var other in Notes(folder).Where(note => note != own))
            File.Delete(other);
    }

    /// <summary>Forgets that a class was graded in shares, since its tables are written.</summary>
    public static void Forget(string folder)
    {
        foreach (var note in Notes(folder))
            File.Delete(note);
    }

    private static string[] Notes(string folder) => Directory.GetFiles(folder, Note + "*");

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}/{Count}");
}
