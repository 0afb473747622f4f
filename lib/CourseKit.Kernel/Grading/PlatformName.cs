using System.Text.RegularExpressions;

namespace CourseKit.Kernel.Grading;

/// <summary>
/// The parts of a name that a learning platform gives to a handed-in file. Moodle: <c>Name_12345_assignsubmission_file_/x.ipynb</c>, or without the
/// slash if the teacher did not ask for folders. Canvas: <c>lastfirst_12345_67890_x.ipynb</c>, with <c>_LATE</c> behind the name if it came late.
/// </summary>
/// <param name="Student">The student's name; several students may have the same one.</param>
/// <param name="Id">The student's id at the platform.</param>
/// <param name="Prefix">The part before the student's own name of the file. By this part the platform knows whose feedback a file is.</param>
/// <param name="File">The student's own name of the file; it may have folders.</param>
/// <param name="Late">"yes" or "no"; empty where the name does not tell.</param>
internal sealed partial record PlatformName(string Student, string Id, string Prefix, string File, string Late)
{
    /// <param name="name">The path of a file in the class's folder or zip, with <c>/</c> between the parts.</param>
    public static PlatformName? Of(string name)
    {
        if (Moodle().Match(name) is { Success: true } moodle)
            return new(moodle.Groups["student"].Value, moodle.Groups["id"].Value, FilePrefix(moodle.Groups["prefix"].Value), moodle.Groups["file"].Value, "");
        return Canvas().Match(name) is { Success: true } canvas
            ? new(canvas.Groups["student"].Value, canvas.Groups["id"].Value, canvas.Groups["prefix"].Value, canvas.Groups["file"].Value, canvas.Groups["late"].Success ? "yes" : "no")
            : null;
    }

    // Text that a student typed into Moodle has another prefix (onlinetext) than a file. Feedback needs the prefix of a file.
    private static string FilePrefix(string prefix) => prefix.Replace("_onlinetext_", "_file_", StringComparison.Ordinal);

    [GeneratedRegex(@"^(?<prefix>(?<student>[^/]+)_(?<id>\d+)_assignsubmission_(?:file|onlinetext)_/?)(?<file>.*)$", RegexOptions.Singleline)]
    private static partial Regex Moodle();

    [GeneratedRegex(@"^(?<prefix>(?<student>[^/]+?)_(?<late>LATE_)?(?<id>\d+)_\d+_)(?<file>[^/]+)$", RegexOptions.Singleline)]
    private static partial Regex Canvas();
}
