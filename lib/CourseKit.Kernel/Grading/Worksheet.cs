using System.Text.RegularExpressions;

namespace CourseKit.Kernel.Grading;

/// <summary>What Moodle's grading worksheets in English tell of late submissions ("Download grading worksheet" in Moodle).</summary>
internal sealed partial class Worksheet
{
    private const string Identifier = "Identifier", Status = "Status", Modified = "Last modified (submission)";

    private readonly Dictionary<string, string> _late = [];

    /// <summary>How late the participant's submission is, as <see cref="Submission.Late"/>.</summary>
    public string Late(string participant) => _late.GetValueOrDefault(participant, "");

    /// <summary>Reads the worksheets in a folder. A csv file without a worksheet's columns is another file, and is left alone.</summary>
    public static Worksheet In(string folder, DateTimeOffset? due)
    {
        var worksheet = new Worksheet();
        // A file with a platform's name comes from a student. Students could hand in a worksheet that makes others late.
        foreach (var file in new DirectoryInfo(folder).GetFiles("*.csv").Where(file => file is { LinkTarget: null, Length: > 0 and < 50_000_000 } && PlatformName.Of(file.Name) is null).OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            IReadOnlyList<CsvRow> rows;
            try
            {
                rows = CsvReader.Read(file.FullName);
            }
            catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                continue;
            }
            foreach (var row in rows.Where(row => row.Has(Identifier) && row.Has(Status) && row.Has(Modified)))
                worksheet._late[Digits().Match(row[Identifier]).Value] = Of(row, due);
        }
        return worksheet;
    }

    private static string Of(CsvRow row, DateTimeOffset? due)
    {
        // Moodle writes the status and the delay into one cell, perhaps without a space: "Submitted for grading2 hours 5 mins late".
        if (LateText().Match(row[Status]) is { Success: true } late)
            return late.Groups[1].Length > 0 ? late.Groups[1].Value.Trim() : "yes";
        return due is { } limit && HandInTime.OfWorksheet(row[Modified]) is { } time ? HandInTime.Late(time, limit) : "";
    }

    [GeneratedRegex(@"\d+")]
    private static partial Regex Digits();

    [GeneratedRegex(@"(\d[\w ]*?)?\s*\blate\b", RegexOptions.IgnoreCase)]
    private static partial Regex LateText();
}
