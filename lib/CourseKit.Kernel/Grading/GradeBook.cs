using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using CourseKit.Common;
using CourseKit.Kernel.Notebooks;

namespace CourseKit.Kernel.Grading;

/// <summary>
/// The files with the grades of a class in one assignment. Each student has <c>grades/STUDENT.json</c> and <c>feedback/STUDENT.html</c>. They are
/// written as soon as the submission is graded, so an interrupted run can go on. The other files are about the whole class.
/// </summary>
/// <param name="folder">The folder for the files; it exists.</param>
/// <param name="assignment">The assignment's name.</param>
public sealed class GradeBook(string folder, string assignment)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Converters = { new JsonStringEnumConverter() } };

    private sealed record Entry(string Digest, IReadOnlyList<TaskGrade> Tasks, IReadOnlyList<string> Remarks);

    /// <summary>A SHA-256 digest of the submission and the teacher's notebook. A grade is valid as long as both stay the same.</summary>
    /// <param name="submission">The submission; its file may be missing.</param>
    /// <param name="teachers">The teacher's notebook.</param>
    /// <exception cref="IOException">The submission's file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The user may not read the submission's file.</exception>
    public static string Digest(Submission submission, Notebook teachers)
    {
        ArgumentNullException.ThrowIfNull(submission);
        ArgumentNullException.ThrowIfNull(teachers);
        return Convert.ToHexString(SHA256.HashData([.. Encoding.UTF8.GetBytes(teachers.ToJson()), 0, .. submission.Path is { } path ? File.ReadAllBytes(path) : []]));
    }

    /// <summary>The grade that an earlier run gave to the same submission; null if there is none.</summary>
    /// <param name="student">The student.</param>
    /// <param name="digest">The digest of the submission as it is now.</param>
    public IReadOnlyList<TaskGrade>? Find(string student, string digest)
    {
        var file = FileOf("grades", student, ".json");
        if (!File.Exists(file))
            return null;
        var entry = JsonSerializer.Deserialize<Entry>(File.ReadAllText(file), Indented)!;
        return entry.Digest == digest ? entry.Tasks : null;
    }

    /// <summary>Saves a grade, and the feedback page that explains the grade to the student.</summary>
    /// <param name="grade">The grade.</param>
    /// <param name="digest">The digest of the submission.</param>
    public void Keep(SubmissionGrade grade, string digest)
    {
        ArgumentNullException.ThrowIfNull(grade);
        AtomicFile.WriteText(FileOf("feedback", grade.Student, ".html"), FeedbackPage.Render(assignment, grade));
        AtomicFile.WriteText(FileOf("grades", grade.Student, ".json"), JsonSerializer.Serialize(new Entry(digest, grade.Tasks, grade.Remarks), Indented));
    }

    /// <summary>
    /// Writes grades.csv with one row for each task of each student. An apostrophe is put before a cell that a spreadsheet would take for a
    /// formula.
    /// </summary>
    /// <param name="grades">The class's grades, by student.</param>
    public void WriteCsv(IEnumerable<(string Student, IReadOnlyList<TaskGrade> Tasks)> grades)
    {
        ArgumentNullException.ThrowIfNull(grades);
        string[] header = ["student", "assignment", "task", "points", "max_points", "status", "message"];
        var rows = grades.SelectMany(grade => grade.Tasks, (grade, task) => new[]
        {
            grade.Student, assignment, task.Task, Csv.Number(task.Points), Csv.Number(task.MaxPoints), task.Status.ToString().ToLowerInvariant(), task.Message,
        });
        AtomicFile.WriteText(Path.Combine(folder, "grades.csv"), Csv.Of([header, .. rows]));
    }

    /// <summary>
    /// Writes gradebook.csv with one row for each student. It has the columns that another system can import, and names as that system knows them.
    /// </summary>
    /// <param name="grades">The students and their grades; at least one student.</param>
    /// <param name="format">The system that imports the file.</param>
    public void WriteGradebook(IEnumerable<(string Student, IReadOnlyList<TaskGrade> Tasks)> grades, GradebookFormat format)
    {
        ArgumentNullException.ThrowIfNull(grades);
        var sums = grades.Select(grade => (grade.Student, Points: Csv.Number(grade.Tasks.Sum(task => task.Points)), Most: Csv.Number(grade.Tasks.Sum(task => task.MaxPoints)))).ToList();
        IEnumerable<string[]> table = format switch
        {
            GradebookFormat.Nbgrader =>
            [
                ["assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email", "raw_score", "late_submission_penalty", "score", "max_score"],
                .. sums.Select(sum => new[] { assignment, "", "", sum.Student, "", "", "", sum.Points, "0", sum.Points, sum.Most }),
            ],
            GradebookFormat.Moodle => [["username", assignment], .. sums.Select(sum => new[] { sum.Student, sum.Points })],
            _ =>
            [
                ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", assignment],
                ["    Points Possible", "", "", "", "", sums[0].Most],
                .. sums.Select(sum => new[] { sum.Student, "", "", sum.Student, "", sum.Points }),
            ],
        };
        AtomicFile.WriteText(Path.Combine(folder, "gradebook.csv"), Csv.Of(table, names: true));
    }

    /// <summary>Writes index.html, the overview of the class.</summary>
    /// <param name="grades">The students and their grades; at least one student.</param>
    public void WriteOverview(IReadOnlyList<(string Student, IReadOnlyList<TaskGrade> Tasks)> grades) =>
        AtomicFile.WriteText(Path.Combine(folder, "index.html"), ClassOverview.Render(assignment, grades));

    private string FileOf(string kind, string student, string extension)
    {
        var path = Path.Combine(folder, kind);
        Directory.CreateDirectory(path);
        return Path.Combine(path, student + extension);
    }
}
