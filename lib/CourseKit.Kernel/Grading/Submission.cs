namespace CourseKit.Kernel.Grading;

/// <summary>What a student has handed in.</summary>
/// <param name="Student">The student's name, which is the name of the file or folder.</param>
/// <param name="Path">The path of the notebook; null if the student's folder has no notebook with the assignment's name.</param>
public sealed record Submission(string Student, string? Path)
{
    /// <summary>
    /// The submissions in a folder, sorted by student. Each is <c>STUDENT.ipynb</c> or <c>STUDENT/ASSIGNMENT.ipynb</c>. If a student's folder does
    /// not have the assignment, the path is null. Names that begin with a dot are left out.
    /// </summary>
    /// <param name="folder">The class's submissions.</param>
    /// <param name="assignment">Name of the assignment, without <c>.ipynb</c>.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="IOException">A student is there twice, as a file and as a folder.</exception>
    public static IReadOnlyList<Submission> In(string folder, string assignment)
    {
        List<Submission> found =
        [
            .. Directory.GetFiles(folder, "*.ipynb").Select(file => new Submission(System.IO.Path.GetFileNameWithoutExtension(file), file)),
            .. Directory.GetDirectories(folder).Select(student => System.IO.Path.Combine(student, assignment + ".ipynb"))
                .Select(file => new Submission(System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(file))!, File.Exists(file) ? file : null)),
        ];
        if (found.GroupBy(one => one.Student).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new IOException($"{folder}: the student {twice.Key} has a file and a folder; keep one of them.");
        return [.. found.Where(one => !one.Student.StartsWith('.')).OrderBy(one => one.Student, StringComparer.Ordinal)];
    }
}
